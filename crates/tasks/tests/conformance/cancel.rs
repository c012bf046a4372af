//! Cancellation: requests, their delivery, their refusal, their count.

use twin_tasks::{Cancelled, catch_cancelled, current_task, promise, spawn, wait};
use twins_conformance::{Exception, Finally, repr, say, value_error};

use crate::catalogue::{args, cancelled, ms, turn};

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel() {
    same! {
        let task = spawn(async {
            ms(10_000).await;
            say!("not reached");
        });
        turn().await;
        say!("{} {}", repr(task.cancel()), repr(task.cancelled()));
        let handle = task.handle();
        if catch_cancelled(task).await.is_err() {
            say!("CancelledError");
        }
        let again = handle.cancel();
        say!("{} {} {}", repr(handle.done()), repr(handle.cancelled()), repr(again));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_not_immediate() {
    same! {
        let task = spawn(async {
            let _finally = Finally("finally");
            ms(10_000).await;
        });
        turn().await;
        task.cancel();
        say!("requested {}", repr(task.done()));
        turn().await;
        say!("{} {}", repr(task.done()), repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_with_message_before_starting_task() {
    same! {
        let task = spawn(async { say!("not reached") });
        task.cancel_with("my message");
        let handle = task.handle();
        if let Err(error) = catch_cancelled(task).await {
            say!("CancelledError {} {}", args(&error), repr(handle.cancelled()));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_with_message_then_future_result() {
    same! {
        // A reason is always one; that there is none is another method.
        for argument in [None, None, Some(Ok("my message")), Some(Err(5))] {
            let task = spawn(ms(10_000));
            turn().await;
            match argument {
                None => task.cancel(),
                Some(Ok(text)) => task.cancel_with(text),
                Some(Err(number)) => task.cancel_with(number),
            };
            wait([&task]).await;
            say!("{}", args(&cancelled(task.outcome().await)));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_yield() {
    same! {
        let task = spawn(async {
            turn().await;
            turn().await;
            12
        });
        turn().await;
        task.cancel();
        let handle = task.handle();
        match catch_cancelled(task).await {
            Ok(value) => say!("{value}"),
            Err(_) => {
                let again = handle.cancel();
                say!("CancelledError {} {}", repr(handle.cancelled()), repr(again));
            }
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_inner_future() {
    same! {
        let future = promise::<()>();
        let awaited = future.clone();
        let task = spawn(async {
            awaited.await;
            say!("not reached");
        });
        turn().await;
        future.cancel();
        let handle = task.handle();
        if catch_cancelled(task).await.is_err() {
            say!("{} {}", repr(future.cancelled()), repr(handle.cancelled()));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_task_catching() {
    same! {
        let mut task = spawn(async { catch_cancelled(ms(10_000)).await.map_or(42, |()| 0) });
        turn().await;
        say!("{}", repr(task.cancel()));
        let value = (&mut task).await;
        say!("{value} {}", repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_task_ignoring() {
    same! {
        let future = promise();
        let awaited = future.clone();
        let mut task = spawn(async {
            if catch_cancelled(ms(10_000)).await.is_err() {
                say!("ignored");
            }
            awaited.await
        });
        turn().await;
        task.cancel();
        turn().await;
        say!("{}", repr(task.done()));
        future.set(42).unwrap();
        let value = (&mut task).await;
        say!("{value} {}", repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_at_end() {
    same! {
        let task = spawn(async {
            current_task().cancel();
            12
        });
        let handle = task.handle();
        match catch_cancelled(task).await {
            Ok(value) => say!("{value}"),
            Err(_) => say!("CancelledError {}", repr(handle.cancelled())),
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_awaited_task() {
    same! {
        let future = promise::<()>();
        let awaited = future.clone();
        let task = spawn(async {
            let nested = spawn(awaited);
            turn().await;
            current_task().cancel();
            let handle = nested.handle();
            if let Err(error) = catch_cancelled(nested).await {
                say!("nested cancelled {}", repr(handle.cancelled()));
                error.propagate().await;
            }
        });
        wait([&task]).await;
        say!("{} {}", repr(task.cancelled()), repr(future.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_except_exception() {
    same! {
        let task = spawn(async {
            let _finally = Finally("finally");
            let body = async {
                ms(10_000).await;
                Ok::<(), Exception>(())
            };
            // A cancellation is no `Err` of what is awaited.
            if body.await.is_err() {
                say!("except Exception");
            }
        });
        turn().await;
        task.cancel();
        wait([&task]).await;
        let is_exception = std::any::type_name::<Cancelled>().contains("Exception");
        say!("{} {}", repr(task.cancelled()), repr(is_exception));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_cleanup_raises() {
    same! {
        let task = spawn(async {
            catch_cancelled(ms(10_000)).await.map_err(|_| value_error("cleanup"))
        });
        turn().await;
        task.cancel();
        wait([&task]).await;
        let error = task.result().unwrap().clone().unwrap_err();
        say!("{} {}", repr(task.cancelled()), repr(error));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_async_cleanup() {
    same! {
        let task = spawn(async {
            if let Err(error) = catch_cancelled(ms(10_000)).await {
                ms(2).await;
                say!("cleanup done");
                error.propagate().await;
            }
        });
        turn().await;
        task.cancel();
        turn().await;
        say!("{}", repr(task.done()));
        wait([&task]).await;
        say!("{}", repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancelling() {
    same! {
        let task = spawn(ms(10_000));
        turn().await;
        say!("{}", task.cancelling());
        say!("{} {}", repr(task.cancel()), task.cancelling());
        say!("{} {}", repr(task.cancel()), task.cancelling());
        wait([&task]).await;
        say!("{}", repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_uncancel_resets_must_cancel() {
    same! {
        let future = promise();
        let awaited = future.clone();
        let task = spawn(async {
            awaited.await;
            42
        });
        turn().await;
        future.set(()).unwrap();
        task.cancel();
        say!("{} {}", task.cancelling(), task.uncancel());
        match catch_cancelled(task).await {
            Ok(value) => say!("{value}"),
            Err(_) => say!("CancelledError"),
        }
    }
}
