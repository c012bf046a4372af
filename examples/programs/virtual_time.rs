//! Virtual time: a test that waits for an hour in no time.
//!
//! Run it: `cargo run --example virtual_time`

use std::time::{Duration, Instant};

use twin_tasks::{Clock, Runner, gather, now, sleep, timeout};

const MINUTE: Duration = Duration::from_secs(60);

async fn remind(tea: &str, minutes: u32) {
    sleep(minutes * MINUTE).await;
    println!("  alarm: the {tea} is ready");
}

async fn breakfast() {
    let begin = now();
    gather([remind("black", 4), remind("green", 2)]).await;
    if timeout(60 * MINUTE, remind("rice", 90)).await.is_err() {
        println!("cook: an hour is enough");
    }
    let minutes = (now() - begin).as_secs() / 60;
    println!("cook: {minutes} minutes are over");
}

fn main() {
    let begin = Instant::now();
    // Here Rust's loop (ours, as tokio's) has such a clock with it.
    let mut runner = Runner::with_clock(Clock::jumping());
    runner.run(breakfast());
    let quick = begin.elapsed() < MINUTE;
    let took = if quick { "no" } else { "a long" };
    println!("test: passed, in {took} time");
}
