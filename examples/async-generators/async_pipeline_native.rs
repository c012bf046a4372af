//! The same in nightly's own syntax: each stage an `async gen fn`.
//!
//! Run it: `cargo run --example async_pipeline_native`

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::async_iter::AsyncIterator;
use std::mem::take;
use std::time::Duration;

use twin_tasks::{run, sleep};
use twins_examples::repr::Repr;

async gen fn thermometer() -> u32 {
    for degrees in [180, 210, 150, 220, 230, 190, 240, 205, 215] {
        sleep(Duration::from_millis(20)).await;
        yield degrees;
    }
}

async gen fn above(
    limit: u32,
    readings: impl AsyncIterator<Item = u32>,
) -> u32 {
    for await degrees in readings {
        if degrees > limit {
            yield degrees;
        }
    }
}

async gen fn batches(
    size: usize,
    readings: impl AsyncIterator<Item = u32>,
) -> Vec<u32> {
    let mut batch = Vec::new();
    for await degrees in readings {
        batch.push(degrees);
        if batch.len() == size {
            yield take(&mut batch);
        }
    }
    if !batch.is_empty() {
        yield batch;
    }
}

fn main() {
    run(async {
        let hot = above(200, thermometer());
        for await batch in batches(4, hot) {
            println!("baker: too hot at {}", batch.repr());
        }
        println!("baker: the bread is out");
    });
}
