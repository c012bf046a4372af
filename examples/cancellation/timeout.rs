//! A timeout: what takes too long is cancelled, and cleans up.
//!
//! Run it: `cargo run --example timeout`

use std::time::Duration;

use twin_tasks::{TimedOut, finally, run, sleep, timeout};

async fn phone(friend: &str, talk: Duration) -> &'static str {
    println!("  {friend}: picks up");
    // Here Rust takes the clean-up as a second future.
    finally(sleep(talk), async {
        println!("  {friend}: says goodbye");
        sleep(Duration::from_millis(100)).await;
        println!("  {friend}: hangs up");
    })
    .await;
    "the news"
}

fn main() {
    run(async {
        let limit = Duration::from_millis(500);
        let talks = [("anna", limit / 5), ("boris", 20 * limit)];
        for (friend, talk) in talks {
            println!("caller: rings {friend}");
            match timeout(limit, phone(friend, talk)).await {
                Ok(news) => println!("caller: knows {news}"),
                Err(TimedOut) => println!("caller: has to go"),
            }
        }
    });
}
