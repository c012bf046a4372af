//! Awaiting one by one: five waits take as long as their sum.
//!
//! Run it: `cargo run --example await_is_sequential`

use std::time::{Duration, Instant};

use twin_tasks::{run, sleep};
use twins_examples::repr::Repr;

const WAIT: Duration = Duration::from_millis(100); // not 2 s

async fn fetch_data(id: u32) {
    println!("  request {id}: sent");
    sleep(WAIT).await;
    println!("  request {id}: answered");
}

async fn process_data(ids: &[u32]) {
    for &id in ids {
        fetch_data(id).await;
    }
}

fn main() {
    run(async {
        let ids = [1, 2, 3, 4, 5];
        let begin = Instant::now();
        process_data(&ids).await;
        // Here Rust has a type for times, `Duration`.
        let took = begin.elapsed();
        // A hair less than the sum would be a matter of rounding.
        let sum = WAIT * ids.len() as u32;
        let sequential = took > sum.mul_f64(0.99);
        println!(
            "clock: as long as all the waits together: {}",
            sequential.repr()
        );
    });
}
