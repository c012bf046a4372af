//! The same in nightly's syntax: three coroutines with an argument.
//!
//! Run it: `cargo run --example broadcast_native`

#![feature(coroutines)]

use twin_generators::{Body, BoxGenerator, Generator};

fn alarm(limit: i32) -> Generator<impl Body<(), i32>> {
    Generator::native(
        #[coroutine]
        move |_| loop {
            let degrees = (yield)?;
            if degrees > limit {
                println!("  alarm: warmer than {limit} °C!");
            }
        },
    )
}

fn record() -> Generator<impl Body<(), i32>> {
    Generator::native(
        #[coroutine]
        |_| {
            let mut warmest = (yield)?;
            loop {
                let degrees = (yield)?;
                if degrees > warmest {
                    println!("  record: up from {warmest} °C");
                    warmest = degrees;
                }
            }
        },
    )
}

fn broadcast(
    mut targets: Vec<BoxGenerator<'static, (), i32>>,
) -> Generator<impl Body<(), i32>> {
    Generator::native(
        #[coroutine]
        move |_| {
            for target in &mut targets {
                _ = target.start().unwrap();
            }
            loop {
                let degrees = (yield)?;
                for target in &mut targets {
                    _ = target.send(degrees).unwrap();
                }
            }
        },
    )
}

fn main() {
    let targets = vec![alarm(7).boxed(), record().boxed()];
    let mut fridge = broadcast(targets);
    _ = fridge.start().unwrap();
    for degrees in [4, 6, 9, 5] {
        println!("fridge: {degrees} °C");
        _ = fridge.send(degrees).unwrap();
    }
}
