//! A pipeline of async generators: a source, a filter, batches.
//!
//! Run it: `cargo run --example async_pipeline`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body};
use twin_tasks::{run, sleep};
use twins_examples::repr::Repr;

fn thermometer() -> AsyncGenerator<impl Body<u32>> {
    AsyncGenerator::new(|mut co| async move {
        for degrees in [180, 210, 150, 220, 230, 190, 240, 205, 215]
        {
            sleep(Duration::from_millis(20)).await;
            co.yield_(degrees).await;
        }
    })
}

// Here Rust says in the types what flows from stage to stage.
fn above(
    limit: u32,
    mut readings: AsyncGenerator<impl Body<u32>>,
) -> AsyncGenerator<impl Body<u32>> {
    AsyncGenerator::new(move |mut co| async move {
        while let Some(degrees) = readings.next().await {
            if degrees > limit {
                co.yield_(degrees).await;
            }
        }
    })
}

fn batches(
    size: usize,
    mut readings: AsyncGenerator<impl Body<u32>>,
) -> AsyncGenerator<impl Body<Vec<u32>>> {
    AsyncGenerator::new(move |mut co| async move {
        let mut batch = Vec::new();
        while let Some(degrees) = readings.next().await {
            batch.push(degrees);
            if batch.len() == size {
                co.yield_(std::mem::take(&mut batch)).await;
            }
        }
        if !batch.is_empty() {
            co.yield_(batch).await;
        }
    })
}

fn main() {
    run(async {
        let hot = above(200, thermometer());
        let mut batches = batches(4, hot);
        while let Some(batch) = batches.next().await {
            println!("baker: too hot at {}", batch.repr());
        }
        println!("baker: the bread is out");
    });
}
