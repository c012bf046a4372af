//! Recursion: a coroutine that awaits itself.
//!
//! Run it: `cargo run --example async_recursion`

use std::time::Duration;

use twin_tasks::{run, sleep};

struct Parcel {
    name: &'static str,
    grams: u32,
    inside: Vec<Parcel>,
}

async fn weigh(parcel: &Parcel) -> u32 {
    let mut grams = parcel.grams;
    // Here Rust wants a box for the inner one: a future that holds
    // itself would have no size.
    for inner in &parcel.inside {
        grams += Box::pin(weigh(inner)).await;
    }
    // The scale needs a moment.
    sleep(Duration::ZERO).await;
    println!("  scale: {}, {grams} g", parcel.name);
    grams
}

fn main() {
    let spoon = Parcel { name: "spoon", grams: 20, inside: vec![] };
    let cup =
        Parcel { name: "cup", grams: 150, inside: vec![spoon] };
    let tea = Parcel { name: "tea", grams: 100, inside: vec![] };
    let chest = Parcel {
        name: "chest",
        grams: 1000,
        inside: vec![cup, tea],
    };
    run(async move {
        println!("anna: the chest, please");
        let grams = weigh(&chest).await;
        println!("anna: pays for {grams} g");
    });
}
