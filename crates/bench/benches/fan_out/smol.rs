//! smol: tasks of its executor, and futures joined by two crates.

use ::smol::{LocalExecutor, block_on};
use futures_concurrency::prelude::*;

use crate::{leaf, sum, widths};

pub(crate) fn spawn(units: u64) -> u64 {
    let executor = LocalExecutor::new();
    block_on(executor.run(async {
        let mut total = 0;
        for width in widths(units) {
            let mut tasks = Vec::new();
            for index in 0..width {
                tasks.push(executor.spawn(leaf(index)));
            }
            let mut results = Vec::new();
            for task in tasks {
                results.push(task.await);
            }
            total += sum(results);
        }
        total
    }))
}

pub(crate) fn buffered(units: u64) -> u64 {
    block_on(async {
        let mut total = 0;
        for width in widths(units) {
            total += sum(futures_buffered::join_all((0..width).map(leaf)).await);
        }
        total
    })
}

pub(crate) fn concurrency(units: u64) -> u64 {
    block_on(async {
        let mut total = 0;
        for width in widths(units) {
            total += sum((0..width).map(leaf).collect::<Vec<_>>().join().await);
        }
        total
    })
}
