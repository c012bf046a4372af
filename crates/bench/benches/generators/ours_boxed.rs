//! Ours on the native engine, each generator in a box: what a recursive one needs. The compiler
//! can't see through a box, so that no level of delegation melts into the next.

use std::hint::black_box;

use twin_generators::{BoxGenerator, Generator, Step, yield_from};

use crate::last;

fn count(first: u64, end: u64) -> BoxGenerator<'static, u64> {
    Generator::native(
        #[coroutine]
        move |_| {
            for number in first..end {
                (yield number)?;
            }
            Ok(())
        },
    )
    .boxed()
}

fn echo() -> BoxGenerator<'static, u64, u64> {
    Generator::native(
        #[coroutine]
        |_| {
            let mut value = 0;
            while value < u64::MAX {
                value = (yield value)?;
            }
            Ok(())
        },
    )
    .boxed()
}

fn delegate(inner: BoxGenerator<'static, u64>) -> BoxGenerator<'static, u64> {
    Generator::native(
        #[coroutine]
        move |_| {
            yield_from!(inner);
            Ok(())
        },
    )
    .boxed()
}

fn leaves(first: u64, end: u64) -> BoxGenerator<'static, u64> {
    Generator::native(
        #[coroutine]
        move |_| {
            if end - first <= 1 {
                (yield first)?;
                return Ok(());
            }
            let middle = first.midpoint(end);
            yield_from!(leaves(first, middle));
            yield_from!(leaves(middle, end));
            Ok(())
        },
    )
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
