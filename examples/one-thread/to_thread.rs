//! Blocking functions on threads: the event loop stays alive.
//!
//! Run it: `cargo run --example to_thread`

use std::thread::{self, ThreadId};
use std::time::Duration;

use twin_tasks::{gather, run, sleep, spawn, to_thread};

fn whose(own: ThreadId) -> &'static str {
    let here = thread::current().id();
    if here == own { "the event loop's" } else { "another" }
}

fn read_disk(name: &str, time: Duration, own: ThreadId) -> String {
    // An old driver that knows nothing of `await`.
    thread::sleep(time);
    let whose = whose(own);
    println!("  disk {name}: read, on {whose} thread");
    format!("data of {name}")
}

async fn pulse(own: ThreadId) {
    for beat in 1..=3 {
        sleep(Duration::from_millis(300)).await;
        let whose = whose(own);
        println!("  pulse: beat {beat}, on {whose} thread");
    }
}

fn main() {
    // Here Rust has no `main_thread`: it notes the id beforehand.
    let own = thread::current().id();
    run(async move {
        let heart = spawn(pulse(own));
        println!("main: reading two disks at once");
        let a = Duration::from_millis(450);
        let b = Duration::from_millis(750);
        let (a, b) = gather((
            // Here Rust wants the closures to be `Send`.
            to_thread(move || read_disk("A", a, own)),
            to_thread(move || read_disk("B", b, own)),
        ))
        .await;
        println!("main: has {a} and {b}");
        heart.await;
    });
}
