//! The same by hand: a struct that knows how far it has come.
//!
//! Run it: `cargo run --example log_generator_by_hand`

use std::array::IntoIter;
use std::thread::sleep;
use std::time::Duration;

/// What lives across a `yield`: here, the logs that are left.
struct LogGenerator {
    logs: IntoIter<&'static str, 5>,
}

fn log_generator() -> LogGenerator {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    LogGenerator { logs: logs.into_iter() }
}

impl Iterator for LogGenerator {
    type Item = &'static str;

    /// Runs from one `yield` to the next.
    fn next(&mut self) -> Option<Self::Item> {
        let log = self.logs.next()?;
        sleep(Duration::from_secs(1)); // a slow disk
        Some(log)
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
