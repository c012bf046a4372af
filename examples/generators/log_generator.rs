//! A generator: logs handed out one by one, each when asked for.
//!
//! Run it: `cargo run --example log_generator`

use std::thread::sleep;
use std::time::Duration;

use twin_generators::Generator;

fn log_generator() -> impl Iterator<Item = &'static str> {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    // Here Rust has an async block as the body, and `yield` is a
    // method of its handle: our crate, on stable. Nightly has it.
    Generator::new(|mut co| async move {
        for log in logs {
            sleep(Duration::from_secs(1)); // a slow disk
            co.yield_(log).await;
        }
    })
}

fn process_logs() {
    let log_gen = log_generator();
    for log in log_gen {
        println!("Обработка: {log}");
    }
}

fn main() {
    process_logs();
}
