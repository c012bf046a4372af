//! An ordinary function in between: it can't wait for a coroutine.
//!
//! Run it: `cargo run --example sync_calls_async`

use std::panic::catch_unwind;
use std::time::Duration;

use twin_tasks::{run, sleep, to_thread};

async fn ask_price(ware: &str) -> u32 {
    sleep(Duration::from_millis(100)).await;
    if ware == "flour" { 3 } else { 1 }
}

// `'static`: what an event loop runs borrows nothing of its caller.
fn price_with_tax(ware: &'static str) -> u32 {
    // An event loop of its own, from its first line to its last.
    let price = run(ask_price(ware));
    price * 2
}

async fn async_price_with_tax(ware: &str) -> u32 {
    let price = ask_price(ware).await;
    price * 2
}

fn main() {
    let price = price_with_tax("milk");
    println!("main: before any loop: {price}");
    run(async {
        // Here Rust leaves it to the library: ours and tokio panic,
        // smol's `block_on` would stop this loop for the wait.
        if catch_unwind(|| price_with_tax("flour")).is_err() {
            println!("shop: there is a loop already, I am in it");
        }
        let price = to_thread(|| price_with_tax("flour")).await;
        println!("shop: from a thread without a loop: {price}");
        let price = async_price_with_tax("flour").await;
        println!("shop: from a function that awaits: {price}");
    });
}
