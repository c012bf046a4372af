//! A generator with `send`: where it waits, its caller waits too.
//!
//! Run it: `cargo run --example send_is_synchronous`

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use twin_generators::{Body, Generator};
use twin_tasks::{gather, run, sleep};

struct Depot {
    open: Cell<bool>,
    rounds: Cell<u32>,
}

fn scale() -> Generator<impl Body<(), &'static str>> {
    Generator::new(|mut co| async move {
        let parcel = co.yield_(()).await;
        // Here Rust has an `await`, but for `co` alone: any other
        // that has to wait panics, as no executor drives this.
        thread::sleep(Duration::from_millis(300));
        println!("  scale: {parcel} weighed");
        co.yield_(()).await;
    })
}

fn report(depot: &Depot, wait: &str) {
    let walked = depot.rounds.replace(0) > 0;
    let guard = if walked { "walked" } else { "stood still" };
    println!("clerk: during the {wait} the guard {guard}");
}

async fn clerk(depot: &Depot) {
    let mut weigh = scale();
    _ = weigh.start().unwrap();
    sleep(Duration::from_millis(300)).await;
    report(depot, "await");
    _ = weigh.send("book").unwrap();
    report(depot, "send");
    depot.open.set(false);
}

async fn guard(depot: &Depot) {
    while depot.open.get() {
        sleep(Duration::from_millis(20)).await;
        depot.rounds.set(depot.rounds.get() + 1);
    }
}

fn main() {
    run(async {
        let depot =
            Depot { open: Cell::new(true), rounds: Cell::new(0) };
        gather((guard(&depot), clerk(&depot))).await;
    });
}
