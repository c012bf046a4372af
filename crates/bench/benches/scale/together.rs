//! One waits for many, which end one by one.

use std::convert::Infallible;

use twin_tasks::{Event, Promise, TaskGroup, gather, promise, run, sleep, spawn, wait};

use crate::{TURN, total};

/// Futures that end one by one: each is woken by the one before it, the first after a turn, in which
/// all others begin to wait.
fn relay(units: u64) -> impl Iterator<Item = impl Future<Output = u64>> {
    async fn runner(index: u64, mine: Option<Promise<()>>, next: Promise<()>) -> u64 {
        match mine {
            Some(mine) => mine.await,
            None => sleep(TURN).await,
        }
        next.set(()).expect("nobody else sets it");
        index
    }
    let mut mine = None;
    (0..units).map(move |index| {
        let next = promise();
        runner(index, mine.replace(next.clone()), next)
    })
}

pub(crate) fn wait_all(units: u64) -> u64 {
    run(async move {
        let (done, _) = wait(relay(units).map(spawn)).await;
        total(done).await
    })
}

pub(crate) fn wait_first(units: u64) -> u64 {
    async fn waiter(index: u64, units: u64, event: Event) -> u64 {
        if index < units - 1 {
            event.wait().await;
        }
        index
    }
    run(async move {
        let event = Event::new();
        let tasks = (0..units).map(|index| spawn(waiter(index, units, event.clone())));
        let (done, pending) = wait(tasks).first_completed().await;
        event.set();
        total(pending).await;
        done.len() as u64 * total(done).await
    })
}

pub(crate) fn as_completed(units: u64) -> u64 {
    run(async move {
        let completed = twin_tasks::as_completed(relay(units).map(spawn));
        let mut sum = 0;
        while let Some((_, index)) = completed.next().await {
            sum += index;
        }
        sum
    })
}

pub(crate) fn gather_tasks(units: u64) -> u64 {
    run(async move { gather(relay(units).map(spawn)).await.into_iter().sum() })
}

pub(crate) fn gather_futures(units: u64) -> u64 {
    run(async move { gather(relay(units)).await.into_iter().sum() })
}

pub(crate) fn group_ends(units: u64) -> u64 {
    run(async move {
        let group = TaskGroup::run(async |group| {
            let spawn = |runner| group.spawn(async { Ok::<_, Infallible>(runner.await) });
            Ok(relay(units).map(spawn).collect::<Vec<_>>())
        });
        total(group.await.expect("no runner fails")).await
    })
}
