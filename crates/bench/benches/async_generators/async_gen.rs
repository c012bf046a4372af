//! Nightly's `async gen`, polled directly by `for await`.

use std::hint::black_box;

use futures_lite::future::yield_now;

use crate::block_on;

async gen fn count(end: u64) -> u64 {
    for number in 0..end {
        yield number;
    }
}

async gen fn woken(end: u64) -> u64 {
    for number in 0..end {
        yield_now().await;
        yield number;
    }
}

async gen fn delegating(end: u64) -> u64 {
    for await number in count(end) {
        yield number;
    }
}

/// Takes all items and gives the last one.
macro_rules! last {
    ($items:expr) => {
        block_on(async {
            let mut last = 0;
            for await item in $items {
                last = black_box(item);
            }
            last
        })
    };
}

pub(crate) fn items(units: u64) -> u64 {
    last!(count(units))
}

pub(crate) fn wakes(units: u64) -> u64 {
    last!(woken(units))
}

pub(crate) fn delegate(units: u64) -> u64 {
    last!(delegating(units))
}
