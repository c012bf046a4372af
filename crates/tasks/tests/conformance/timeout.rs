//! Timeouts.

use std::convert::Infallible;
use std::thread;
use std::time::Duration;

use twin_tasks::{
    Deadline, TaskGroup, Timeout, catch_cancelled, current_task, now, run, spawn, timeout,
};
use twins_conformance::{key_error, repr, say};

use crate::catalogue::{Shared, ms, turn};

fn after(time: u64) -> (Timeout, Deadline) {
    let timeout = Timeout::after(Duration::from_millis(time));
    let deadline = timeout.deadline();
    (timeout, deadline)
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_basic() {
    same! {
        let (timeout, deadline) = after(2);
        let body = timeout.run(|_| async {
            ms(10_000).await;
            say!("not reached");
        });
        if body.await.is_err() {
            say!("TimeoutError {}", repr(deadline.expired()));
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_at_basic_when() {
    same! {
        let when = now() + Duration::from_millis(2);
        let timeout = Timeout::at(when);
        let deadline = timeout.deadline();
        if timeout.run(|_| ms(10_000)).await.is_err() {
            say!("{} {}", repr(deadline.expired()), repr(deadline.when() == Some(when)));
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_nested_timeouts() {
    same! {
        let when = now() + Duration::from_millis(2);
        let (outer, inner) = (Timeout::at(when), Timeout::at(when));
        let (first, second) = (outer.deadline(), inner.deadline());
        let body = outer.run(|_| async {
            match catch_cancelled(inner.run(|_| ms(10_000))).await {
                Err(error) => {
                    say!("inner: CancelledError");
                    error.propagate().await
                }
                Ok(result) => say!("inner: {result:?}"),
            }
        });
        if body.await.is_err() {
            say!("outer: TimeoutError {} {}", repr(first.expired()), repr(second.expired()));
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_nested_timeouts_outer_first() {
    same! {
        let ((outer, first), (inner, second)) = (after(2), after(60_000));
        let body = outer.run(|_| async {
            match catch_cancelled(inner.run(|_| ms(100_000))).await {
                Err(error) => {
                    say!("inner: CancelledError {}", repr(second.expired()));
                    error.propagate().await
                }
                Ok(result) => say!("inner: {result:?}"),
            }
        });
        if body.await.is_err() {
            say!("outer: TimeoutError {}", repr(first.expired()));
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_waiter_cancelled() {
    same! {
        let body = timeout(Duration::from_millis(2), async {
            if let Err(error) = catch_cancelled(ms(10_000)).await {
                say!("inside: CancelledError");
                error.propagate().await;
            }
        });
        if body.await.is_err() {
            say!("outside: TimeoutError");
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_waiter_cancelled_swallowed() {
    same! {
        let (timeout, deadline) = after(2);
        let body = timeout.run(|_| async {
            if catch_cancelled(ms(10_000)).await.is_err() {
                say!("swallowed");
            }
        });
        body.await.unwrap();
        let requests = current_task().cancelling();
        say!("no TimeoutError {} {requests}", repr(deadline.expired()));
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_not_called() {
    same! {
        let (timeout, deadline) = after(60_000);
        timeout.run(|_| ms(1)).await.unwrap();
        say!("in time");
        let ahead = deadline.when().is_some_and(|when| when > now());
        say!("{} {}", repr(deadline.expired()), repr(ahead));
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_disabled() {
    same! {
        let timeout = Timeout::never();
        let deadline = timeout.deadline();
        timeout.run(|_| ms(2)).await.unwrap();
        say!("{} {}", repr(deadline.expired()), repr(deadline.when()));
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_zero_sleep_zero() {
    same! {
        let now = now();
        // There are no negative durations; a time that has passed there is.
        let past = now.checked_sub(Duration::from_secs(11)).unwrap_or(now);
        for timeout in [Timeout::after(Duration::ZERO), Timeout::at(past)] {
            let deadline = timeout.deadline();
            let body = timeout.run(|_| async {
                turn().await;
                say!("not reached");
            });
            if body.await.is_err() {
                say!("TimeoutError {}", repr(deadline.expired()));
            }
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_zero_no_suspend() {
    same! {
        let (timeout, deadline) = after(0);
        let sum = timeout.run(|_| async { (0..1000).sum::<u32>() }).await.unwrap();
        say!("{sum} {}", repr(deadline.expired()));
        turn().await;
        say!("not interrupted later");
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_foreign_exception_on_timeout() {
    same! {
        let (timeout, deadline) = after(2);
        let crash = timeout.run(|_| async {
            catch_cancelled(ms(10_000)).await.map_err(|_| key_error("cleanup"))
        });
        let kind = match crash.await {
            Ok(Ok(())) => "none",
            Ok(Err(error)) => error.kind(),
            Err(_) => "TimeoutError",
        };
        say!("{kind} {} {}", repr(deadline.expired()), current_task().cancelling());
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_foreign_cancel_doesnt_timeout_if_not_expired()
{
    same! {
        let (timeout, deadline) = after(60_000);
        let body = timeout.run(|_| async {
            current_task().cancel();
            ms(100_000).await;
        });
        if catch_cancelled(body).await.is_err() {
            say!("CancelledError {}", repr(deadline.expired()));
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_outer_task_is_not_cancelled() {
    same! {
        let mut task = spawn(async {
            let body = timeout(Duration::from_millis(1), ms(10_000));
            if body.await.is_err() { "handled" } else { "in time" }
        });
        let result = (&mut task).await;
        say!("{result} {} {}", repr(task.cancelled()), task.cancelling());
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_nested_timeouts_loop_busy() {
    // By the system's clock, since its thread is busy.
    same!(|| run(async {
        let ((outer, first), (inner, second)) = (after(4), after(1));
        let body = outer.run(|_| async {
            let busy = inner.run(|_| async {
                thread::sleep(Duration::from_millis(10));
                ms(10_000).await;
            });
            match catch_cancelled(busy).await {
                Err(error) => {
                    say!("inner CancelledError {}", repr(second.expired()));
                    error.propagate().await
                }
                Ok(result) => say!("inner {result:?}"),
            }
        });
        if body.await.is_err() {
            let requests = current_task().cancelling();
            say!("outer TimeoutError {} {requests}", repr(first.expired()));
        }
    }));
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_reschedule() {
    same! {
        let (timeout, _) = after(60_000);
        let body = timeout.run(|deadline| async move {
            deadline.reschedule(now() + Duration::from_millis(2)).unwrap();
            ms(50_000).await;
        });
        if body.await.is_err() {
            say!("TimeoutError");
        }
        let (timeout, deadline) = after(2);
        let body = timeout.run(|deadline| async move {
            deadline.reschedule(None).unwrap();
            ms(5).await;
        });
        body.await.unwrap();
        say!("{} {}", repr(deadline.when()), repr(deadline.expired()));
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_nested_timeout_in_finally() {
    same! {
        let body = timeout(Duration::from_millis(2), async {
            if let Err(error) = catch_cancelled(ms(10_000)).await {
                if timeout(Duration::from_millis(2), ms(10_000)).await.is_err() {
                    say!("cleanup TimeoutError");
                }
                error.propagate().await;
            }
        });
        if body.await.is_err() {
            say!("outer TimeoutError");
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_cancel_in_timeout_after_cancellation() {
    same! {
        let swallowed = catch_cancelled(async {
            current_task().cancel();
            ms(10_000).await;
        });
        assert!(swallowed.await.is_err());
        let body = timeout(Duration::from_secs(60), async {
            current_task().cancel();
            ms(100_000).await;
        });
        if catch_cancelled(body).await.is_err() {
            say!("CancelledError {}", current_task().cancelling());
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_expiring() {
    same! {
        let (timeout, deadline) = after(2);
        let body = timeout.run(|deadline| async move {
            if catch_cancelled(ms(10_000)).await.is_err()
                && let Err(error) = deadline.reschedule(None)
            {
                say!("RuntimeError: {error}");
            }
        });
        body.await.unwrap();
        say!("{}", repr(deadline.expired()));
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_taskgroup_clean() {
    struct Stopped(Shared<Vec<&'static str>>);
    impl Drop for Stopped {
        fn drop(&mut self) {
            self.0.push("stopped");
        }
    }
    same! {
        let log = Shared::log();
        let body = timeout(Duration::from_millis(2), TaskGroup::run(async |group| {
            for _ in 0..3 {
                let finally = Stopped(log.clone());
                group.spawn(async move {
                    let _finally = finally;
                    ms(20_000).await;
                    Ok(())
                });
            }
            Ok::<_, Infallible>(())
        }));
        if body.await.is_err() {
            say!("TimeoutError {}", log.get().len());
        }
    }
}

#[test]
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_finished() {
    same! {
        let timeout = Timeout::after(Duration::from_secs(1));
        let deadline = timeout.deadline();
        let attempt = || {
            if let Err(error) = deadline.reschedule(now()) {
                say!("RuntimeError: {error}");
            }
        };
        attempt();
        timeout.run(|_| async {}).await.unwrap();
        attempt();
    }
}
