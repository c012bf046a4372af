//! Events.

use twin_tasks::{Event, spawn, wait};
use twins_conformance::{repr, say};

use crate::catalogue::{Shared, turn};

/// `await event.wait()`, which is always true.
async fn waits(event: Event) -> bool {
    event.wait().await;
    true
}

#[test]
fn test_asyncio_test_locks_py__EventTests__test_wait() {
    async fn c(event: Event, n: i32, log: Shared<Vec<i32>>) {
        event.wait().await;
        log.push(n);
    }
    same! {
        let (event, log) = (Event::new(), Shared::log());
        drop([1, 2].map(|n| spawn(c(event.clone(), n, log.clone()))));
        turn().await;
        say!("{}", repr(log.get()));
        drop(spawn(c(event.clone(), 3, log.clone())));
        event.set();
        turn().await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_locks_py__EventTests__test_wait_on_set() {
    same! {
        let event = Event::new();
        event.set();
        say!("{} {}", repr(waits(event.clone()).await), repr(event.is_set()));
    }
}

#[test]
fn test_asyncio_test_locks_py__EventTests__test_wait_cancel() {
    same! {
        let event = Event::new();
        let [t1, t2] = [event.clone(), event.clone()].map(|event| spawn(waits(event)));
        turn().await;
        t1.cancel();
        event.set();
        say!("{}", repr(t2.await));
        wait([&t1]).await;
        say!("{}", repr(t1.cancelled()));
    }
}

#[test]
fn test_asyncio_test_locks_py__EventTests__test_clear() {
    same! {
        let event = Event::new();
        event.set();
        say!("{}", repr(event.is_set()));
        event.clear();
        say!("{}", repr(event.is_set()));
        let task = spawn(waits(event.clone()));
        turn().await;
        say!("{}", repr(task.done()));
        event.set();
        say!("{}", repr(task.await));
    }
}
