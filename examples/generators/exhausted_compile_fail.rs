//! What Rust refuses: to use a generator that somebody has taken.
//!
//! See it refused: `cargo twins check exhausted`

use twin_generators::{Body, Generator};

type Ware = &'static str;

fn delivery() -> Generator<impl Body<Ware>> {
    Generator::new(|mut co| async move {
        for ware in ["tea", "cups", "honey"] {
            println!("  van: unloads {ware}");
            co.yield_(ware).await;
        }
    })
}

fn count(wares: impl Iterator) -> usize {
    wares.count()
}

fn unpack(wares: impl Iterator<Item = Ware>) {
    let mut found = false;
    for ware in wares {
        println!("boris: unpacks {ware}");
        found = true;
    }
    if !found {
        println!("boris: nothing there");
    }
}

fn main() {
    println!("anna: one van for both");
    let wares = delivery();
    println!("anna: counts {}", count(wares));
    unpack(wares);
}
