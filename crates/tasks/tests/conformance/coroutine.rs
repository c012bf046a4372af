//! Coroutines, driven by hand and by tasks; sleeping.
//!
//! A coroutine that nobody but its driver resumes is a generator here: `await` inside it is
//! `.await` on a function that takes its `co`.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use twin_generators::{Co, Generator, Raised, Step, Thrown};
use twin_tasks::{
    Failure, Promise, ResultError, Task, current_task, gather, promise, run, sleep, spawn,
};
use twins_conformance::{Exception, Finally, key_error, repr, say, value_error, zero_division};

use crate::catalogue::{Shared, ms, turn};

/// `coroutine.send(None)`, once: what it returned, if it did not wait.
fn send_none<T>(coroutine: impl Future<Output = T>) -> Option<T> {
    match pin!(coroutine).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_1() {
    same!(|| {
        async fn foo() -> i32 {
            say!("running");
            10
        }
        let c = foo();
        say!("created");
        if let Some(value) = send_none(c) {
            say!("result {value}");
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_6() {
    async fn twice(co: &mut Co<i32>) -> &'static str {
        co.yield_(1).await;
        co.yield_(2).await;
        "done"
    }
    async fn bar(co: &mut Co<i32>) -> &'static str {
        twice(co).await
    }
    same!(|| {
        let mut f = Generator::new(|mut co| async move { bar(&mut co).await });
        let mut send = || f.resume().unwrap().yielded().unwrap();
        say!("{} {}", send(), send());
        if let Ok(Step::Complete(value)) = f.resume() {
            say!("{value}");
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_10() {
    async fn suspends(co: &mut Co<&'static str>) {
        let _finally = Finally("finally");
        // A plain `yield_` catches nothing: there is no `except` to run.
        co.yield_("suspended").await;
        say!("except");
    }
    same!(|| {
        let mut c = Generator::new(|mut co| async move { suspends(&mut co).await });
        say!("{}", c.start().unwrap().yielded().unwrap());
        c.close().unwrap();
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_10_throw() {
    async fn suspends(co: &mut Co<(), (), Exception>) {
        let _finally = Finally("inner finally");
        co.yield_(()).await;
    }
    same!(|| {
        let mut c = Generator::fallible(|mut co| async move {
            suspends(&mut co).await;
            Ok(())
        });
        let _ = c.start();
        if let Err(Raised::Error(error)) = c.throw(Thrown::Error(zero_division("z"))) {
            say!("{} {error}", error.kind());
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_10_send() {
    /// What goes in and comes out; in Python any object does.
    #[derive(Debug, PartialEq)]
    enum Object {
        Text(&'static str),
        Number(i32),
    }
    use Object::{Number, Text};
    async fn ask(co: &mut Co<Object, Object>) -> Object {
        let Number(a) = co.yield_(Text("ask")).await else { panic!("a number was asked for") };
        co.yield_(Number(a.pow(2))).await
    }
    same!(|| {
        let mut c = Generator::new(|mut co| async move { ask(&mut co).await });
        match (c.start().unwrap(), c.send(Number(10)).unwrap()) {
            (Step::Yielded(Text(question)), Step::Yielded(Number(n))) => say!("{question} {n}"),
            other => panic!("{other:?}"),
        }
        if let Ok(Step::Complete(Text(end))) = c.send(Text("end")) {
            say!("{end}");
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_func_19() {
    async fn foo(co: &mut Co<()>) {
        co.yield_(()).await;
        if let Err(Thrown::Exit) = co.try_yield(()).await {
            say!("exit");
        }
    }
    same!(|| {
        let mut c = Generator::new(|mut co| async move { foo(&mut co).await });
        let _ = (c.resume(), c.resume());
        for _ in 0..3 {
            c.close().unwrap();
        }
        say!("closed");
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_coro_wrapper_send_tuple() {
    async fn foo<T>(value: T) -> T {
        value
    }
    same! {
        let (ten,) = foo((10,)).await;
        say!("({ten},)");
        // A step that completes is what `StopIteration` is in Python.
        if let Step::Complete(value) = foo(Step::<(), _>::Complete(10)).await {
            say!("StopIteration {value}");
        }
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_3() {
    async fn yield_from(co: &mut Co<i32>, items: [i32; 3]) {
        let delegate = Generator::new(|mut co| async move {
            for item in items {
                co.yield_(item).await;
            }
        });
        co.yield_from(delegate).await;
    }
    same!(|| {
        let mut c = Generator::new(|mut co| async move { yield_from(&mut co, [1, 2, 3]).await });
        let mut buffer = Vec::new();
        while let Step::Yielded(value) = c.resume().unwrap() {
            buffer.push(value);
        }
        say!("{} None", repr(buffer));
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_4() {
    async fn bar() -> i32 {
        42
    }
    same!(|| {
        match send_none(async { bar().await + 1 }) {
            None => say!("suspended"),
            Some(value) => say!("completed at once {value}"),
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_7() {
    async fn awaitable(co: &mut Co<i32>) -> i32 {
        co.yield_(42).await;
        100
    }
    same!(|| {
        let mut c = Generator::new(|mut co| async move { awaitable(&mut co).await });
        say!("yielded {}", c.start().unwrap().yielded().unwrap());
        if let Ok(Step::Complete(value)) = c.resume() {
            say!("result {value}");
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_9() {
    async fn bar(value: i32) -> i32 {
        say!("bar {value}");
        value
    }
    same! {
        say!("{}", bar(1).await + bar(2).await * 10);
        say!("{}", -bar(42).await);
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_10() {
    async fn baz() -> i32 {
        say!("baz runs");
        42
    }
    async fn bar() -> impl Future<Output = i32> {
        baz()
    }
    same! {
        let inner = bar().await;
        say!("got inner");
        say!("{}", inner.await);
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_await_11() {
    fn ident<T>(value: T) -> T {
        value
    }
    same! {
        let bar = || ready("spam");
        say!("{} {}", repr((bar().await, "ham")), ident(bar().await));
    }
}

/// `async with`: enter, the body, and in any case exit, which sees the body's error.
async fn async_with<T>(
    enter: impl AsyncFnOnce() -> Result<(), Exception>,
    exit: impl AsyncFnOnce(Option<&Exception>) -> Result<(), Exception>,
    body: impl AsyncFnOnce() -> Result<T, Exception>,
) -> Result<T, Exception> {
    enter().await?;
    let result = body().await;
    exit(result.as_ref().err()).await?;
    result
}

#[test]
fn test_coroutines_py__CoroutineTest__test_with_5() {
    same! {
        let exit = async |_: Option<&Exception>| {
            say!("exit");
            Ok(())
        };
        let body = async || Err::<(), _>(Exception::new("AssertionError", "body"));
        if let Err(error) = async_with(async || Ok(()), exit, body).await {
            say!("{} {error}", error.kind());
        }
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_with_9() {
    same! {
        let exit = async |_: Option<&Exception>| Err(zero_division("division by zero"));
        let body = async || {
            say!("body ok");
            Ok(())
        };
        if let Err(error) = async_with(async || Ok(()), exit, body).await {
            say!("{} from exit", error.kind());
        }
    }
}

#[test]
fn test_coroutines_py__CoroutineTest__test_with_13() {
    same! {
        let enter = async || Err(Exception::new("NotImplementedError", "enter"));
        let exit = async |_: Option<&Exception>| {
            say!("exit");
            Ok(())
        };
        let body = async || {
            say!("body");
            Ok(())
        };
        match async_with(enter, exit, body).await {
            Ok(()) => say!("after"),
            Err(error) => say!("{} {error}", error.kind()),
        }
    }
}

#[test]
fn test_coroutines_py__CoroAsyncIOCompatTest__test_asyncio_1() {
    async fn f(buffer: &Shared<Vec<String>>) -> Result<(), Exception> {
        let enter = async || {
            buffer.push("1".to_owned());
            ms(1).await;
            buffer.push("2".to_owned());
            Ok(())
        };
        let exit = async |error: Option<&Exception>| {
            ms(1).await;
            buffer.push(format!("'{}'", error.unwrap().kind()));
            Ok(())
        };
        let body = async || {
            ms(1).await;
            Err::<(), _>(key_error(""))
        };
        async_with(enter, exit, body).await?;
        buffer.push("'unreachable'".to_owned());
        Ok(())
    }
    same!(|| {
        let buffer = Shared::log();
        let log = buffer.clone();
        if run(async move { f(&log).await }).is_err() {
            say!("[{}]", buffer.get().join(", "));
        }
    });
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_task_awaits_on_itself() {
    same! {
        let own = promise::<Task<()>>();
        let itself = own.clone();
        let task = spawn(async move { itself.await.await });
        own.set(task.clone()).unwrap();
        if let Err(Failure::Panicked(error)) = task.outcome().await {
            // The crate's own words go on with the remedy.
            let (text, _) = error.message().unwrap().split_once(':').unwrap();
            say!("RuntimeError: {text}");
        }
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_task_basics() {
    async fn inner1() -> i32 {
        say!("inner1");
        42
    }
    async fn inner2() -> i32 {
        say!("inner2");
        1000
    }
    same!(|| {
        let outer = async {
            let a = inner1().await;
            let b = inner2().await;
            a + b
        };
        say!("{}", run(outer));
    });
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_task_class() {
    same! {
        let task = spawn(async { Ok::<_, Exception>("ok") });
        say!("{}", repr(task.done()));
        task.clone().await.unwrap();
        let (result, exception) = match task.result().unwrap().clone() {
            Ok(value) => (value, "None".to_owned()),
            Err(error) => ("none", repr(error)),
        };
        say!("{} {result} {exception} {}", repr(task.done()), repr(task.cancelled()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_task_class_result_not_ready() {
    same! {
        let task = spawn(async {
            ms(10_000).await;
            Ok::<(), Exception>(())
        });
        // One result here: of the value and the exception.
        for _ in ["result", "exception"] {
            if let Err(ResultError::NotDone) = task.result() {
                say!("InvalidStateError");
            }
        }
        task.cancel();
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_bare_create_task_order() {
    same! {
        let tasks = [0, 1, 2].map(|n| {
            spawn(async move {
                say!("start {n}");
                Err::<(), _>(value_error(n))
            })
        });
        for task in [&tasks[2], &tasks[0], &tasks[0]] {
            if let Err(error) = task.clone().await {
                say!("{} {error}", error.kind());
            }
        }
        say!("{}", repr(tasks[1].result().unwrap().as_ref().unwrap_err()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_bare_create_named_task() {
    same! {
        let task = spawn(async { current_task().name().unwrap() }).named("No-op");
        let name = task.name().unwrap();
        say!("{name} {}", task.await);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_step_result_future() {
    same! {
        let future = promise();
        let task = spawn(future.clone());
        turn().await;
        say!("{}", repr(task.done()));
        future.set("value").unwrap();
        say!("{}", task.await);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_coroutine_non_gen_function_return_future() {
    same! {
        let future: Promise<&str> = promise();
        let returned = future.clone();
        #[allow(clippy::async_yields_async, reason = "that is the behaviour")]
        let result = spawn(async { returned }).await;
        say!("{} {}", repr(result.is(&future)), repr(result.done()));
        future.set("test").unwrap();
        say!("{}", result.await);
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_current_task() {
    async fn coro(name: &'static str, log: Shared<Vec<bool>>) {
        for _ in 0..2 {
            log.push(current_task().name().as_deref() == Some(name));
            turn().await;
        }
    }
    same! {
        let log = Shared::log();
        gather(["a", "b"].map(|name| spawn(coro(name, log.clone())).named(name))).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_sleep() {
    async fn sleeper<T>(time: Duration, value: T) -> T {
        sleep(time / 2).await;
        sleep(time / 2).await;
        value
    }
    same!(|| {
        let started = Instant::now();
        say!("{}", run(sleeper(Duration::from_millis(20), "yeah")));
        say!("{}", repr(started.elapsed() >= Duration::from_millis(19)));
    });
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_sleep_concurrent() {
    async fn sleeper(time: f64, log: Shared<Vec<f64>>) {
        // Ten times longer than in Python: a busy machine does not change who is first.
        sleep(10 * Duration::from_secs_f64(time)).await;
        log.push(time);
    }
    same! {
        let log = Shared::log();
        gather([0.03, 0.01, 0.02].map(|time| spawn(sleeper(time, log.clone())))).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__SleepTests__test_sleep_zero() {
    same! {
        let log = Shared::log();
        let scheduled = log.clone();
        // `loop.call_soon`
        drop(spawn(async move { scheduled.push("scheduled") }));
        say!("{}", repr(log.get()));
        let result = async {
            sleep(Duration::ZERO).await;
            10
        };
        let number = result.await;
        say!("{} {number}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_tasks_py__SleepTests__test_sleep_zero_negative() {
    same! {
        let log = Shared::log();
        let other = log.clone();
        let _task = spawn(async move { other.push("other") });
        // There are no negative durations, and no result but the one that follows.
        let result = async {
            sleep(Duration::ZERO).await;
            "r"
        };
        say!("{} {}", result.await, repr(log.get()));
    }
}
