//! The same in nightly's own syntax: `async gen` and `for await`.
//!
//! Run it: `cargo run --example async_comprehension_native`

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::time::Duration;

use twin_tasks::{run, sleep};
use twins_examples::repr::Repr;

async gen fn deliveries() -> (&'static str, usize) {
    for name in ["apples", "beans", "corn", "dates", "eggs"] {
        sleep(Duration::from_millis(20)).await;
        yield (name, name.len() * 10);
    }
}

// There are no adapters for this syntax yet: each is a loop.
async fn inventory() {
    let mut names = Vec::new();
    for await (name, _) in deliveries() {
        names.push(name);
    }
    println!("clerk: came in: {}", names.repr());
    let mut heavy = Vec::new();
    for await (name, kilos) in deliveries() {
        if kilos >= 50 {
            heavy.push(name);
        }
    }
    println!("clerk: heavy: {}", heavy.repr());
    let mut labels = Vec::new();
    for await (name, kilos) in deliveries() {
        labels.push(format!("{name} {kilos} kg"));
    }
    println!("clerk: labels: {}", labels.repr());
    let mut total = 0;
    for await (_, kilos) in deliveries() {
        total += kilos;
    }
    println!("clerk: {total} kg in all");
}

fn main() {
    run(inventory());
}
