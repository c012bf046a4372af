//! `gather` with exceptions as values: every outcome, in order.
//!
//! Run it: `cargo run --example gather_exceptions`

use std::time::Duration;

use twin_tasks::{Failure, gather_outcomes, run, sleep, spawn};

struct Damaged(&'static str);

async fn deliver(parcel: &str) -> Result<&'static str, Damaged> {
    println!("  {parcel}: on its way");
    sleep(Duration::from_millis(300)).await;
    if parcel == "vase" {
        return Err(Damaged("in pieces"));
    }
    Ok("Anna")
}

fn main() {
    run(async {
        let parcels = ["book", "vase", "letter"];
        let tasks = parcels.map(|parcel| spawn(deliver(parcel)));
        sleep(Duration::from_millis(100)).await;
        println!("sender: calls the letter back");
        tasks[2].cancel();
        let outcomes = gather_outcomes(tasks).await;
        for (parcel, outcome) in parcels.iter().zip(outcomes) {
            match outcome {
                Ok(Ok(name)) => {
                    println!("sender: {parcel}: signed by {name}");
                }
                Ok(Err(Damaged(how))) => {
                    println!("sender: {parcel}: {how}");
                }
                Err(Failure::Cancelled(_)) => {
                    println!("sender: {parcel}: never arrives");
                }
                // Here Rust tells a bug from an error: a panic.
                Err(Failure::Panicked(bug)) => bug.resume(),
            }
        }
    });
}
