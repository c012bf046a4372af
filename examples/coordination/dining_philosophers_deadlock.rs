//! The deadlock itself, with a loop that notices and shows it.
//!
//! Run it: `cargo run --example dining_philosophers_deadlock`

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::time::Duration;

use twin_tasks::{Lock, Runner, sleep, spawn};

const PHILOSOPHERS: [&str; 3] = ["Kant", "Hegel", "Marx"];

async fn dine(name: &str, first: Lock, second: Lock) {
    let _one = first.acquire().await;
    println!("  {name}: has one fork, looks for the other");
    sleep(Duration::from_millis(100)).await;
    let _other = second.acquire().await;
    println!("  {name}: eats");
}

async fn dinner() {
    let forks = PHILOSOPHERS.map(|_| Lock::new());
    let diners = [0, 1, 2].map(|seat| {
        let name = PHILOSOPHERS[seat];
        let first = forks[seat].clone();
        let second = forks[(seat + 1) % forks.len()].clone();
        // A task for each: the call graph knows tasks and locks.
        spawn(dine(name, first, second)).named(name)
    });
    for diner in diners {
        diner.await;
    }
    println!("waiter: all have eaten");
}

fn main() {
    println!("waiter: take the left fork, then the right one");
    let mut runner = Runner::new();
    runner.detect_deadlocks();
    // What the panic says is printed below.
    set_hook(Box::new(|_| {}));
    let dinner = AssertUnwindSafe(|| runner.run(dinner()));
    let panic = catch_unwind(dinner).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    println!("waiter: {text}");
}
