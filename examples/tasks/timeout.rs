//! A timeout: what takes too long is cancelled, and cleans up.
//!
//! Run it: `cargo run --example timeout`

use std::time::Duration;

use twin_tasks::{TimedOut, catch_cancelled, run, sleep, timeout};

async fn phone(friend: &str, talk: Duration) -> &'static str {
    println!("  {friend}: picks up");
    // Here Rust catches the request, so that it can await.
    let talked = catch_cancelled(sleep(talk)).await;
    println!("  {friend}: says goodbye");
    sleep(Duration::from_millis(100)).await;
    println!("  {friend}: hangs up");
    match talked {
        Ok(()) => "the news",
        Err(cancelled) => cancelled.propagate().await,
    }
}

fn main() {
    run(async {
        let limit = Duration::from_millis(500);
        for (friend, millis) in [("anna", 100), ("boris", 10_000)] {
            println!("caller: rings {friend}");
            let talk = Duration::from_millis(millis);
            match timeout(limit, phone(friend, talk)).await {
                Ok(news) => println!("caller: knows {news}"),
                Err(TimedOut) => println!("caller: has to go"),
            }
        }
    });
}
