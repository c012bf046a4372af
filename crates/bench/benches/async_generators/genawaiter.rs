//! genawaiter's own asynchronous generators, on the heap as ours are.

use futures_lite::future::yield_now;
use genawaiter::rc::{Co, Gen};

use crate::{block_on, last};

pub(crate) fn items(units: u64) -> u64 {
    block_on(last(Gen::new(|co: Co<u64>| async move {
        for number in 0..units {
            co.yield_(number).await;
        }
    })))
}

pub(crate) fn wakes(units: u64) -> u64 {
    block_on(last(Gen::new(|co: Co<u64>| async move {
        for number in 0..units {
            yield_now().await;
            co.yield_(number).await;
        }
    })))
}
