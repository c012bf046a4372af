//! Waiting for one, with a limit.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use twin_tasks::{
    Clock, Promise, Runner, TimedOut, catch_cancelled, promise, shield_task, sleep, spawn, wait_for,
};
use twins_conformance::{Exception, Finally, key_error, repr, say};

use crate::catalogue::{Shared, ms, turn};

const SHORT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for() {
    struct Stopped(Shared<Vec<&'static str>>);
    impl Drop for Stopped {
        fn drop(&mut self) {
            self.0.push("foo stopped");
        }
    }
    same! {
        let log = Shared::log();
        let finally = Stopped(log.clone());
        let mut task = spawn(async move {
            let _finally = finally;
            ms(10_000).await;
        });
        if wait_for(&mut task, SHORT).await == Err(TimedOut) {
            say!("TimeoutError {} {}", repr(log.get()), repr(task.cancelled()));
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_in_time() {
    async fn bad() -> Result<(), Exception> {
        turn().await;
        Err(key_error("k"))
    }
    same! {
        let ok = async {
            ms(1).await;
            "ok"
        };
        say!("{}", wait_for(ok, LONG).await.unwrap());
        if let Err(error) = wait_for(bad(), LONG).await.unwrap() {
            say!("{} '{error}'", error.kind());
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_timeout_less_then_0_or_0_future_done()
 {
    same! {
        let future = promise();
        future.set("done").unwrap();
        // There are no negative durations: it is 0 twice.
        for _ in 0..2 {
            say!("{}", wait_for(future.clone(), Duration::ZERO).await.unwrap());
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_timeout_less_then_0_or_0() {
    same! {
        for _ in 0..2 {
            let mut task = spawn(async {
                let _finally = Finally("stopped");
                ms(10_000).await;
            });
            turn().await;
            if wait_for(&mut task, Duration::ZERO).await.is_err() {
                say!("TimeoutError {}", repr(task.cancelled()));
            }
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_blocking() {
    same! {
        let coro = async {
            ms(2).await;
            "done"
        };
        say!("{}", wait_for(coro, None).await.unwrap());
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_race_condition() {
    same! {
        let future = promise();
        let setter = future.clone();
        let waiting = wait_for(future, LONG);
        // `loop.call_soon`
        drop(spawn(async move { setter.set("ok").unwrap() }));
        say!("{}", waiting.await.unwrap());
    }
}

thread_local! {
    static FUTURE: RefCell<Option<Promise<&'static str>>> = const { RefCell::new(None) };
}

/// Sets the result when it is woken, on the thread whose promise it is.
struct SetsResult;

impl Wake for SetsResult {
    fn wake(self: Arc<Self>) {
        if let Some(future) = FUTURE.take() {
            future.set("ok").unwrap();
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_race_condition_same_cycle() {
    // Both times are over in one cycle, because the clock says so.
    let clock = Clock::standing();
    same!(|| Runner::with_clock(clock.clone()).run(async move {
        let future = promise();
        // `loop.call_later`: what is called is the waker of a sleep.
        FUTURE.set(Some(future.clone()));
        let mut later = Box::pin(sleep(Duration::from_millis(1)));
        let waker = Waker::from(Arc::new(SetsResult));
        assert!(later.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let task = spawn(wait_for(future.clone(), Duration::from_millis(5)));
        turn().await;
        clock.advance(Duration::from_millis(20));
        match task.await {
            Ok(value) => say!("{value}"),
            Err(_) => say!("TimeoutError {}", future.result().unwrap()),
        }
    }))
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_cancellation_race_condition() {
    same! {
        let return_42 = async { catch_cancelled(ms(10_000)).await.map_or(42, |()| 0) };
        say!("{}", wait_for(return_42, SHORT).await.unwrap());
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_wait_for_waits_for_task_cancellation() {
    same! {
        let log = Shared::log();
        let clean = log.clone();
        let mut task = spawn(async move {
            if let Err(error) = catch_cancelled(ms(10_000)).await {
                ms(3).await;
                clean.push("cleanup");
                error.propagate().await;
            }
        });
        if wait_for(&mut task, SHORT).await.is_err() {
            // The cause is how the task ended.
            let cause = if task.cancelled() { "CancelledError" } else { "another" };
            say!("{} {cause}", repr(log.get()));
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__AsyncioWaitForTest__test_cancel_wait_for() {
    same! {
        for timeout in [None, Some(LONG)] {
            let task = spawn(ms(100_000));
            let handle = task.handle();
            let wait = spawn(wait_for(task, timeout));
            let waiting = wait.handle();
            // `loop.call_soon`
            drop(spawn(async move { waiting.cancel() }));
            if catch_cancelled(wait).await.is_err() {
                say!("CancelledError {}", repr(handle.cancelled()));
            }
        }
    }
}

#[test]
fn test_asyncio_test_waitfor_py__WaitForShieldTests__test_none_timeout() {
    same! {
        let mut task = spawn(async {
            ms(2).await;
            "done"
        });
        say!("{}", wait_for(shield_task(&mut task), None).await.unwrap());
        say!("{}", repr(task.done()));
    }
}

#[test]
fn test_asyncio_test_waitfor_py__WaitForShieldTests__test_shielded_timeout() {
    same! {
        let open = promise();
        let opened = open.clone();
        let mut task = spawn(async {
            opened.await;
            "done"
        });
        if wait_for(shield_task(&mut task), SHORT).await.is_err() {
            say!("TimeoutError {} {}", repr(task.done()), repr(task.cancelled()));
        }
        open.set(()).unwrap();
        say!("{}", task.await);
    }
}
