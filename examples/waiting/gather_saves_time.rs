//! What `gather` saves: five waits in the time of one.
//!
//! Run it: `cargo run --example gather_saves_time`

use std::time::{Duration, Instant};

use twin_tasks::{gather, run, sleep};

const WAIT: Duration = Duration::from_millis(300);

async fn fetch_data(id: u32) {
    sleep(WAIT).await;
    println!("  request {id}: answered");
}

async fn one_by_one(ids: &[u32]) {
    for &id in ids {
        fetch_data(id).await;
    }
}

async fn all_at_once(ids: &[u32]) {
    gather(ids.iter().map(|&id| fetch_data(id))).await;
}

/// How many waits the work lasts: whole ones, but for a hair.
async fn waits(work: impl Future) -> f64 {
    let begin = Instant::now();
    work.await;
    (begin.elapsed().div_duration_f64(WAIT) + 0.05).floor()
}

fn main() {
    run(async {
        let ids = [1, 2, 3, 4, 5];
        let slow = waits(one_by_one(&ids)).await;
        println!("clock: one by one, as long as {slow} waits");
        let fast = waits(all_at_once(&ids)).await;
        println!("clock: with gather, as long as {fast}");
        println!("clock: gather is {} times as fast", slow / fast);
    });
}
