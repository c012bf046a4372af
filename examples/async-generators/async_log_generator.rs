//! An async generator: while a log is on its way, other tasks run.
//!
//! Run it: `cargo run --example async_log_generator`

use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use twin_async_generators::AsyncGenerator;
use twin_tasks::{run, sleep};

fn async_log_generator() -> impl Stream<Item = &'static str> + Unpin
{
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    // Here Rust has an async block as the body, and `yield` is a
    // method of its handle: our crate, on stable. Nightly has it.
    AsyncGenerator::new(|mut co| async move {
        for log in logs {
            sleep(Duration::from_secs(1)).await; // a slow disk
            co.yield_(log).await;
        }
    })
}

async fn process_logs_async() {
    let mut log_gen = async_log_generator();
    // Here Rust has no `async for`: it asks for one item at a time.
    while let Some(log) = log_gen.next().await {
        println!("Обработка: {log}");
    }
}

fn main() {
    run(process_logs_async());
}
