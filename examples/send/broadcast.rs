//! Broadcast: one source, several consumers with their own state.
//!
//! Run it: `cargo run --example broadcast`

use twin_generators::{Body, BoxGenerator, Generator};

fn alarm(limit: i32) -> Generator<impl Body<(), i32>> {
    Generator::new(move |mut co| async move {
        loop {
            let degrees = co.yield_(()).await;
            if degrees > limit {
                println!("  alarm: warmer than {limit} °C!");
            }
        }
    })
}

fn record() -> Generator<impl Body<(), i32>> {
    Generator::new(|mut co| async move {
        let mut warmest = co.yield_(()).await;
        loop {
            let degrees = co.yield_(()).await;
            if degrees > warmest {
                println!("  record: up from {warmest} °C");
                warmest = degrees;
            }
        }
    })
}

fn broadcast(
    mut targets: Vec<BoxGenerator<'static, (), i32>>,
) -> Generator<impl Body<(), i32>> {
    Generator::new(|mut co| async move {
        for target in &mut targets {
            _ = target.start().unwrap();
        }
        loop {
            let degrees = co.yield_(()).await;
            for target in &mut targets {
                _ = target.send(degrees).unwrap();
            }
        }
    })
}

fn main() {
    // Here Rust boxes: each body has its own type, a list has one.
    let targets = vec![alarm(7).boxed(), record().boxed()];
    let mut fridge = broadcast(targets);
    _ = fridge.start().unwrap();
    for degrees in [4, 6, 9, 5] {
        println!("fridge: {degrees} °C");
        _ = fridge.send(degrees).unwrap();
    }
}
