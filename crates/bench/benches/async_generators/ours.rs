//! Ours on the stable engine: async blocks.

use std::hint::black_box;

use futures_lite::future::yield_now;
use twin_async_generators::{AsyncGenerator, Body, Step};

use crate::{block_on, last, last_received};

fn count(end: u64) -> AsyncGenerator<impl Body<u64>> {
    AsyncGenerator::new(move |mut co| async move {
        for number in 0..end {
            co.yield_(number).await;
        }
    })
}

pub(crate) fn items(units: u64) -> u64 {
    block_on(last(count(units)))
}

pub(crate) fn wakes(units: u64) -> u64 {
    block_on(last(AsyncGenerator::new(move |mut co| async move {
        for number in 0..units {
            yield_now().await;
            co.yield_(number).await;
        }
    })))
}

pub(crate) fn asend(units: u64) -> u64 {
    block_on(async {
        let mut echo = AsyncGenerator::new(|mut co| async move {
            let mut value = 0;
            // More than any loop sends.
            while value < u64::MAX {
                value = co.yield_(value).await;
            }
        });
        assert_eq!(echo.start().await, Ok(Step::Yielded(0)));
        let mut last = 0;
        for number in 0..units {
            let Ok(Step::Yielded(value)) = echo.asend(black_box(number)).await else {
                unreachable!("it yields back what it is sent");
            };
            last = black_box(value);
        }
        last
    })
}

pub(crate) fn delegate(units: u64) -> u64 {
    block_on(last(AsyncGenerator::new(move |mut co| async move {
        co.yield_from(count(units)).await;
    })))
}

fn channel(units: u64, capacity: usize) -> u64 {
    last_received(|executor| {
        let (task, items) = count(units).into_channel(capacity);
        executor.spawn(task).detach();
        items
    })
}

pub(crate) fn channel_1(units: u64) -> u64 {
    channel(units, 1)
}

pub(crate) fn channel_64(units: u64) -> u64 {
    channel(units, 64)
}
