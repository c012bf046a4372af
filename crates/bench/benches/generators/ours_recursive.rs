//! Ours for recursion, with an async block as the body.

use twin_generators::{Generator, Recursive};

use crate::last;

fn count<'a>(first: u64, end: u64) -> Recursive<'a, u64> {
    Generator::recursive(move |mut co| async move {
        for number in first..end {
            co.yield_(number).await;
        }
    })
}

fn delegate(inner: Recursive<'_, u64>) -> Recursive<'_, u64> {
    Generator::recursive(|mut co| async move { co.yield_from(inner).await })
}

fn leaves<'a>(first: u64, end: u64) -> Recursive<'a, u64> {
    Generator::recursive(move |mut co| async move {
        if end - first <= 1 {
            co.yield_(first).await;
            return;
        }
        let middle = first.midpoint(end);
        co.yield_from(leaves(first, middle)).await;
        co.yield_from(leaves(middle, end)).await;
    })
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
