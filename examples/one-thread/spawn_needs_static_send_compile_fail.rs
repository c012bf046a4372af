//! What Rust refuses: tasks for many threads that share by `Rc`.
//!
//! See it refused: `cargo twins check spawn_needs_static_send`

use std::cell::Cell;
use std::rc::Rc;

use futures_lite::future::yield_now;
use smol::{Executor, Task};

#[derive(Default)]
struct Total {
    grams: Cell<u32>,
}

static EXECUTOR: Executor<'static> = Executor::new();

async fn weigh(parcels: Vec<u32>, total: Rc<Total>) -> usize {
    for grams in &parcels {
        yield_now().await;
        total.grams.set(total.grams.get() + grams);
    }
    parcels.len()
}

fn start(parcels: &[u32], total: &Rc<Total>) -> Task<usize> {
    EXECUTOR.spawn(weigh(parcels.to_vec(), total.clone()))
}

fn main() {
    let total = Rc::new(Total::default());
    start(&[500, 250, 100], &total).detach();
    start(&[2000, 40], &total).detach();
}
