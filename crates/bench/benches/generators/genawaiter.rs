//! genawaiter as it is. It has no `yield from`: a loop takes its place, and forwards nothing.

use std::future::Future;
use std::hint::black_box;

use genawaiter::{GeneratorState, rc::Gen};

use crate::last;

fn count(first: u64, end: u64) -> Gen<u64, (), impl Future<Output = ()>> {
    Gen::new(|co| async move {
        for number in first..end {
            co.yield_(number).await;
        }
    })
}

fn echo() -> Gen<u64, u64, impl Future<Output = ()>> {
    Gen::new(|co| async move {
        let mut value = 0;
        loop {
            value = co.yield_(value).await;
        }
    })
}

fn delegate(
    inner: Gen<u64, (), impl Future<Output = ()>>,
) -> Gen<u64, (), impl Future<Output = ()>> {
    Gen::new(|co| async move {
        for number in inner {
            co.yield_(number).await;
        }
    })
}

pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

pub(crate) fn send(units: u64) -> u64 {
    let mut echo = echo();
    // The first value starts the body, which has no `yield` yet to receive it.
    echo.resume_with(0);
    let mut last = 0;
    for number in 0..units {
        let GeneratorState::Yielded(value) = echo.resume_with(black_box(number)) else {
            unreachable!()
        };
        last = black_box(value);
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
    last((0..units).flat_map(|number| count(number, units).into_iter().next()))
}
