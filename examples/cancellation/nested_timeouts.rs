//! Nested timeouts: which of the two ended the work.
//!
//! Run it: `cargo run --example nested_timeouts`

use std::time::Duration;

use twin_tasks::{TimedOut, catch_cancelled, run, sleep, timeout};

async fn cook(dish: &str, time: Duration) {
    let timed = timeout(Duration::from_millis(500), sleep(time));
    // Here Rust has one level of `Result` for each question.
    match catch_cancelled(timed).await {
        Ok(Ok(())) => println!("  cook: serves the {dish}"),
        Ok(Err(TimedOut)) => {
            println!("  cook: the {dish} takes too long");
        }
        Err(cancelled) => {
            println!("  cook: the {dish} is no longer wanted");
            cancelled.propagate().await
        }
    }
}

fn main() {
    run(async {
        println!("guest: is in a hurry");
        let dinner = async {
            cook("soup", Duration::from_millis(50)).await;
            cook("roast", Duration::from_secs(10)).await;
            cook("cake", Duration::from_secs(10)).await;
        };
        match timeout(Duration::from_millis(800), dinner).await {
            Ok(()) => println!("guest: has eaten"),
            Err(TimedOut) => println!("guest: leaves"),
        }
    });
}
