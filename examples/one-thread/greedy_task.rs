//! A greedy task: it computes for long, and lets nobody in between.
//!
//! Run it: `cargo run --example greedy_task`

use std::time::Duration;

use twin_tasks::{gather, run, sleep};

async fn add_up(pages: u64, looks_up: bool) {
    let mut total = 0;
    for page in 1..=pages {
        // A page is long: while it is added up, nobody else moves.
        total += (0..100_000).sum::<u64>();
        println!("  clerk: page {page} added");
        if looks_up {
            // Here Rust, in our crate, does so, too; elsewhere in
            // Rust `yield_now` lets the others have a turn.
            sleep(Duration::ZERO).await;
        }
    }
    println!("  clerk: the sum is {total}");
}

async fn serve_guests() {
    for guest in ["anna", "boris", "clara"] {
        println!("  waiter: serves {guest}");
        sleep(Duration::ZERO).await;
    }
}

async fn morning(looks_up: bool) {
    gather((add_up(3, looks_up), serve_guests())).await;
}

fn main() {
    run(async {
        println!("main: a clerk who never looks up");
        morning(false).await;
        println!("main: a clerk who looks up after each page");
        morning(true).await;
    });
}
