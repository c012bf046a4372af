//! Who waits gives up, far from the order in which all came: none may stay behind, and none may be
//! looked for.

use twin_tasks::{Barrier, Condition, Event, Lock, Queue, Task, run, shield_task, spawn, wait};

use crate::{cancelled, started};

/// A prime that divides no number of waiters.
const STRIDE: usize = 7919;

fn scattered<T>(tasks: &[Task<T>]) -> impl Iterator<Item = &Task<T>> {
    (0..tasks.len()).map(|index| &tasks[index * STRIDE % tasks.len()])
}

async fn give_up<F>(waiters: impl Iterator<Item = F>) -> u64
where
    F: Future<Output: 'static> + 'static,
{
    let tasks = started(waiters).await;
    for task in scattered(&tasks) {
        task.cancel();
    }
    cancelled(tasks).await
}

pub(crate) fn event_given_up(units: u64) -> u64 {
    run(async move {
        let event = Event::new();
        give_up((0..units).map(|_| event.wait())).await
    })
}

pub(crate) fn lock_given_up(units: u64) -> u64 {
    run(async move {
        let lock = Lock::new();
        let _guard = lock.acquire().await;
        give_up((0..units).map(|_| lock.acquire())).await
    })
}

pub(crate) fn condition_given_up(units: u64) -> u64 {
    async fn waiter(condition: Condition) {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
    }
    run(async move {
        let condition = Condition::new();
        give_up((0..units).map(|_| waiter(condition.clone()))).await
    })
}

pub(crate) fn barrier_given_up(units: u64) -> u64 {
    run(async move {
        let barrier = Barrier::new(units as usize + 1);
        give_up((0..units).map(|_| barrier.wait())).await
    })
}

pub(crate) fn getters_given_up(units: u64) -> u64 {
    async fn waiter(queue: Queue<u64>) {
        queue.get().await.expect("nobody shuts it down");
    }
    run(async move {
        let queue = Queue::new();
        give_up((0..units).map(|_| waiter(queue.clone()))).await
    })
}

pub(crate) fn putters_given_up(units: u64) -> u64 {
    async fn waiter(queue: Queue<u64>) {
        queue.put(1).await.expect("nobody shuts it down");
    }
    run(async move {
        let queue = Queue::bounded(1);
        queue.put(0).await.expect("nobody shuts it down");
        give_up((0..units).map(|_| waiter(queue.clone()))).await
    })
}

pub(crate) fn shields_given_up(units: u64) -> u64 {
    async fn waiter(shielded: Task<()>) {
        shield_task(shielded).await;
    }
    run(async move {
        let event = Event::new();
        let shielded = spawn(event.wait());
        let sum = give_up((0..units).map(|_| waiter(shielded.clone()))).await;
        event.set();
        shielded.await;
        sum
    })
}

pub(crate) fn waits_given_up(units: u64) -> u64 {
    async fn waiter(shared: Task<()>) {
        wait([shared]).await;
    }
    run(async move {
        let event = Event::new();
        let shared = spawn(event.wait());
        let sum = give_up((0..units).map(|_| waiter(shared.clone()))).await;
        event.set();
        shared.await;
        sum
    })
}
