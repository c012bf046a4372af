//! A generator: nothing runs until `next`, then up to the `yield`.
//!
//! Run it: `cargo run --example nothing_before_next`

use twin_generators::Generator;
use twins_examples::repr::Repr;

fn countdown(start: u32) -> impl Iterator<Item = u32> {
    Generator::new(|mut co| async move {
        println!("  countdown: begins");
        for number in (1..=start).rev() {
            println!("  countdown: yields {number}");
            co.yield_(number).await;
            println!("  countdown: goes on after {number}");
        }
        println!("  countdown: ends");
    })
}

fn main() {
    let mut numbers = countdown(2);
    println!("main: called countdown, and not a line of it ran");
    for _ in 0..3 {
        println!("main: next");
        // Here Rust gives an `Option`: the end is no error.
        println!("main: got {}", numbers.next().repr());
    }
}
