//! Ours on the native engine: `async gen` blocks as async generators.

use futures_lite::future::yield_now;
use twin_async_generators::{AsyncGenerator, Body};

use crate::{block_on, last, last_received};

fn count(end: u64) -> AsyncGenerator<impl Body<u64>> {
    AsyncGenerator::native(async gen move {
        for number in 0..end {
            yield number;
        }
    })
}

pub(crate) fn items(units: u64) -> u64 {
    block_on(last(count(units)))
}

pub(crate) fn wakes(units: u64) -> u64 {
    block_on(last(AsyncGenerator::native(async gen move {
        for number in 0..units {
            yield_now().await;
            yield number;
        }
    })))
}

pub(crate) fn delegate(units: u64) -> u64 {
    block_on(last(AsyncGenerator::native(async gen move {
        for await number in count(units) {
            yield number;
        }
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
