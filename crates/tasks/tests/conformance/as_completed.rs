//! Results in the order in which they come.

use std::time::{Duration, Instant};

use futures_lite::StreamExt;
use twin_tasks::{TimedOut, as_completed, gather, now, promise, run, spawn, timeout, timeout_at};
use twins_conformance::{Exception, key_error, repr, say};

use crate::catalogue::ms;

async fn sleeper(time: u64, value: &'static str) -> &'static str {
    ms(time).await;
    value
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed() {
    same! {
        let results = as_completed([sleeper(40, "c"), sleeper(0, "a"), sleeper(20, "b")]);
        let mut values = Vec::new();
        while let Some((_, value)) = results.next().await {
            values.push(value);
        }
        say!("{}", repr(values));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_async_iteration() {
    same! {
        let tasks = [spawn(sleeper(10, "b")), spawn(sleeper(0, "a"))];
        let handles: Vec<_> = tasks.iter().map(|task| task.handle()).collect();
        let mut results = as_completed(tasks);
        while let Some((place, value)) = StreamExt::next(&mut results).await {
            say!("{} {value}", repr(handles[place].done()));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_exception() {
    async fn f(time: u64, result: Result<&str, Exception>) -> Result<&str, Exception> {
        ms(time).await;
        result
    }
    same! {
        let results = as_completed([f(20, Ok("ok")), f(0, Err(key_error("k")))]);
        while let Some((_, result)) = results.next().await {
            match result {
                Ok(value) => say!("{value}"),
                Err(error) => say!("{} '{error}'", error.kind()),
            }
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_with_timeout() {
    same! {
        let open = promise();
        let a = spawn(async { "a" });
        let opened = open.clone();
        let b = spawn(async {
            opened.await;
            "b"
        });
        let results = as_completed([a, b.clone()]);
        let deadline = now() + Duration::from_millis(20);
        for _ in 0..2 {
            match timeout_at(deadline, results.next()).await {
                Ok(next) => say!("{}", next.unwrap().1),
                Err(TimedOut) => {
                    say!("TimeoutError {} {}", repr(b.done()), repr(b.cancelled()));
                }
            }
        }
        open.set(()).unwrap();
        say!("{}", b.await);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_with_unused_timeout() {
    same!(|| {
        let started = Instant::now();
        run(async {
            let results = as_completed([sleeper(1, "a")]);
            let first = timeout(Duration::from_secs(60), results.next()).await;
            say!("{}", first.unwrap().unwrap().1);
        });
        // The limit of the Python program is for a quiet machine.
        say!("{}", repr(started.elapsed() < Duration::from_secs(60)));
    });
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_resume_iterator() {
    same! {
        let results = as_completed((0..4).map(|i| async move { i }));
        let mut got = Vec::new();
        while let Some((_, value)) = results.next().await {
            got.push(value);
            if got.len() == 2 {
                break;
            }
        }
        say!("{}", got.len());
        while let Some((_, value)) = results.next().await {
            got.push(value);
        }
        got.sort();
        say!("{}", repr(got));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_reverse_wait() {
    same! {
        let results = as_completed([spawn(sleeper(1, "a")), spawn(sleeper(30, "b"))]);
        let futures = [results.next(), results.next()];
        say!("{}", futures.len());
        let [first, second] = futures;
        say!("{}", second.await.unwrap().1);
        say!("{}", first.await.unwrap().1);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_concurrent() {
    same! {
        let results = as_completed([sleeper(1, "a"), sleeper(1, "b")]);
        let both = gather([results.next(), results.next()]).await;
        let mut values: Vec<_> = both.into_iter().map(|next| next.unwrap().1).collect();
        values.sort_unstable();
        say!("{}", repr(values));
    }
}
