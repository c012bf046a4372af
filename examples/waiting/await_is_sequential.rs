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
        let took = begin.elapsed().as_secs_f64();
        // A hair less than the sum would be a matter of rounding.
        let sum = WAIT.as_secs_f64() * ids.len() as f64;
        let sequential = took > 0.99 * sum;
        println!(
            "clock: as long as all the waits together: {}",
            sequential.repr()
        );
    });
}
