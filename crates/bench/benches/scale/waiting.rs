//! What wakes those who wait: all at once, or one after the other.

use std::cell::Cell;
use std::rc::Rc;

use twin_tasks::{
    Barrier, Condition, Event, Lock, Queue, Semaphore, Task, promise, run, sleep, spawn,
};

use crate::{PERMITS, TURN, started, total};

/// Numbers those who come, from 0. Who multiplies its index by its place shows that the first to
/// wait was the first to go on.
#[derive(Clone, Default)]
struct Places(Rc<Cell<u64>>);

impl Places {
    fn next(&self) -> u64 {
        self.0.replace(self.0.get() + 1)
    }
}

pub(crate) fn event_set(units: u64) -> u64 {
    async fn waiter(index: u64, event: Event) -> u64 {
        event.wait().await;
        index
    }
    run(async move {
        let event = Event::new();
        let tasks = started((0..units).map(|index| waiter(index, event.clone()))).await;
        event.set();
        total(tasks).await
    })
}

pub(crate) fn lock_handover(units: u64) -> u64 {
    async fn waiter(index: u64, lock: Lock, places: Places) -> u64 {
        let _guard = lock.acquire().await;
        index * places.next()
    }
    run(async move {
        let (lock, places) = (Lock::new(), Places::default());
        let guard = lock.acquire().await;
        let waiters = (0..units).map(|index| waiter(index, lock.clone(), places.clone()));
        let tasks = started(waiters).await;
        drop(guard);
        total(tasks).await
    })
}

pub(crate) fn semaphore_handover(units: u64) -> u64 {
    async fn waiter(index: u64, semaphore: Semaphore, places: Places) -> u64 {
        let _permit = semaphore.acquire().await;
        let place = places.next();
        sleep(TURN).await;
        index * place
    }
    run(async move {
        let (semaphore, places) = (Semaphore::new(PERMITS), Places::default());
        let waiters = (0..units).map(|index| waiter(index, semaphore.clone(), places.clone()));
        total(started(waiters).await).await
    })
}

pub(crate) fn condition_notify_all(units: u64) -> u64 {
    async fn waiter(index: u64, condition: Condition, places: Places) -> u64 {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
        index * places.next()
    }
    run(async move {
        let (condition, places) = (Condition::new(), Places::default());
        let waiters = (0..units).map(|index| waiter(index, condition.clone(), places.clone()));
        let tasks = started(waiters).await;
        let guard = condition.acquire().await;
        condition.notify_all(&guard);
        drop(guard);
        total(tasks).await
    })
}

pub(crate) fn condition_notify_each(units: u64) -> u64 {
    async fn waiter(index: u64, condition: Condition, places: Places) -> u64 {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
        condition.notify(&guard, 1);
        index * places.next()
    }
    run(async move {
        let (condition, places) = (Condition::new(), Places::default());
        let waiters = (0..units).map(|index| waiter(index, condition.clone(), places.clone()));
        let tasks = started(waiters).await;
        let guard = condition.acquire().await;
        condition.notify(&guard, 1);
        drop(guard);
        total(tasks).await
    })
}

pub(crate) fn barrier(units: u64) -> u64 {
    async fn waiter(barrier: Barrier) -> u64 {
        barrier.wait().await.expect("nobody breaks it") as u64
    }
    run(async move {
        let barrier = Barrier::new(units as usize);
        let tasks = started((0..units).map(|_| waiter(barrier.clone()))).await;
        total(tasks).await
    })
}

pub(crate) fn queue_getters(units: u64) -> u64 {
    async fn waiter(index: u64, queue: Queue<u64>) -> u64 {
        index * queue.get().await.expect("nobody shuts it down")
    }
    run(async move {
        let queue = Queue::new();
        let tasks = started((0..units).map(|index| waiter(index, queue.clone()))).await;
        for item in 0..units {
            queue.put(item).await.expect("nobody shuts it down");
        }
        total(tasks).await
    })
}

pub(crate) fn queue_putters(units: u64) -> u64 {
    async fn waiter(index: u64, queue: Queue<u64>) -> u64 {
        queue.put(index).await.expect("nobody shuts it down");
        index
    }
    run(async move {
        let queue = Queue::bounded(1);
        let tasks = started((0..units).map(|index| waiter(index, queue.clone()))).await;
        let mut sum = 0;
        for place in 0..units {
            sum += place * queue.get().await.expect("nobody shuts it down");
        }
        sum + total(tasks).await
    })
}

pub(crate) fn queue_join(units: u64) -> u64 {
    async fn waiter(index: u64, queue: Queue<&str>) -> u64 {
        queue.join().await;
        index
    }
    run(async move {
        let queue = Queue::new();
        queue.put("work").await.expect("nobody shuts it down");
        let tasks = started((0..units).map(|index| waiter(index, queue.clone()))).await;
        queue.task_done().expect("there is one item");
        total(tasks).await
    })
}

pub(crate) fn promise_set(units: u64) -> u64 {
    run(async move {
        let promise = promise();
        let waiters = (0..units).map(|index| {
            let promise = promise.clone();
            async move { index * promise.await }
        });
        let tasks = started(waiters).await;
        promise.set(2).expect("nobody has set it");
        total(tasks).await
    })
}

pub(crate) fn task_joined_by_many(units: u64) -> u64 {
    run(async move {
        let event = Event::new();
        let joined = spawn(work(event.clone(), 2));
        let waiters = (0..units).map(|index| {
            let joined = joined.clone();
            async move { index * joined.await }
        });
        let tasks = started(waiters).await;
        event.set();
        total(tasks).await
    })
}

pub(crate) fn tasks_joined_in_a_chain(units: u64) -> u64 {
    async fn link(before: Task<u64>) -> u64 {
        before.await + 1
    }
    run(async move {
        let event = Event::new();
        let mut task = spawn(work(event.clone(), 0));
        for _ in 0..units {
            task = spawn(link(task));
        }
        sleep(TURN).await;
        event.set();
        task.await
    })
}

async fn work(event: Event, result: u64) -> u64 {
    event.wait().await;
    result
}
