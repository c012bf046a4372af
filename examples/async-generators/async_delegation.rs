//! Delegation: a generator that speaks through another one.
//!
//! Run it: `cargo run --example async_delegation`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body};
use twin_tasks::{run, sleep};

fn stall(
    ware: &'static str,
    price: u32,
) -> AsyncGenerator<impl Body<String, u32, u32>> {
    AsyncGenerator::new(move |mut co| async move {
        let mut paid = 0;
        while paid < price {
            let line = format!("{ware}, {} to pay", price - paid);
            paid += co.yield_(line).await;
            sleep(Duration::from_millis(50)).await; // counts
        }
        paid
    })
}

fn market() -> AsyncGenerator<impl Body<String, u32>> {
    AsyncGenerator::new(|mut co| async move {
        let mut takings = 0;
        for (ware, price) in [("soup", 3), ("bread", 2)] {
            // Here Rust has `yield_from`, from our crate: what is
            // sent goes in, what is returned comes out.
            takings += co.yield_from(stall(ware, price)).await;
        }
        co.yield_(format!("closed, {takings} taken")).await;
    })
}

fn main() {
    run(async {
        let mut stalls = market();
        let step = stalls.start().await.unwrap();
        println!("market: {}", step.yielded().unwrap());
        for coins in [2, 1, 2] {
            println!("  guest: pays {coins}");
            let step = stalls.asend(coins).await.unwrap();
            println!("market: {}", step.yielded().unwrap());
        }
        stalls.aclose().await.unwrap();
    });
}
