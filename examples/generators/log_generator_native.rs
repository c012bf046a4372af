//! The same in nightly's syntax: `gen fn` and `yield`.
//!
//! Run it: `cargo run --example log_generator_native`

#![feature(gen_blocks)]

use std::thread::sleep;
use std::time::Duration;

gen fn log_generator() -> &'static str {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    for log in logs {
        sleep(Duration::from_secs(1)); // a slow disk
        yield log;
    }
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
