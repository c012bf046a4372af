//! The document's program with an async generator, on both engines, by hand and by `for await`.

#![cfg_attr(feature = "nightly", feature(async_for_loop, async_iterator, gen_blocks))]

#[macro_use]
mod conformance;

use std::cell::Cell;
use std::time::Duration;

use futures_lite::{Stream, StreamExt, future};
use smol::{LocalExecutor, Timer};
use twin_async_generators::{AsyncGenerator, Body, iter};
native! {
    use std::async_iter::AsyncIterator;
    use twin_async_generators::{IntoAsyncIter, IntoStream};
}

const LOGS: [&str; 3] =
    ["Log 1: user1 login", "Log 2: user2 upload file", "Log 3: user3 download file"];

fn pause() -> Timer {
    Timer::after(Duration::from_millis(1))
}

fn async_log_generator() -> AsyncGenerator<impl Body<&'static str>> {
    AsyncGenerator::new(|mut co| async move {
        for log in LOGS {
            pause().await;
            co.yield_(log).await;
        }
    })
}

native! {
    async gen fn async_log_generator_native() -> &'static str {
        for log in LOGS {
            pause().await;
            yield log;
        }
    }
}

async fn by_next(logs: impl Stream<Item = &'static str>) -> Vec<&'static str> {
    let mut logs = Box::pin(logs);
    let mut seen = Vec::new();
    while let Some(log) = logs.next().await {
        seen.push(log);
    }
    seen
}

native! {
    async fn by_for_await(logs: impl AsyncIterator<Item = &'static str>) -> Vec<&'static str> {
        let mut seen = Vec::new();
        for await log in logs {
            seen.push(log);
        }
        seen
    }
}

#[test]
fn every_engine_serves_every_loop() {
    smol::block_on(async {
        assert_eq!(by_next(async_log_generator()).await, LOGS);
        native! {
            assert_eq!(by_for_await(async_log_generator()).await, LOGS);

            let native = || AsyncGenerator::native(async_log_generator_native());
            assert_eq!(by_next(native()).await, LOGS);
            assert_eq!(by_for_await(native()).await, LOGS);
        }
    });
}

#[test]
fn bridges_join_iterator_stream_and_async_iterator() {
    smol::block_on(async {
        assert_eq!(by_next(iter(LOGS)).await, LOGS);
        native! {
            assert_eq!(by_for_await(iter(LOGS)).await, LOGS);
            assert_eq!(by_for_await(IntoAsyncIter::from(async_log_generator())).await, LOGS);
            assert_eq!(by_next(IntoStream::from(async_log_generator_native())).await, LOGS);
        }
    });
    let blocking = twin_async_generators::block_on(Box::pin(async_log_generator()));
    assert_eq!(blocking.collect::<Vec<_>>(), LOGS);
}

#[test]
fn other_tasks_run_while_the_body_waits() {
    let executor = LocalExecutor::new();
    let turns = Cell::new(0);
    let consumer = async {
        assert_eq!(by_next(async_log_generator()).await, LOGS);
    };
    let background = async {
        loop {
            turns.set(turns.get() + 1);
            future::yield_now().await;
        }
    };
    future::block_on(executor.run(future::or(consumer, background)));
    assert!(turns.get() > LOGS.len(), "the other task had {} turns", turns.get());
}
