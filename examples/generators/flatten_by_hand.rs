//! The same by hand: a stack of what is left in each open parcel.
//!
//! Run it: `cargo run --example flatten_by_hand`

use std::iter::from_fn;
use std::slice::Iter;

use twin_generators::Step::{self, Complete, Yielded};

use crate::Item::{Parcel, Thing};

enum Item {
    Thing(&'static str),
    Parcel(Vec<Item>),
}

/// A level for each `yield from` that waits for the one above.
struct Flatten<'a> {
    levels: Vec<Iter<'a, Item>>,
    opened: u32,
}

fn flatten(parcel: &[Item]) -> Flatten<'_> {
    Flatten { levels: vec![parcel.iter()], opened: 1 }
}

impl<'a> Flatten<'a> {
    /// Runs from one `yield` to the next.
    fn resume(&mut self) -> Step<&'a str, u32> {
        while let Some(level) = self.levels.last_mut() {
            match level.next() {
                Some(Thing(thing)) => return Yielded(thing),
                Some(Parcel(inner)) => {
                    println!("  scissors: a parcel inside");
                    self.levels.push(inner.iter());
                    self.opened += 1;
                }
                None => _ = self.levels.pop(),
            }
        }
        Complete(self.opened)
    }
}

/// Yields the same, then says what the flattening returned.
fn unpack(parcel: &[Item]) -> impl Iterator<Item = &str> {
    let mut flatten = flatten(parcel);
    let step = move || match flatten.resume() {
        Yielded(thing) => Some(thing),
        Complete(opened) => {
            println!("  scissors: {opened} parcels opened");
            None
        }
    };
    from_fn(step).fuse()
}

fn main() {
    let inner = vec![Thing("cup"), Parcel(vec![Thing("spoon")])];
    let parcel = [Thing("tea"), Parcel(inner), Thing("honey")];
    for thing in unpack(&parcel) {
        println!("anna: takes the {thing}");
    }
}
