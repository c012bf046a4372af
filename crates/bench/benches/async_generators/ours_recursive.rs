//! Ours for recursion: delegates lie on a stack.

use twin_async_generators::{AsyncGenerator, Recursive};

use crate::{block_on, last};

fn count<'a>(end: u64) -> Recursive<'a, u64> {
    AsyncGenerator::recursive(move |mut co| async move {
        for number in 0..end {
            co.yield_(number).await;
        }
    })
}

/// `levels` of delegation around it.
fn nested<'a>(levels: u32, end: u64) -> Recursive<'a, u64> {
    AsyncGenerator::recursive(move |mut co| async move {
        match levels {
            0 => co.yield_from(count(end)).await,
            _ => co.yield_from(nested(levels - 1, end)).await,
        }
    })
}

pub(crate) fn delegate(units: u64) -> u64 {
    block_on(last(nested(0, units)))
}

pub(crate) fn deep(units: u64) -> u64 {
    block_on(last(nested(999, units)))
}
