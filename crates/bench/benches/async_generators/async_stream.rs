//! async-stream: a macro that makes streams of blocks with `yield`.

use async_stream::stream;
use futures_lite::Stream;
use futures_lite::future::yield_now;

use crate::{block_on, last};

fn count(end: u64) -> impl Stream<Item = u64> {
    stream! {
        for number in 0..end {
            yield number;
        }
    }
}

pub(crate) fn items(units: u64) -> u64 {
    block_on(last(count(units)))
}

pub(crate) fn wakes(units: u64) -> u64 {
    block_on(last(stream! {
        for number in 0..units {
            yield_now().await;
            yield number;
        }
    }))
}

pub(crate) fn delegate(units: u64) -> u64 {
    block_on(last(stream! {
        for await number in count(units) {
            yield number;
        }
    }))
}
