//! The same in nightly's syntax: macros do the `yield`.
//!
//! Run it: `cargo run --example nested_dolls_native`

#![feature(coroutines)]

use twin_generators::{
    Generator, NativeRecursive, yield_recursive, yield_value,
};

/// Yields a doll, then those inside it.
fn dolls<'a>(size: u32) -> NativeRecursive<'a, u32> {
    Generator::recursive_native(
        #[coroutine]
        move |_| {
            yield_value!(size)?;
            if size > 1 {
                yield_recursive!(dolls(size - 1));
            }
            Ok(())
        },
    )
}

/// Opens a set; returns how many dolls are open.
fn open_all(size: u32) -> u32 {
    let mut opened = 0;
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
