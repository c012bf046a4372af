//! Ours: a gather of futures, and a task group.

use std::convert::Infallible;
use std::time::Duration;

use twin_tasks::{TaskGroup, gather, run, sleep};

use crate::sum;

pub(crate) fn gathered(sleepers: u64, time: Duration) -> u64 {
    run(async move {
        let results = gather((0..sleepers).map(|index| async move {
            sleep(time).await;
            index
        }));
        sum(results.await)
    })
}

pub(crate) fn task_group(sleepers: u64, time: Duration) -> u64 {
    run(async move {
        let group = TaskGroup::run(async |group| {
            let tasks = (0..sleepers).map(|index| {
                group.spawn(async move {
                    sleep(time).await;
                    Ok::<_, Infallible>(index)
                })
            });
            let mut sum = 0;
            for task in tasks.collect::<Vec<_>>() {
                sum += task.await;
            }
            Ok(sum)
        });
        group.await.expect("no sleeper fails")
    })
}
