//! The same as a task of its own, behind a bounded channel.
//!
//! Run it: `cargo run --example async_log_generator_channel`

use std::time::Duration;

use async_channel::{Receiver, bounded};
use twin_tasks::{run, sleep, spawn};

fn async_log_generator() -> Receiver<&'static str> {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    let (sender, receiver) = bounded(1);
    // A generator waits to be asked. A task runs on: it reads the
    // next log while this one is processed, and waits when the
    // channel is full.
    spawn(async move {
        for log in logs {
            sleep(Duration::from_secs(1)).await; // a slow disk
            if sender.send(log).await.is_err() {
                break; // nobody listens any more
            }
        }
    })
    .detach();
    receiver
}

async fn process_logs_async() {
    let log_gen = async_log_generator();
    while let Ok(log) = log_gen.recv().await {
        println!("Обработка: {log}");
    }
}

fn main() {
    run(process_logs_async());
}
