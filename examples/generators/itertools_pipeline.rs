//! Iterators put together: itertools against Rust's adapters.
//!
//! Run it: `cargo run --example itertools_pipeline`

use twin_generators::{Body, Generator};
use twins_examples::repr::Repr;

type Ware = &'static str;

fn shelf(
    name: &str,
    wares: impl IntoIterator<Item = Ware>,
) -> Generator<impl Body<Ware>> {
    Generator::new(async move |mut co| {
        for ware in wares {
            println!("  {name}: {ware}");
            co.yield_(ware).await;
        }
    })
}

fn shop() {
    let left = shelf("left", ["apples", "apricots", "beans"]);
    let right = shelf("right", ["beets", "the end", "string"]);
    let mut both = left.chain(right);
    let wares = both.by_ref().take_while(|ware| *ware != "the end");
    // Here Rust has no `groupby` (the crate itertools has: it is
    // `chunk_by`): the next ware is taken if it fits the group.
    let mut wares = wares.peekable();
    while let Some(ware) = wares.next() {
        let (letter, mut count) = (&ware[..1], 1);
        while wares.next_if(|w| w.starts_with(letter)).is_some() {
            count += 1;
        }
        println!("anna: {count} with {letter}");
    }
    // `take_while` has taken the ware that told it to stop.
    println!("anna: goes on with {}", both.next().unwrap());
}

fn share() {
    // Here Rust has no `tee`: it keeps the wares, and lends them.
    let wares = Vec::from_iter(shelf("cellar", ["oil", "wine"]));
    println!("anna: reads {}", wares.repr());
    println!("boris: reads {}", wares.repr());
}

fn main() {
    shop();
    share();
}
