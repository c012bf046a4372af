//! `try_gather` ends with the first error; the other tasks go on.
//!
//! Run it: `cargo run --example first_error_wins`

use std::time::Duration;

use twin_tasks::{run, sleep, spawn, try_gather, wait};

struct SoldOut(&'static str);

// `'static`: a task may outlive its caller, and borrows nothing.
async fn book(
    what: &'static str,
    time: Duration,
    free: bool,
) -> Result<&'static str, SoldOut> {
    println!("  {what}: asking");
    sleep(time).await;
    if !free {
        println!("  {what}: sold out");
        return Err(SoldOut(what));
    }
    println!("  {what}: booked");
    Ok(what)
}

fn main() {
    run(async {
        let mut tasks = [
            spawn(book(
                "flight",
                Duration::from_millis(100),
                false,
            )),
            spawn(book("hotel", Duration::from_millis(200), true)),
            spawn(book("car", Duration::from_millis(300), false)),
        ];
        // Here Rust would drop futures that are no tasks.
        match try_gather(&mut tasks).await {
            Ok(all) => {
                println!("traveller: booked {}", all.join(" "))
            }
            Err(SoldOut(what)) => {
                println!("traveller: no {what}, no journey");
            }
        }
        println!("traveller: but the others still ask");
        wait(&tasks).await;
        println!("traveller: has a hotel, no word about the car");
    });
}
