//! The same in nightly's syntax: macros do the `yield from`.
//!
//! Run it: `cargo run --example flatten_native`

#![feature(coroutines)]

use twin_generators::{
    Body, Generator, NativeRecursive, yield_from, yield_recursive,
    yield_value,
};

use crate::Item::{Parcel, Thing};

enum Item {
    Thing(&'static str),
    Parcel(Vec<Item>),
}

/// Yields what is in the parcel; returns how many it opened.
fn flatten(parcel: &[Item]) -> NativeRecursive<'_, &str, (), u32> {
    Generator::recursive_native(
        #[coroutine]
        move |_| {
            let mut opened = 1;
            for item in parcel {
                match item {
                    Parcel(inner) => {
                        println!("  scissors: a parcel inside");
                        opened += yield_recursive!(flatten(inner));
                    }
                    Thing(thing) => yield_value!(*thing)?,
                }
            }
            Ok(opened)
        },
    )
}

/// Yields the same, then says what the flattening returned.
fn unpack(parcel: &[Item]) -> Generator<impl Body<&str>> {
    Generator::native(
        #[coroutine]
        move |_| {
            let opened = yield_from!(flatten(parcel));
            println!("  scissors: {opened} parcels opened");
            Ok(())
        },
    )
}

fn main() {
    let inner = vec![Thing("cup"), Parcel(vec![Thing("spoon")])];
    let parcel = [Thing("tea"), Parcel(inner), Thing("honey")];
    for thing in unpack(&parcel) {
        println!("anna: takes the {thing}");
    }
}
