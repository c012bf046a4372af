//! What can be waited for, and given up.

use std::future::pending;
use std::pin::Pin;

use futures_lite::future::yield_now;
use twin_tasks::{
    Barrier, Condition, Event, Lock, Queue, Semaphore, TaskGroup, catch_cancelled, shield, sleep,
    spawn,
};

use crate::HOUR;

/// A wait that nobody ends.
pub(crate) type Wait = Pin<Box<dyn Future<Output = ()>>>;

/// Makes waits of one kind, nearly all of them for one and the same thing.
pub(crate) type Waits = Box<dyn FnMut() -> Wait>;

/// A kind has a name and, inside a running loop, makes its waits.
pub(crate) type Kind = (&'static str, fn() -> Waits);

macro_rules! kinds {
    ($($kind:ident)*) => {
        &[$((stringify!($kind), $kind)),*]
    };
}

pub(crate) const KINDS: &[Kind] = kinds! {
    event lock semaphore condition barrier queue_get queue_put queue_join
    promise task_join task_ended
    wait gather gather_tasks as_completed as_completed_next task_group
    timeout sleeping shielded caught
};

fn waits<F: Future + 'static>(mut make: impl FnMut() -> F + 'static) -> Waits {
    Box::new(move || {
        let future = make();
        Box::pin(async move {
            let _ = future.await;
        })
    })
}

fn event() -> Waits {
    let event = Event::new();
    waits(move || event.wait())
}

fn lock() -> Waits {
    let lock = Lock::new();
    let guard = lock.try_acquire().expect("nobody holds it");
    waits(move || {
        let _held = &guard;
        lock.acquire()
    })
}

fn semaphore() -> Waits {
    let semaphore = Semaphore::new(0);
    waits(move || semaphore.acquire())
}

fn condition() -> Waits {
    let condition = Condition::new();
    waits(move || {
        let condition = condition.clone();
        async move {
            let mut guard = condition.acquire().await;
            condition.wait(&mut guard).await;
        }
    })
}

fn barrier() -> Waits {
    let barrier = Barrier::new(2);
    waits(move || barrier.wait())
}

fn queue_get() -> Waits {
    let queue = Queue::<u64>::new();
    waits(move || {
        let queue = queue.clone();
        async move { queue.get().await }
    })
}

fn queue_put() -> Waits {
    let queue = Queue::bounded(1);
    queue.try_put(0).expect("it has room");
    waits(move || {
        let queue = queue.clone();
        async move { queue.put(1).await }
    })
}

fn queue_join() -> Waits {
    let queue = Queue::new();
    queue.try_put("work").expect("it has room");
    waits(move || {
        let queue = queue.clone();
        async move { queue.join().await }
    })
}

fn promise() -> Waits {
    let mut promise = twin_tasks::promise::<()>();
    waits(move || {
        // A request to cancel the waiter cancels it.
        if promise.done() {
            promise = twin_tasks::promise();
        }
        promise.clone()
    })
}

fn task_join() -> Waits {
    let mut task = spawn(pending::<()>());
    waits(move || {
        // As a promise.
        if task.done() {
            task = spawn(pending());
        }
        task.clone()
    })
}

fn task_ended() -> Waits {
    let task = spawn(pending::<()>());
    waits(move || {
        let handle = task.handle();
        async move { handle.ended().await }
    })
}

fn wait() -> Waits {
    let tasks = [spawn(pending::<()>()), spawn(pending())];
    waits(move || twin_tasks::wait(tasks.clone()))
}

fn gather() -> Waits {
    let event = Event::new();
    waits(move || twin_tasks::gather([event.wait(), event.wait()]))
}

fn gather_tasks() -> Waits {
    let mut tasks = [spawn(pending::<()>()), spawn(pending())];
    waits(move || {
        for task in tasks.iter_mut().filter(|task| task.done()) {
            *task = spawn(pending());
        }
        twin_tasks::gather(tasks.clone())
    })
}

fn as_completed() -> Waits {
    let event = Event::new();
    waits(move || {
        let completed = twin_tasks::as_completed([event.wait(), event.wait()]);
        async move { completed.next().await }
    })
}

fn as_completed_next() -> Waits {
    let two = || twin_tasks::as_completed([pending::<()>(), pending()]);
    let mut completed = two();
    waits(move || {
        // A request to cancel the waiter ends those that it runs.
        if completed.len() < 2 {
            completed = two();
        }
        completed.next()
    })
}

fn task_group() -> Waits {
    let event = Event::new();
    waits(move || {
        let wait = event.wait();
        async {
            TaskGroup::run(async |group| {
                group.spawn(wait).detach();
                pending::<()>().await;
            })
            .await;
        }
    })
}

fn timeout() -> Waits {
    waits(|| twin_tasks::timeout(HOUR, pending::<()>()))
}

fn sleeping() -> Waits {
    waits(|| sleep(HOUR))
}

fn shielded() -> Waits {
    // What is shielded goes on, for one turn.
    waits(|| shield(yield_now()))
}

fn caught() -> Waits {
    let event = Event::new();
    waits(move || {
        let wait = event.wait();
        async {
            if let Err(cancelled) = catch_cancelled(wait).await {
                cancelled.propagate().await;
            }
        }
    })
}
