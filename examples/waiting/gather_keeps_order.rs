//! `gather`: all start at once, results come in argument order.
//!
//! Run it: `cargo run --example gather_keeps_order`

use std::time::Duration;

use twin_tasks::{gather, run, sleep};
use twins_examples::repr::Repr;

async fn cook(dish: &str, time: Duration) -> &str {
    println!("  stove: {dish} on");
    sleep(time).await;
    println!("  stove: {dish} done");
    dish
}

fn main() {
    run(async {
        // Here Rust makes no tasks: ours polls all in place.
        let served = gather([
            cook("soup", Duration::from_millis(600)),
            cook("salad", Duration::from_millis(200)),
            cook("pie", Duration::from_millis(400)),
        ])
        .await;
        println!("waiter: served as ordered: {}", served.repr());
    });
}
