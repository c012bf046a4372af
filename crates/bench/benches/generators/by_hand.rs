//! State machines written by hand: what the compiler is measured by.

use std::hint::black_box;
use std::ops::Range;

use crate::last;

struct Count(Range<u64>);

impl Iterator for Count {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0.next()
    }
}

fn count(first: u64, end: u64) -> Count {
    Count(first..end)
}

struct Echo {
    value: u64,
}

impl Echo {
    fn send(&mut self, value: u64) -> u64 {
        self.value = value;
        self.value
    }
}

struct Delegate<I>(I);

impl<I: Iterator> Iterator for Delegate<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }
}

fn delegate<I: Iterator>(inner: I) -> Delegate<I> {
    Delegate(inner)
}

#[rustc_align(64)]
pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

#[rustc_align(64)]
pub(crate) fn send(units: u64) -> u64 {
    let mut echo = Echo { value: 0 };
    let mut last = 0;
    for number in 0..units {
        last = black_box(echo.send(black_box(number)));
    }
    last
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
