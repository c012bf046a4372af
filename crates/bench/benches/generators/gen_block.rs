//! Nightly's `gen` blocks: iterators, nothing can be sent to them.

use std::hint::black_box;

use crate::last;

fn count(first: u64, end: u64) -> impl Iterator<Item = u64> {
    gen move {
        for number in first..end {
            yield number;
        }
    }
}

fn delegate(inner: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    gen move {
        for number in inner {
            yield number;
        }
    }
}

#[rustc_align(64)]
pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

pub(crate) fn delegate_1(units: u64) -> u64 {
    last(delegate(count(0, units)))
}

pub(crate) fn delegate_10(units: u64) -> u64 {
    last(ten!(delegate, count(0, units)))
}

pub(crate) fn create(units: u64) -> u64 {
    for number in 0..units {
        black_box(&mut count(number, units));
    }
    units
}

pub(crate) fn first(units: u64) -> u64 {
    last((0..units).flat_map(|number| count(number, units).next()))
}
