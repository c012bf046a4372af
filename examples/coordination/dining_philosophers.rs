//! Dining philosophers: a deadlock, and forks in order as its cure.
//!
//! Run it: `cargo run --example dining_philosophers`

use std::time::Duration;

use twin_tasks::{Lock, gather, run, sleep, timeout};

const PHILOSOPHERS: [&str; 3] = ["Kant", "Hegel", "Marx"];

async fn dine(name: &str, first: &Lock, second: &Lock) {
    // Here Rust unlocks where the guards are dropped.
    let _one = first.acquire().await;
    println!("  {name}: has one fork, looks for the other");
    sleep(Duration::from_millis(100)).await;
    let _other = second.acquire().await;
    println!("  {name}: eats");
    sleep(Duration::from_millis(100)).await;
}

fn places(
    forks: &[Lock],
    in_order: bool,
) -> impl Iterator<Item = (&str, &Lock, &Lock)> {
    PHILOSOPHERS.iter().enumerate().map(move |(seat, name)| {
        let mut hands = [seat, (seat + 1) % forks.len()];
        if in_order {
            hands.sort();
        }
        (*name, &forks[hands[0]], &forks[hands[1]])
    })
}

async fn dinner(in_order: bool) {
    let forks = PHILOSOPHERS.map(|_| Lock::new());
    let diners = places(&forks, in_order)
        .map(|(name, first, second)| dine(name, first, second));
    match timeout(Duration::from_secs(2), gather(diners)).await {
        Ok(_) => println!("waiter: all have eaten"),
        Err(_) => {
            println!("waiter: each waits for the next, a deadlock");
        }
    }
}

fn main() {
    run(async {
        println!("waiter: take the left fork, then the right one");
        dinner(false).await;
        println!(
            "waiter: take the fork with the lower number first"
        );
        dinner(true).await;
    });
}
