//! Flatten: `yield_from` hands on what a delegate yields.
//!
//! Run it: `cargo run --example flatten`

use twin_generators::{Body, Generator, Recursive};

use crate::Item::{Parcel, Thing};

// Here Rust says beforehand what an item can be.
enum Item {
    Thing(&'static str),
    Parcel(Vec<Item>),
}

/// Yields what is in the parcel; returns how many it opened.
fn flatten(parcel: &[Item]) -> Recursive<'_, &str, (), u32> {
    // Here Rust says that it calls itself: so its type is known.
    Generator::recursive(|mut co| async move {
        let mut opened = 1;
        for item in parcel {
            match item {
                Parcel(inner) => {
                    println!("  scissors: a parcel inside");
                    opened += co.yield_from(flatten(inner)).await;
                }
                Thing(thing) => co.yield_(*thing).await,
            }
        }
        opened
    })
}

/// Yields the same, then says what the flattening returned.
fn unpack(parcel: &[Item]) -> Generator<impl Body<&str>> {
    Generator::new(|mut co| async move {
        let opened = co.yield_from(flatten(parcel)).await;
        println!("  scissors: {opened} parcels opened");
    })
}

fn main() {
    let inner = vec![Thing("cup"), Parcel(vec![Thing("spoon")])];
    let parcel = [Thing("tea"), Parcel(inner), Thing("honey")];
    for thing in unpack(&parcel) {
        println!("anna: takes the {thing}");
    }
}
