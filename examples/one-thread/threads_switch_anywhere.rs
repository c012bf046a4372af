//! Threads: the system switches them, even mid-computation.
//!
//! Run it: `cargo run --example threads_switch_anywhere`

use std::sync::Barrier;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::{hint, thread};

#[derive(Default)]
struct Counter {
    steps: AtomicU64,
    stop: AtomicBool,
}

// Here Rust's threads run in parallel where there are processors.
fn count(counter: &Counter) {
    while !counter.stop.load(Relaxed) {
        counter.steps.fetch_add(1, Relaxed);
    }
}

fn count_and_look() {
    let counter = Counter::default();
    thread::scope(|scope| {
        scope.spawn(|| count(&counter));
        // Neither loop ever waits, and yet both go on.
        while counter.steps.load(Relaxed) == 0 {
            hint::spin_loop();
        }
        println!("main: the other thread counts, and I still run");
        counter.stop.store(true, Relaxed);
    });
    println!("main: stopped it in the middle of its counting");
}

// Here Rust lets threads share an atomic number, never a plain one.
// That rules out the data race, but not the lost coin.
#[derive(Default)]
struct Till {
    coins: AtomicU32,
}

fn pay(till: &Till, both_have_read: &Barrier) {
    let coins = till.coins.load(Relaxed);
    // The system may switch here at any time. Now it must.
    both_have_read.wait();
    till.coins.store(coins + 1, Relaxed);
}

fn both_pay() {
    let (till, both_have_read) = (Till::default(), Barrier::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| pay(&till, &both_have_read));
        }
    });
    println!("till: {} of 2 coins", till.coins.into_inner());
}

fn main() {
    count_and_look();
    both_pay();
}
