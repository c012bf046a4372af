//! Two sources merged in time: whoever has an item is next.
//!
//! Run it: `cargo run --example merge_in_time`

use std::time::Duration;

use futures_lite::FutureExt;
use twin_async_generators::{AsyncGenerator, Body};
use twin_tasks::{run, sleep};

fn appliance<const N: usize>(
    name: &str,
    delays: [u64; N],
) -> AsyncGenerator<impl Body<String>> {
    AsyncGenerator::new(move |mut co| async move {
        for (number, delay) in (1..).zip(delays) {
            sleep(Duration::from_millis(delay)).await;
            co.yield_(format!("{name} {number}")).await;
        }
    })
}

fn merge(
    mut one: AsyncGenerator<impl Body<String>>,
    mut two: AsyncGenerator<impl Body<String>>,
) -> AsyncGenerator<impl Body<String>> {
    AsyncGenerator::new(|mut co| async move {
        // Here Rust polls both in place and drops the `next` that
        // comes second; the following one goes on from there.
        while let Some(item) = one.next().or(two.next()).await {
            co.yield_(item).await;
        }
        // One of them has ended: only the other still has items.
        while let Some(item) = one.next().await {
            co.yield_(item).await;
        }
        while let Some(item) = two.next().await {
            co.yield_(item).await;
        }
    })
}

async fn breakfast() {
    let toast = appliance("toast", [200, 400, 400]);
    let eggs = appliance("egg", [400, 400]);
    let mut items = merge(toast, eggs);
    while let Some(item) = items.next().await {
        println!("cook: {item} is ready");
    }
    println!("cook: breakfast");
}

fn main() {
    run(breakfast());
}
