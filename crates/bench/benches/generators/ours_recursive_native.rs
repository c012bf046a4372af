//! Ours for recursion, on the native engine.

use twin_generators::{Generator, NativeRecursive, yield_recursive, yield_value};

use crate::last;

fn count<'a>(first: u64, end: u64) -> NativeRecursive<'a, u64> {
    Generator::recursive_native(
        #[coroutine]
        move |_| {
            for number in first..end {
                yield_value!(number)?;
            }
            Ok(())
        },
    )
}

fn delegate(inner: NativeRecursive<'_, u64>) -> NativeRecursive<'_, u64> {
    Generator::recursive_native(
        #[coroutine]
        |_| {
            yield_recursive!(inner);
            Ok(())
        },
    )
}

fn leaves<'a>(first: u64, end: u64) -> NativeRecursive<'a, u64> {
    Generator::recursive_native(
        #[coroutine]
        move |_| {
            if end - first <= 1 {
                yield_value!(first)?;
                return Ok(());
            }
            let middle = first.midpoint(end);
            yield_recursive!(leaves(first, middle));
            yield_recursive!(leaves(middle, end));
            Ok(())
        },
    )
}

pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

pub(crate) fn delegate_1(units: u64) -> u64 {
    last(delegate(count(0, units)))
}

pub(crate) fn delegate_10(units: u64) -> u64 {
    last(ten!(delegate, count(0, units)))
}

pub(crate) fn delegate_1000(units: u64) -> u64 {
    last((0..1000).fold(count(0, units), |inner, _| delegate(inner)))
}

pub(crate) fn walk(units: u64) -> u64 {
    last(leaves(0, units))
}
