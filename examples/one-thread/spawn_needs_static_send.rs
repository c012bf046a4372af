//! Spawned tasks: they may outlive the function that made them.
//!
//! Run it: `cargo run --example spawn_needs_static_send`

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::thread;

use futures_lite::future::{block_on, yield_now};
use smol::{Executor, Task};

#[derive(Default)]
struct Total {
    grams: Mutex<u32>,
}

static EXECUTOR: Executor<'static> = Executor::new();

async fn weigh(parcels: Vec<u32>, total: Arc<Total>) -> usize {
    for grams in &parcels {
        // After each wait another thread may go on with the task.
        yield_now().await;
        // Here Rust wants a lock: another thread may add, too.
        *total.grams.lock().unwrap() += grams;
    }
    parcels.len()
}

fn start(parcels: &[u32], total: &Arc<Total>) -> Task<usize> {
    // Here Rust has a task own what it uses, or share it by `Arc`:
    // what it borrowed here would be gone before it ends.
    EXECUTOR.spawn(weigh(parcels.to_vec(), total.clone()))
}

fn main() {
    for _ in 0..2 {
        let work = || block_on(EXECUTOR.run(pending::<()>()));
        thread::spawn(work);
    }
    let total = Arc::new(Total::default());
    let anna = start(&[500, 250, 100], &total);
    let boris = start(&[2000, 40], &total);
    println!("main: both are weighing");
    block_on(async {
        println!("main: anna has weighed {} parcels", anna.await);
        println!("main: boris has weighed {} parcels", boris.await);
    });
    let grams = total.grams.lock().unwrap();
    println!("main: {grams} grams in all");
}
