//! Gathering.

use twin_tasks::{catch_cancelled, gather, gather_outcomes, spawn, try_gather};
use twins_conformance::{
    Exception, key_error, repr, runtime_error, say, value_error, zero_division,
};

use crate::catalogue::{Shared, args, ms, turn};

#[test]
fn test_asyncio_test_tasks_py__GatherTestsBase__test_success() {
    async fn f(time: u64, value: &'static str, log: Shared<Vec<&'static str>>) -> &'static str {
        ms(time).await;
        log.push(value);
        value
    }
    same! {
        let log = Shared::log();
        let values = gather([
            f(40, "a", log.clone()),
            f(0, "b", log.clone()),
            f(20, "c", log.clone()),
        ]);
        say!("{}", repr(values.await));
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__GatherTestsBase__test_success_concurrent() {
    async fn f(n: usize) {
        say!("start {n}");
        turn().await;
        say!("end {n}");
    }
    same! {
        gather((0..3).map(f)).await;
    }
}

#[test]
fn test_asyncio_test_tasks_py__GatherTestsBase__test_one_exception() {
    same! {
        let log = Shared::log();
        let other = {
            let log = log.clone();
            async move {
                ms(5).await;
                log.push("other finished");
                Ok(())
            }
        };
        let boom = async { Err(zero_division("z")) };
        // Here Rust drops the futures of a gather that has ended: tasks run on.
        if let Err(error) = try_gather([spawn(other), spawn(boom)]).await {
            say!("raised {error} {}", repr(log.get()));
        }
        ms(20).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__GatherTestsBase__test_one_exception_first_in_time() {
    async fn fail(time: u64, error: Exception) -> Result<(), Exception> {
        ms(time).await;
        Err(error)
    }
    same! {
        let both = [fail(10, key_error("late")), fail(0, value_error("early"))];
        if let Err(error) = try_gather(both.map(spawn)).await {
            say!("{} {error}", error.kind());
        }
        ms(15).await;
    }
}

#[test]
fn test_asyncio_test_tasks_py__GatherTestsBase__test_return_exceptions() {
    async fn f(result: Result<i32, Exception>) -> Result<i32, Exception> {
        if result.is_err() {
            turn().await;
        }
        result
    }
    same! {
        let failed = [Err(zero_division("z")), Err(runtime_error("r"))];
        let results = [Ok(3), Ok(1)].into_iter().chain(failed);
        let items = gather(results.map(f)).await.into_iter().map(|result| match result {
            Ok(value) => repr(value),
            Err(error) => repr(error),
        });
        say!("[{}]", items.collect::<Vec<_>>().join(", "));
    }
}

#[test]
fn test_asyncio_test_tasks_py__FutureGatherTests__test_constructor_empty_sequence_use_running_loop()
{
    same! {
        say!("{:?}", gather(Vec::<std::future::Ready<()>>::new()).await);
        let outcomes = gather_outcomes(Vec::<std::future::Ready<()>>::new()).await;
        say!("{}", if outcomes.is_empty() { "[]" } else { "some" });
    }
}

#[test]
fn test_asyncio_test_tasks_py__CoroutineGatherTests__test_cancellation_broadcast() {
    async fn inner(n: usize) {
        if let Err(error) = catch_cancelled(ms(1000)).await {
            say!("inner {n} cancelled");
            error.propagate().await;
        }
    }
    same! {
        let task = spawn(gather([inner(1), inner(2)]));
        turn().await;
        say!("{}", repr(task.cancel()));
        let handle = task.handle();
        if catch_cancelled(task).await.is_err() {
            say!("CancelledError {}", repr(handle.cancel()));
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__CoroutineGatherTests__test_cancellation_broadcast_partial() {
    same! {
        let a = spawn(async {
            turn().await;
            "a"
        });
        let b = spawn(async {
            ms(1000).await;
            "b"
        });
        let gathering = spawn(gather([a.clone(), b.clone()]));
        ms(1).await;
        gathering.cancel();
        if catch_cancelled(gathering).await.is_err() {
            say!("CancelledError");
        }
        say!("{} {}", a.result().unwrap(), repr(b.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__CoroutineGatherTests__test_exception_marking() {
    async fn inner(time: u64, text: &str) -> Result<(), Exception> {
        ms(time).await;
        Err(runtime_error(text))
    }
    same! {
        let outer = spawn(async {
            try_gather([spawn(inner(0, "first")), spawn(inner(5, "second"))]).await
        });
        ms(15).await;
        let error = outer.await.unwrap_err();
        say!("{}", repr(error));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_cancel_gather_2() {
    same! {
        let task = spawn(async {
            loop {
                gather_outcomes([ms(5)]).await;
            }
        });
        ms(12).await;
        task.cancel_with("my message");
        let Err(error) = catch_cancelled(task).await;
        say!("CancelledError {}", args(&error));
    }
}
