//! A blocking sleep in a coroutine: every task stands still.
//!
//! Run it: `cargo run --example blocking_blocks`

use std::thread;
use std::time::{Duration, Instant};

use twin_tasks::{gather, run, sleep};

async fn waiter() {
    let begin = Instant::now();
    println!("  waiter: back in 0.1 s");
    sleep(Duration::from_millis(100)).await;
    let late = begin.elapsed() > Duration::from_millis(500);
    let when = if late { "late" } else { "in time" };
    println!("  waiter: back, {when}");
}

async fn simmer() {
    println!("  chef: simmering, with await");
    sleep(Duration::from_millis(600)).await;
    println!("  chef: simmered");
}

async fn chop() {
    println!("  chef: chopping, and blocking the thread");
    // Here Rust tells, if it is asked to: our `Watchdog`.
    thread::sleep(Duration::from_millis(600));
    println!("  chef: chopped");
}

fn main() {
    run(async {
        println!("kitchen: a chef who awaits");
        gather((waiter(), simmer())).await;
        println!("kitchen: a chef who blocks");
        gather((waiter(), chop())).await;
    });
}
