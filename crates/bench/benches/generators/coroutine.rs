//! Nightly's `#[coroutine]` as it is. It has no `yield from`: a loop takes its place, and forwards
//! nothing.

use std::hint::black_box;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

fn count(first: u64, end: u64) -> impl Coroutine<(), Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move |()| {
        for number in first..end {
            yield number;
        }
    }
}

fn echo() -> impl Coroutine<u64, Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    |_| {
        let mut value = 0;
        while value < u64::MAX {
            value = yield value;
        }
    }
}

fn delegate(
    mut inner: impl Coroutine<(), Yield = u64, Return = ()> + Unpin,
) -> impl Coroutine<(), Yield = u64, Return = ()> + Unpin {
    #[coroutine]
    move |()| {
        while let CoroutineState::Yielded(number) = Pin::new(&mut inner).resume(()) {
            yield number;
        }
    }
}

fn last(mut items: impl Coroutine<(), Yield = u64, Return = ()> + Unpin) -> u64 {
    let mut last = 0;
    while let CoroutineState::Yielded(item) = Pin::new(&mut items).resume(()) {
        last = black_box(item);
    }
    last
}

#[rustc_align(64)]
pub(crate) fn iterate(units: u64) -> u64 {
    last(count(0, units))
}

#[rustc_align(64)]
pub(crate) fn send(units: u64) -> u64 {
    let mut echo = echo();
    // The first value starts the body, which has no `yield` yet to receive it.
    Pin::new(&mut echo).resume(0);
    let mut last = 0;
    for number in 0..units {
        let CoroutineState::Yielded(value) = Pin::new(&mut echo).resume(black_box(number)) else {
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
    let mut last = 0;
    for number in 0..units {
        if let CoroutineState::Yielded(item) = Pin::new(&mut count(number, units)).resume(()) {
            last = black_box(item);
        }
    }
    last
}
