//! corosensei: coroutines that have a stack of their own.

use std::hint::black_box;

use corosensei::{Coroutine, CoroutineResult};

fn count(first: u64, end: u64) -> Coroutine<(), u64, ()> {
    Coroutine::new(move |yielder, ()| {
        for number in first..end {
            yielder.suspend(number);
        }
    })
}

fn echo() -> Coroutine<u64, u64, ()> {
    Coroutine::new(|yielder, mut value| {
        loop {
            value = yielder.suspend(value);
        }
    })
}

/// A function could as well yield by the `yielder` of its caller; here the delegate is a coroutine
/// itself, as in the other modules.
fn delegate(mut inner: Coroutine<(), u64, ()>) -> Coroutine<(), u64, ()> {
    Coroutine::new(move |yielder, ()| {
        while let CoroutineResult::Yield(number) = inner.resume(()) {
            yielder.suspend(number);
        }
    })
}

fn last(mut items: Coroutine<(), u64, ()>) -> u64 {
    let mut last = 0;
    while let CoroutineResult::Yield(item) = items.resume(()) {
        last = black_box(item);
    }
    last
}

pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

pub(crate) fn send(units: u64) -> u64 {
    let mut echo = echo();
    echo.resume(0);
    let mut last = 0;
    for number in 0..units {
        let CoroutineResult::Yield(value) = echo.resume(black_box(number)) else { unreachable!() };
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
    let mut last = 0;
    for number in 0..units {
        if let CoroutineResult::Yield(item) = count(number, units).resume(()) {
            last = black_box(item);
        }
    }
    last
}
