//! A timeout that can't leak out of an async generator (PEP 789).
//!
//! Run it: `cargo run --example leaking_timeout`

use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use twin_async_generators::AsyncGenerator;
use twin_tasks::{TimedOut, run, sleep, spawn, timeout, wait};

type Dish = Result<&'static str, TimedOut>;

fn leaky(deadline: Duration) -> impl Stream<Item = Dish> + Unpin {
    AsyncGenerator::fallible(move |mut co| async move {
        // Here Rust's timeout ends the future inside it, and so
        // this body, at its next step; it cancels no consumer.
        let cooking = async {
            for dish in ["soup", "pasta"] {
                co.yield_(dish).await;
            }
        };
        timeout(deadline, cooking).await
    })
}

fn tight(deadline: Duration) -> impl Stream<Item = Dish> + Unpin {
    AsyncGenerator::fallible(move |mut co| async move {
        for dish in ["soup", "pasta"] {
            // Open around the generator's own wait, then closed.
            let cooking = sleep(Duration::from_millis(10));
            timeout(deadline, cooking).await?;
            co.yield_(dish).await;
        }
        Ok(())
    })
}

async fn eat(mut dishes: impl Stream<Item = Dish> + Unpin) {
    while let Some(Ok(dish)) = dishes.next().await {
        println!("  guest: eats the {dish}, slowly");
        sleep(Duration::from_millis(500)).await;
    }
}

/// Tells whether the guest was cancelled.
async fn dine(
    dishes: impl Stream<Item = Dish> + Unpin + 'static,
) -> bool {
    let dinner = spawn(eat(dishes));
    wait([&dinner]).await;
    dinner.cancelled()
}

fn main() {
    let deadline = Duration::from_millis(250);
    run(async move {
        println!("main: a timeout around each wait of the kitchen");
        assert!(!dine(tight(deadline)).await);
        println!("main: a timeout around its yields, too");
        // Here Rust's guest ends the soup, and is told then.
        assert!(!dine(leaky(deadline)).await);
        println!("main: the time was up, and there was no pasta");
    });
}
