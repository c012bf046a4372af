//! The same in nightly's syntax: `async gen fn` and `for await`.
//!
//! Run it: `cargo run --example async_log_generator_native`

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::time::Duration;

use twin_tasks::{run, sleep};

async gen fn async_log_generator() -> &'static str {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    for log in logs {
        sleep(Duration::from_secs(1)).await; // a slow disk
        yield log;
    }
}

async fn process_logs_async() {
    for await log in async_log_generator() {
        println!("Обработка: {log}");
    }
}

fn main() {
    run(process_logs_async());
}
