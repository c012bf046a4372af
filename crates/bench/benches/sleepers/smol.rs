//! smol: tasks of its executor, and futures joined by two crates.

use std::time::Duration;

use ::smol::{LocalExecutor, Timer, block_on};
use futures_concurrency::prelude::*;

use crate::sum;

pub(crate) fn spawn(sleepers: u64, time: Duration) -> u64 {
    let executor = LocalExecutor::new();
    block_on(executor.run(async {
        let tasks = (0..sleepers).map(|index| {
            executor.spawn(async move {
                Timer::after(time).await;
                index
            })
        });
        let mut sum = 0;
        for task in tasks.collect::<Vec<_>>() {
            sum += task.await;
        }
        sum
    }))
}

/// The futures that the crates join.
fn futures(sleepers: u64, time: Duration) -> impl Iterator<Item = impl Future<Output = u64>> {
    (0..sleepers).map(move |index| async move {
        Timer::after(time).await;
        index
    })
}

pub(crate) fn buffered(sleepers: u64, time: Duration) -> u64 {
    sum(block_on(futures_buffered::join_all(futures(sleepers, time))))
}

pub(crate) fn concurrency(sleepers: u64, time: Duration) -> u64 {
    sum(block_on(futures(sleepers, time).collect::<Vec<_>>().join()))
}
