//! An async generator: while it waits for an item, others run.
//!
//! Run it: `cargo run --example async_generator_shares`

use std::cell::Cell;
use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use twin_async_generators::AsyncGenerator;
use twin_tasks::{gather, run, sleep};

struct Depot {
    open: Cell<bool>,
    rounds: Cell<u32>,
}

fn parcels() -> impl Stream<Item = &'static str> + Unpin {
    AsyncGenerator::new(|mut co| async move {
        for parcel in ["book", "lamp", "drum"] {
            sleep(Duration::from_millis(300)).await; // on the road
            co.yield_(parcel).await;
        }
    })
}

async fn clerk(depot: &Depot) {
    let mut parcels = parcels();
    // Here Rust asks by name; nightly has `for await`.
    while let Some(parcel) = parcels.next().await {
        let walked = depot.rounds.replace(0) > 0;
        let guard = if walked { "walked" } else { "stood still" };
        println!(
            "clerk: {parcel} came, meanwhile the guard {guard}"
        );
    }
    depot.open.set(false);
}

async fn guard(depot: &Depot) {
    while depot.open.get() {
        sleep(Duration::from_millis(20)).await;
        depot.rounds.set(depot.rounds.get() + 1);
    }
    println!("guard: the depot is closed");
}

fn main() {
    run(async {
        let depot =
            Depot { open: Cell::new(true), rounds: Cell::new(0) };
        gather((guard(&depot), clerk(&depot))).await;
    });
}
