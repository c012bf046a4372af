//! Blocking functions on threads: the event loop stays alive.
//!
//! Run it: `cargo run --example to_thread`

use std::thread;
use std::time::Duration;

use twin_tasks::{gather, run, sleep, spawn, to_thread};

fn whose() -> &'static str {
    match thread::current().name() {
        Some("main") => "the event loop's",
        _ => "another",
    }
}

fn read_disk(name: &str, millis: u64) -> String {
    // An old driver that knows nothing of `await`.
    thread::sleep(Duration::from_millis(millis));
    println!("  disk {name}: read, on {} thread", whose());
    format!("data of {name}")
}

async fn pulse() {
    for beat in 1..=3 {
        sleep(Duration::from_millis(300)).await;
        println!("  pulse: beat {beat}, on {} thread", whose());
    }
}

fn main() {
    run(async {
        let heart = spawn(pulse());
        println!("main: reading two disks at once");
        let (a, b) = gather((
            to_thread(|| read_disk("A", 450)),
            to_thread(|| read_disk("B", 750)),
        ))
        .await;
        println!("main: has {a} and {b}");
        heart.await;
    });
}
