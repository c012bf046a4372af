//! `gather`: all start at once, results come in argument order.
//!
//! Run it: `cargo run --example gather_keeps_order`

use std::time::Duration;

use twin_tasks::{gather, run, sleep};
use twins_examples::repr::Repr;

async fn cook(dish: &str, ms: u64) -> &str {
    println!("  stove: {dish} on");
    sleep(Duration::from_millis(ms)).await;
    println!("  stove: {dish} done");
    dish
}

fn main() {
    run(async {
        let served = gather([
            cook("soup", 600),
            cook("salad", 200),
            cook("pie", 400),
        ])
        .await;
        println!("waiter: served as ordered: {}", served.repr());
    });
}
