//! The same in nightly's syntax: `gen fn` and `yield`.
//!
//! Run it: `cargo run --example nothing_before_next_native`

#![feature(gen_blocks)]

use twins_examples::repr::Repr;

gen fn countdown(start: u32) -> u32 {
    println!("  countdown: begins");
    for number in (1..=start).rev() {
        println!("  countdown: yields {number}");
        yield number;
        println!("  countdown: goes on after {number}");
    }
    println!("  countdown: ends");
}

fn main() {
    let mut numbers = countdown(2);
    println!("main: called countdown, and not a line of it ran");
    for _ in 0..3 {
        println!("main: next");
        println!("main: got {}", numbers.next().repr());
    }
}
