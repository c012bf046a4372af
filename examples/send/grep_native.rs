//! The same in nightly's syntax: a consumer with a native `yield`.
//!
//! Run it: `cargo run --example grep_native`

#![feature(coroutines)]

use twin_generators::{Body, Generator};

type Line = &'static str;

/// Primes: what comes back waits at its first `yield`.
fn consumer<B: Body<(), Line>>(
    mut generator: Generator<B>,
) -> Generator<B> {
    _ = generator.start().unwrap();
    generator
}

fn grep(pattern: &str) -> Generator<impl Body<(), Line>> {
    consumer(Generator::native(
        #[coroutine]
        move |_| {
            println!("  grep: looks for '{pattern}'");
            let mut found = 0;
            loop {
                let line: Line = (yield)?;
                if line.contains(pattern) {
                    found += 1;
                    println!("  grep: {found}. {line}");
                }
            }
        },
    ))
}

fn main() {
    let mut damaged = grep("damaged");
    for line in [
        "parcel 11: delivered",
        "parcel 12: damaged in the rain",
        "parcel 13: sent back",
        "parcel 14: damaged, opened",
    ] {
        println!("clerk: {line}");
        _ = damaged.send(line).unwrap();
    }
}
