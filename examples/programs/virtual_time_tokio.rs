//! The same on tokio, whose time can be paused for a test.
//!
//! Run it: `cargo run --example virtual_time_tokio`

use std::time::Duration;

use futures_lite::future::zip;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, timeout};

const MINUTE: Duration = Duration::from_secs(60);

async fn remind(tea: &str, minutes: u32) {
    sleep(minutes * MINUTE).await;
    println!("  alarm: the {tea} is ready");
}

async fn breakfast() {
    // tokio's `Instant`, which the pause stops; std's goes on.
    let begin = Instant::now();
    zip(remind("black", 4), remind("green", 2)).await;
    if timeout(60 * MINUTE, remind("rice", 90)).await.is_err() {
        println!("cook: an hour is enough");
    }
    let minutes = begin.elapsed().as_secs() / 60;
    println!("cook: {minutes} minutes are over");
}

fn main() {
    let begin = std::time::Instant::now();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build();
    runtime.unwrap().block_on(breakfast());
    let quick = begin.elapsed() < MINUTE;
    let took = if quick { "no" } else { "a long" };
    println!("test: passed, in {took} time");
}
