//! Async comprehensions: collect what comes in over time.
//!
//! Run it: `cargo run --example async_comprehension`

use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use twin_async_generators::AsyncGenerator;
use twin_tasks::{run, sleep};
use twins_examples::repr::Repr;

fn deliveries() -> impl Stream<Item = (&'static str, usize)> {
    AsyncGenerator::new(|mut co| async move {
        for name in ["apples", "beans", "corn", "dates", "eggs"] {
            sleep(Duration::from_millis(20)).await;
            co.yield_((name, name.len() * 10)).await;
        }
    })
}

async fn inventory() {
    let names: Vec<_> =
        deliveries().map(|(name, _)| name).collect().await;
    println!("clerk: came in: {}", names.repr());
    let heavy: Vec<_> = deliveries()
        .filter_map(|(name, kilos)| (kilos >= 50).then_some(name))
        .collect()
        .await;
    println!("clerk: heavy: {}", heavy.repr());
    let labels: Vec<_> = deliveries()
        .map(|(name, kilos)| format!("{name} {kilos} kg"))
        .collect()
        .await;
    println!("clerk: labels: {}", labels.repr());
    // Here Rust folds the stream as it comes, without a list.
    let total =
        deliveries().fold(0, |sum, (_, kilos)| sum + kilos).await;
    println!("clerk: {total} kg in all");
}

fn main() {
    run(inventory());
}
