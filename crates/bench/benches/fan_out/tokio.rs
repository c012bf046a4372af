//! tokio's current-thread runtime: tasks of a `JoinSet`, and joined futures.

use ::tokio::runtime::{Builder, Runtime};
use ::tokio::task::JoinSet;

use crate::{leaf, sum, widths};

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime can be built")
}

pub(crate) fn join_set(units: u64) -> u64 {
    runtime().block_on(async {
        let mut total = 0;
        for width in widths(units) {
            let mut tasks = JoinSet::new();
            for index in 0..width {
                tasks.spawn(leaf(index));
            }
            let mut results = Vec::new();
            while let Some(result) = tasks.join_next().await {
                results.push(result.expect("no task panics"));
            }
            total += sum(results);
        }
        total
    })
}

pub(crate) fn join_all(units: u64) -> u64 {
    runtime().block_on(async {
        let mut total = 0;
        for width in widths(units) {
            total += sum(futures_util::future::join_all((0..width).map(leaf)).await);
        }
        total
    })
}
