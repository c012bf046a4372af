//! Many that are alive at once, and dropped.

use std::future::pending;
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;

use anyhow::{Result, ensure};
use futures_lite::future::poll_once;
use twin_tasks::{Event, TaskGroup, gather, run, sleep, spawn};
use twins_bench::process::resident;

use crate::{HOUR, TURN};

/// Makes many, looks at the memory while they are alive, and drops them: bytes.
type Alive = Pin<Box<dyn Future<Output = Result<u64>>>>;

/// A kind has a name and makes so many.
pub(crate) type Kind = (&'static str, fn(u64) -> Alive);

/// Not ours, and under no bar.
pub(crate) const CONTROL: &str = "boxes of 128 bytes, for comparison";

pub(crate) const KINDS: &[Kind] = &[
    ("sleepers in a gather", |count| Box::pin(sleepers(count))),
    ("tasks in a group", |count| Box::pin(group(count))),
    ("waiters of an event", |count| Box::pin(waiters(count))),
    ("tasks that wait for an event, cancelled", |count| Box::pin(tasks(count))),
    (CONTROL, |count| Box::pin(boxes(count))),
];

/// The resident memory, in bytes, of many and as many again.
pub(crate) struct Lived {
    /// While the first are alive.
    pub(crate) alive: i64,
    /// What there is more after the second than after the first.
    pub(crate) added: i64,
}

pub(crate) fn lived(kind: fn(u64) -> Alive, count: u64) -> Result<Lived> {
    run(async move {
        // As many to warm up: what is large comes from the system at first, then from what is free.
        resident()?;
        kind(count).await?;
        let alive = kind(count).await? as i64;
        let first = resident()? as i64;
        kind(count).await?;
        let second = resident()? as i64;
        Ok(Lived { alive, added: second - first })
    })
}

/// No tasks and no waits: what the allocator makes of it.
async fn boxes(count: u64) -> Result<u64> {
    let all: Vec<_> = (0..count).map(|index| Box::new([index; 16])).collect();
    let alive = resident();
    drop(black_box(all));
    alive
}

async fn sleepers(count: u64) -> Result<u64> {
    let mut all = Box::pin(gather((0..count).map(|_| sleep(HOUR))));
    ensure!(poll_once(&mut all).await.is_none(), "an hour was over at once");
    let alive = resident();
    drop(all);
    sleep(TURN).await;
    alive
}

async fn group(count: u64) -> Result<u64> {
    let (event, token) = (Event::new(), Rc::new(()));
    let child = |token: Rc<()>| {
        let wait = event.wait();
        async move {
            wait.await;
            drop(token);
        }
    };
    let mut group = Box::pin(TaskGroup::run(async |group| {
        for _ in 0..count {
            group.spawn(child(token.clone())).detach();
        }
        pending::<()>().await;
    }));
    ensure!(poll_once(&mut group).await.is_none(), "the group ended at once");
    sleep(TURN).await;
    let alive = resident();
    drop(group);
    // A dropped group cancels its children. They end in a turn of their own.
    for _ in 0..10 {
        sleep(TURN).await;
    }
    ensure!(Rc::strong_count(&token) == 1, "children outlive their dropped group");
    alive
}

async fn waiters(count: u64) -> Result<u64> {
    let event = Event::new();
    let mut all = Vec::new();
    for _ in 0..count {
        let mut wait = Box::pin(event.wait());
        ensure!(poll_once(&mut wait).await.is_none(), "nobody has set the event");
        all.push(wait);
    }
    let alive = resident();
    drop(all);
    sleep(TURN).await;
    alive
}

async fn tasks(count: u64) -> Result<u64> {
    let event = Event::new();
    let all: Vec<_> = (0..count).map(|_| spawn(event.wait())).collect();
    sleep(TURN).await;
    let alive = resident();
    for task in &all {
        task.cancel();
    }
    for task in all {
        ensure!(task.outcome().await.is_err(), "a task was not cancelled");
    }
    sleep(TURN).await;
    alive
}
