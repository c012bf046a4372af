//! Ours, with an async block as the body.

use std::hint::black_box;

use twin_generators::{Body, BoxGenerator, Generator, Step};

use crate::last;

fn count(first: u64, end: u64) -> Generator<impl Body<u64>> {
    Generator::new(|mut co| async move {
        for number in first..end {
            co.yield_(number).await;
        }
    })
}

fn echo() -> Generator<impl Body<u64, u64>> {
    Generator::new(|mut co| async move {
        let mut value = 0;
        loop {
            value = co.yield_(value).await;
        }
    })
}

fn delegate(inner: Generator<impl Body<u64>>) -> Generator<impl Body<u64>> {
    Generator::new(|mut co| async move { co.yield_from(inner).await })
}

fn leaves<'a>(first: u64, end: u64) -> BoxGenerator<'a, u64> {
    Generator::new(move |mut co| async move {
        if end - first <= 1 {
            co.yield_(first).await;
            return;
        }
        let middle = first.midpoint(end);
        co.yield_from(leaves(first, middle)).await;
        co.yield_from(leaves(middle, end)).await;
    })
    .boxed()
}

pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

pub(crate) fn send(units: u64) -> u64 {
    let mut echo = echo();
    assert_eq!(echo.start(), Ok(Step::Yielded(0)));
    let mut last = 0;
    for number in 0..units {
        let Ok(Step::Yielded(value)) = echo.send(black_box(number)) else { unreachable!() };
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
    last((0..units).flat_map(|number| count(number, units).next()))
}

pub(crate) fn walk(units: u64) -> u64 {
    last(leaves(0, units))
}
