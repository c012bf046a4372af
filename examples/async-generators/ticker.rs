//! A ticker left early: `aclosing` awaits its clean-up.
//!
//! Run it: `cargo run --example ticker`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body, aclosing};
use twin_tasks::{run, sleep};

fn ticker(interval: Duration) -> AsyncGenerator<impl Body<u32>> {
    AsyncGenerator::new(move |mut co| async move {
        println!("  ticker: wound up");
        for tick in 1..1000 {
            sleep(interval).await;
            if co.try_yield(tick).await.is_err() {
                break;
            }
        }
        // Here Rust leaves the loop by `try_yield`, which tells of
        // the end; a plain `yield_` would only drop the body.
        sleep(interval).await;
        println!("  ticker: put away");
    })
}

async fn boil_egg() {
    let ticks = ticker(Duration::from_millis(100));
    aclosing(ticks, async |ticks| {
        while let Some(tick) = ticks.next().await {
            println!("cook: {tick} of 3 minutes");
            if tick == 3 {
                break;
            }
        }
        println!("cook: out of the water");
    })
    .await
    .unwrap();
    println!("cook: the egg is done");
}

fn main() {
    run(boil_egg());
}
