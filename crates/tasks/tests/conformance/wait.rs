//! Waiting for several tasks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use twin_tasks::{Task, catch_cancelled, promise, spawn, wait};
use twins_conformance::{Exception, repr, say, zero_division};

use crate::catalogue::{Shared, ms, turn};

/// `sorted(t.result() for t in tasks)`.
fn sorted_results<T: Ord + Clone + 'static>(tasks: &[Task<T>]) -> Vec<T> {
    let mut results: Vec<_> = tasks.iter().map(|task| task.result().unwrap().clone()).collect();
    results.sort();
    results
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait() {
    same! {
        let a = spawn(async {
            ms(2).await;
            "a"
        });
        let b = spawn(async {
            ms(1).await;
            "b"
        });
        let mut tasks = vec![b, a];
        for _ in 0..2 {
            let (done, pending) = wait(tasks).await;
            say!("{} {}", repr(sorted_results(&done)), pending.len());
            tasks = done;
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_errors() {
    same! {
        let none = catch_unwind(AssertUnwindSafe(|| drop(wait(Vec::<Task<()>>::new()))));
        let text = none.unwrap_err();
        // The crate's own words name the remedy.
        let own = "wait was given no tasks, and would never end: give at least one";
        assert_eq!(text.downcast_ref(), Some(&own));
        say!("ValueError: Set of Tasks/Futures is empty.");
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_really_done() {
    async fn turns(count: usize) {
        for _ in 0..count {
            turn().await;
        }
    }
    same! {
        let (a, b) = (spawn(turns(1)), spawn(turns(2)));
        let (done, pending) = wait([&b, &a]).first_completed().await;
        say!("{} {} {} {}", done.len(), pending.len(), repr(a.done()), repr(b.done()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_first_exception() {
    same! {
        let a = spawn(async {
            ms(10_000).await;
            Ok(())
        });
        let b = spawn(async {
            ms(1).await;
            Err(zero_division("err"))
        });
        let (done, pending) = wait([&b, &a]).first_exception().await;
        let only = |tasks: &[&Task<_>], task: &Task<Result<(), Exception>>| {
            tasks.len() == 1 && tasks[0].handle() == task.handle()
        };
        let error = b.result().unwrap().clone().unwrap_err();
        say!("{} {} {}", repr(only(&done, &b)), repr(only(&pending, &a)), repr(error));
        a.cancel();
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_first_exception_normal_completion() {
    async fn sleeper(time: u64) -> Result<(), Exception> {
        ms(time).await;
        Ok(())
    }
    same! {
        let [a, b, c] = [5, 0, 10_000].map(|time| spawn(sleeper(time)));
        let handle = c.handle();
        // `loop.call_soon`
        drop(spawn(async move { handle.cancel() }));
        let (done, pending) = wait([&a, &b, &c]).first_exception().await;
        say!("{} {} {}", done.len(), pending.len(), repr(c.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_with_timeout() {
    same! {
        let open = promise();
        let opened = open.clone();
        let a = spawn(async { "a" });
        let b = spawn(async {
            opened.await;
            "b"
        });
        let (done, pending) = wait([&b, &a]).timeout(Duration::from_millis(15)).await;
        let is = |tasks: &[&Task<&str>], task: &Task<&str>| {
            tasks.len() == 1 && tasks[0].handle() == task.handle()
        };
        say!("{} {} {}", repr(is(&done, &a)), repr(is(&pending, &b)), repr(b.cancelled()));
        open.set(()).unwrap();
        say!("{}", b.await);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_with_iterator_of_tasks() {
    same! {
        let tasks = (0..10).map(|i| spawn(async move { i }));
        let (done, pending) = wait(tasks).await;
        say!("{} {} {}", done.len(), pending.len(), repr(sorted_results(&done)));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_yield_wait_does_not_shield_cancel() {
    same! {
        let log = Shared::log();
        let inner = log.clone();
        let task = spawn(async move {
            ms(3).await;
            inner.push("inner finished");
        });
        let handle = task.handle();
        let outer = spawn(wait([task]));
        turn().await;
        outer.cancel();
        if catch_cancelled(outer).await.is_err() {
            say!("CancelledError {}", repr(handle.cancelled()));
        }
        handle.ended().await;
        say!("{}", repr(log.get()));
    }
}
