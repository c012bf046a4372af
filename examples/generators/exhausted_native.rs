//! The same in nightly's syntax: a `gen fn` is an iterator.
//!
//! Run it: `cargo run --example exhausted_native`

#![feature(gen_blocks)]

type Ware = &'static str;

gen fn delivery() -> Ware {
    for ware in ["tea", "cups", "honey"] {
        println!("  van: unloads {ware}");
        yield ware;
    }
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
    let mut wares = delivery();
    println!("anna: counts {}", count(wares.by_ref()));
    unpack(wares);
    println!("anna: a van for each");
    println!("anna: counts {}", count(delivery()));
    unpack(delivery());
}
