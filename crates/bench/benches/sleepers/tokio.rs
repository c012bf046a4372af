//! tokio's current-thread runtime: tasks of a `JoinSet`, and joined futures.

use std::time::Duration;

use ::tokio::runtime::{Builder, Runtime};
use ::tokio::task::{JoinSet, unconstrained};
use ::tokio::time::sleep;

use crate::sum;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime can be built")
}

pub(crate) fn join_set(sleepers: u64, time: Duration) -> u64 {
    runtime().block_on(async {
        let mut tasks = JoinSet::new();
        for index in 0..sleepers {
            tasks.spawn(async move {
                sleep(time).await;
                index
            });
        }
        let mut sum = 0;
        while let Some(result) = tasks.join_next().await {
            sum += result.expect("no sleeper panics");
        }
        sum
    })
}

pub(crate) fn join_all(sleepers: u64, time: Duration) -> u64 {
    runtime().block_on(async {
        let results = futures_util::future::join_all((0..sleepers).map(|index| async move {
            sleep(time).await;
            index
        }));
        // tokio lets a task go on 128 times before it must give way. Each time it goes on, the join
        // would ask all that are left in vain: minutes for a million.
        sum(unconstrained(results).await)
    })
}
