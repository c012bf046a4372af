//! Sources merged in time: the first to have an item is next.
//!
//! Run it: `cargo run --example merge_in_time`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body};
use twin_tasks::{race, run, sleep};

fn appliance(
    name: &str,
    delays: Vec<Duration>,
) -> AsyncGenerator<impl Body<String>> {
    AsyncGenerator::new(move |mut co| async move {
        for (number, delay) in (1..).zip(delays) {
            sleep(delay).await;
            co.yield_(format!("{name} {number}")).await;
        }
    })
}

fn merge<const N: usize>(
    sources: [AsyncGenerator<impl Body<String>>; N],
) -> AsyncGenerator<impl Body<String>> {
    let mut sources = Vec::from(sources);
    AsyncGenerator::new(|mut co| async move {
        // Here Rust polls all in place, by our `race`, and drops
        // the `next`s that lose; the following ones go on there.
        while !sources.is_empty() {
            let nexts = sources.iter_mut().map(|it| it.next());
            match race(nexts).await {
                (_, Some(item)) => co.yield_(item).await,
                (ended, None) => drop(sources.remove(ended)),
            }
        }
    })
}

async fn breakfast() {
    let delay = Duration::from_millis(400);
    let toast = appliance("toast", vec![delay / 2, delay, delay]);
    let eggs = appliance("egg", vec![delay, delay]);
    let mut items = merge([toast, eggs]);
    while let Some(item) = items.next().await {
        println!("cook: {item} is ready");
    }
    println!("cook: breakfast");
}

fn main() {
    run(breakfast());
}
