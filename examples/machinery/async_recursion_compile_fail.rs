//! What Rust refuses: a future that would contain itself.
//!
//! See it refused: `cargo twins check async_recursion`

use std::time::Duration;

use twin_tasks::{run, sleep};

struct Parcel {
    name: &'static str,
    grams: u32,
    inside: Vec<Parcel>,
}

async fn weigh(parcel: &Parcel) -> u32 {
    let mut grams = parcel.grams;
    for inner in &parcel.inside {
        grams += weigh(inner).await;
    }
    sleep(Duration::ZERO).await;
    println!("  scale: {}, {grams} g", parcel.name);
    grams
}

fn main() {
    let tea = Parcel { name: "tea", grams: 100, inside: vec![] };
    run(async move {
        let grams = weigh(&tea).await;
        println!("anna: pays for {grams} g");
    });
}
