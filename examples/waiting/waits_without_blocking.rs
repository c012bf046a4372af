//! A coroutine that waits: meanwhile the others run.
//!
//! Run it: `cargo run --example waits_without_blocking`

use std::time::Duration;

use twin_tasks::{gather, run, sleep};

async fn bake() {
    println!("oven: bread in, out in 0.8 s");
    sleep(Duration::from_millis(800)).await;
    println!("oven: bread out");
}

async fn wash_up() -> usize {
    let dishes = ["bowl", "whisk", "board"];
    for dish in dishes {
        sleep(Duration::from_millis(100)).await;
        println!("  sink: {dish} washed");
    }
    dishes.len()
}

fn main() {
    run(async {
        // Here Rust gives a tuple, each result with its type.
        let (_, washed) = gather((bake(), wash_up())).await;
        println!(
            "cook: {washed} dishes washed while the bread baked"
        );
    });
}
