//! Nested dolls: a recursive generator, and how deep it may go.
//!
//! Run it: `cargo run --example nested_dolls`

use twin_generators::{Generator, Recursive};

/// Yields a doll, then those inside it.
fn dolls<'a>(size: u32) -> Recursive<'a, u32> {
    Generator::recursive(move |mut co| async move {
        co.yield_(size).await;
        if size > 1 {
            // Here Rust puts a level beside the others: no limit.
            co.yield_from(dolls(size - 1)).await;
        }
    })
}

/// Opens a set; returns how many dolls are open.
fn open_all(size: u32) -> u32 {
    let mut opened = 0;
    // Here Rust comes to the last doll: there is nothing to catch.
    for doll in dolls(size) {
        opened += 1;
        if size < 10 {
            println!("  doll: {doll} cm");
        }
    }
    opened
}

fn main() {
    println!("anna: opens a small set");
    println!("anna: {} dolls are open", open_all(3));

    println!("anna: opens a set of 10000");
    if open_all(10_000) > 900 {
        println!("anna: more than 900 dolls are open");
    }
}
