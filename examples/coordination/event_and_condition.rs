//! An event stays set; after a condition one has to look again.
//!
//! Run it: `cargo run --example event_and_condition`

use std::cell::Cell;
use std::time::Duration;

use twin_tasks::{Condition, Event, gather, run, sleep};

#[derive(Default)]
struct Inn {
    doors: Event,
    table: Condition,
    seats: Cell<u32>,
}

async fn eat(name: &str, inn: &Inn) {
    inn.doors.wait().await;
    println!("  {name}: comes in");
    let mut guard = inn.table.acquire().await;
    // Here Rust, in our crate, has it from the look: `wait_for`
    // gives what its function has found.
    let free = || inn.seats.get().checked_sub(1);
    let left = inn.table.wait_for(&mut guard, free).await;
    inn.seats.set(left);
    drop(guard);
    println!("  {name}: sits down");
    sleep(Duration::from_millis(200)).await;
    let guard = inn.table.acquire().await;
    inn.seats.set(inn.seats.get() + 1);
    println!("  {name}: leaves");
    inn.table.notify(&guard, 1);
}

async fn open_doors(inn: &Inn) {
    sleep(Duration::from_millis(100)).await;
    println!("host: the doors are open, there is one seat");
    inn.doors.set();
}

fn main() {
    run(async {
        let inn = Inn { seats: Cell::new(1), ..Inn::default() };
        println!("host: two are at the doors");
        gather((
            eat("anna", &inn),
            eat("boris", &inn),
            open_doors(&inn),
        ))
        .await;
        println!("host: a late guest finds the doors open");
        eat("clara", &inn).await;
    });
}
