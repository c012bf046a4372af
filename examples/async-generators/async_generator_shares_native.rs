//! The same in nightly's syntax: `async gen fn` and `for await`.
//!
//! Run it: `cargo run --example async_generator_shares_native`

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::cell::Cell;
use std::time::Duration;

use twin_tasks::{gather, run, sleep};

struct Depot {
    open: Cell<bool>,
    rounds: Cell<u32>,
}

async gen fn parcels() -> &'static str {
    for parcel in ["book", "lamp", "drum"] {
        sleep(Duration::from_millis(300)).await; // on the road
        yield parcel;
    }
}

async fn clerk(depot: &Depot) {
    for await parcel in parcels() {
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
