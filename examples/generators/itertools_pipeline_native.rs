//! The same in nightly's syntax: a `gen fn` is an iterator, too.
//!
//! Run it: `cargo run --example itertools_pipeline_native`

#![feature(gen_blocks)]

use twins_examples::repr::Repr;

type Ware = &'static str;

gen fn shelf(
    name: &str,
    wares: impl IntoIterator<Item = Ware>,
) -> Ware {
    for ware in wares {
        println!("  {name}: {ware}");
        yield ware;
    }
}

fn shop() {
    let left = shelf("left", ["apples", "apricots", "beans"]);
    let right = shelf("right", ["beets", "the end", "string"]);
    let mut both = left.chain(right);
    let wares = both.by_ref().take_while(|ware| *ware != "the end");
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
    let wares = Vec::from_iter(shelf("cellar", ["oil", "wine"]));
    println!("anna: reads {}", wares.repr());
    println!("boris: reads {}", wares.repr());
}

fn main() {
    shop();
    share();
}
