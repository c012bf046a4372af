//! Fan-in: two producers, one bounded channel, one slow consumer.
//!
//! Run it: `cargo run --example fan_in`

use std::time::Duration;

use async_channel::{Sender, bounded};
use twin_async_generators::{AsyncGenerator, Body};
use twin_tasks::{run, sleep, spawn};

type Crates<B> = AsyncGenerator<B>;

fn farm(crop: &str, pace: Duration) -> Crates<impl Body<String>> {
    AsyncGenerator::new(move |mut co| async move {
        for number in [1, 2] {
            sleep(pace).await;
            co.yield_(format!("{crop} {number}")).await;
        }
    })
}

async fn deliver(
    mut crates: Crates<impl Body<String>>,
    ramp: Sender<String>,
) {
    while let Some(it) = crates.next().await {
        println!("  farm: {it} picked");
        ramp.send(it.clone()).await.unwrap();
        println!("  ramp: {it} set down");
    }
}

async fn market() {
    // Room for one crate: the next one waits.
    let (ramp, crates) = bounded(1);
    let corn = farm("corn", Duration::from_millis(100));
    let beans = farm("beans", Duration::from_millis(400));
    // Here Rust's tasks, of our crate, run on without a handle; the
    // channel ends when the last farm has dropped its sender.
    spawn(deliver(corn, ramp.clone())).detach();
    spawn(deliver(beans, ramp)).detach();
    sleep(Duration::from_millis(600)).await;
    while let Ok(it) = crates.recv().await {
        println!("market: {it} sold");
        sleep(Duration::from_millis(600)).await;
    }
}

fn main() {
    run(market());
}
