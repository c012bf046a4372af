//! A timeout that can't leak out of an async generator (PEP 789).
//!
//! Run it: `cargo run --example leaking_timeout`

use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use twin_async_generators::AsyncGenerator;
use twin_tasks::{TimedOut, catch_cancelled, run, sleep, timeout};

type Dish = Result<&'static str, TimedOut>;

fn leaky(deadline: Duration) -> impl Stream<Item = Dish> + Unpin {
    AsyncGenerator::fallible(move |mut co| async move {
        // Here Rust's timeout ends the future inside of it, and so
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
        println!("guest: eats the {dish}, slowly");
        sleep(Duration::from_millis(200)).await;
    }
    println!("guest: has eaten in peace");
}

async fn is_interrupted(
    mut dishes: impl Stream<Item = Dish> + Unpin,
) -> bool {
    let eating = async {
        while let Some(Ok(_)) = dishes.next().await {
            sleep(Duration::from_millis(200)).await;
        }
    };
    catch_cancelled(eating).await.is_err()
}

fn main() {
    let deadline = Duration::from_millis(100);
    run(async move {
        eat(tight(deadline)).await;
        assert!(!is_interrupted(leaky(deadline)).await);
    });
}
