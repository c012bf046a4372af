//! Tasks share one thread: only an `await` lets another one in.
//!
//! Run it: `cargo run --example one_thread`

use std::cell::Cell;
use std::thread::{self, ThreadId};
use std::time::Duration;

use twin_tasks::{gather, run, sleep};
use twins_examples::repr::Repr;

// Here Rust wants a `Cell`: for tasks to share, not for threads.
#[derive(Default)]
struct Till {
    coins: Cell<u32>,
}

async fn pay(name: &str, till: &Till, pause: bool) -> ThreadId {
    let coins = till.coins.get();
    println!("  {name}: sees {coins} in the till");
    if pause {
        sleep(Duration::ZERO).await;
    }
    till.coins.set(coins + 1);
    println!("  {name}: makes it {}", coins + 1);
    thread::current().id()
}

async fn both_pay(pause: bool) {
    let till = Till::default();
    let threads = gather([
        pay("anna", &till, pause),
        pay("boris", &till, pause),
    ])
    .await;
    println!("till: {} of 2 coins", till.coins.get());
    let here = thread::current().id();
    let shared = threads.iter().all(|thread| *thread == here);
    println!(
        "main: both ran on this one thread: {}",
        shared.repr()
    );
}

fn main() {
    run(async {
        println!("main: no await between reading and writing");
        both_pay(false).await;
        println!("main: an await between reading and writing");
        both_pay(true).await;
    });
}
