//! grep: a consumer, primed once, then sent line after line.
//!
//! Run it: `cargo run --example grep`

use twin_generators::{Body, Generator};

type Line = &'static str;

/// Primes: what comes back waits at its first `yield`.
fn consumer<B: Body<(), Line>>(
    mut generator: Generator<B>,
) -> Generator<B> {
    _ = generator.start().unwrap();
    generator
}

// Here Rust primes by a call, inside the function.
fn grep(pattern: &str) -> Generator<impl Body<(), Line>> {
    consumer(Generator::new(move |mut co| async move {
        println!("  grep: looks for '{pattern}'");
        let mut found = 0;
        loop {
            let line: Line = co.yield_(()).await;
            if line.contains(pattern) {
                found += 1;
                println!("  grep: {found}. {line}");
            }
        }
    }))
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
