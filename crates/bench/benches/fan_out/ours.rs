//! Ours: a gather of futures, a gather of tasks, and a task group.

use std::convert::Infallible;

use twin_tasks::{TaskGroup, gather, run, spawn};

use crate::{leaf, sum, widths};

pub(crate) fn gathered(units: u64) -> u64 {
    run(async move {
        let mut total = 0;
        for width in widths(units) {
            total += sum(gather((0..width).map(leaf)).await);
        }
        total
    })
}

pub(crate) fn gathered_tasks(units: u64) -> u64 {
    run(async move {
        let mut total = 0;
        for width in widths(units) {
            total += sum(gather((0..width).map(|index| spawn(leaf(index)))).await);
        }
        total
    })
}

pub(crate) fn task_group(units: u64) -> u64 {
    run(async move {
        let mut total = 0;
        for width in widths(units) {
            let group = TaskGroup::run(async |group| {
                let mut tasks = Vec::new();
                for index in 0..width {
                    tasks.push(group.spawn(async move { Ok::<_, Infallible>(leaf(index).await) }));
                }
                let mut results = Vec::new();
                for task in tasks {
                    results.push(task.await);
                }
                Ok(results)
            });
            total += sum(group.await.expect("no task fails"));
        }
        total
    })
}
