//! Shields.

use twin_tasks::{catch_cancelled, gather, shield, shield_task, spawn};
use twins_conformance::{Exception, repr, runtime_error, say};

use crate::catalogue::{Shared, ms, turn};

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_shield_exception() {
    same! {
        let bad = async { Err::<(), Exception>(runtime_error("expected")) };
        if let Err(error) = shield(bad).await {
            say!("{} {error}", error.kind());
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_shield_cancel_inner() {
    same! {
        let inner = spawn(ms(10_000));
        let handle = inner.handle();
        // A future of asyncio that can be asked is a task here.
        let outer = spawn(shield_task(inner));
        let asked = outer.handle();
        turn().await;
        handle.cancel();
        if catch_cancelled(outer).await.is_err() {
            say!("CancelledError {} {}", repr(asked.cancelled()), repr(handle.cancelled()));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_shield_effect() {
    same! {
        let log = Shared::log();
        let (inner, outer) = (log.clone(), log.clone());
        let task = spawn(async move {
            let inner = async move {
                ms(3).await;
                inner.push("inner");
            };
            shield(inner).await;
            outer.push("outer");
        });
        turn().await;
        task.cancel();
        if catch_cancelled(task).await.is_err() {
            say!("CancelledError {}", repr(log.get()));
        }
        while log.get().is_empty() {
            ms(1).await;
        }
        ms(10).await;
        say!("{}", repr(log.get()));
    }
}

/// `asyncio.sleep(time, value)`.
async fn sleeper(time: u64, value: i32) -> i32 {
    ms(time).await;
    value
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_shield_gather() {
    same! {
        let parent = spawn(gather([sleeper(2, 1), sleeper(1, 2)]));
        let outer = spawn(shield_task(parent.clone()));
        turn().await;
        outer.cancel();
        turn().await;
        say!("{} {}", repr(outer.cancelled()), repr(parent.cancelled()));
        say!("{}", repr(parent.await));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_gather_shield() {
    same! {
        let both = [spawn(sleeper(2, 1)), spawn(sleeper(2, 2))];
        let parent = spawn(gather(both.clone().map(shield_task)));
        turn().await;
        parent.cancel();
        if catch_cancelled(parent).await.is_err() {
            let [a, b] = &both;
            say!("CancelledError {} {}", repr(a.cancelled()), repr(b.cancelled()));
        }
        let [a, b] = both;
        say!("{} {}", a.await, b.await);
    }
}
