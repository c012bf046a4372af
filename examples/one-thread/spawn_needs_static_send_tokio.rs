//! The same on tokio: its `spawn` has the same two bounds.
//!
//! Run it: `cargo run --example spawn_needs_static_send_tokio`

use std::sync::{Arc, Mutex};

use tokio::runtime::Builder;
use tokio::task::{JoinHandle, spawn, yield_now};

#[derive(Default)]
struct Total {
    grams: Mutex<u32>,
}

async fn weigh(parcels: Vec<u32>, total: Arc<Total>) -> usize {
    for grams in &parcels {
        // After each wait another thread may go on with the task.
        yield_now().await;
        *total.grams.lock().unwrap() += grams;
    }
    parcels.len()
}

fn start(parcels: &[u32], total: &Arc<Total>) -> JoinHandle<usize> {
    spawn(weigh(parcels.to_vec(), total.clone()))
}

fn main() {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let total = Arc::new(Total::default());
        let anna = start(&[500, 250, 100], &total);
        let boris = start(&[2000, 40], &total);
        println!("main: both are weighing");
        // An error tells that the task was cancelled, or panicked.
        let anna = anna.await.unwrap();
        let boris = boris.await.unwrap();
        println!("main: anna has weighed {anna} parcels");
        println!("main: boris has weighed {boris} parcels");
        let grams = total.grams.lock().unwrap();
        println!("main: {grams} grams in all");
    });
}
