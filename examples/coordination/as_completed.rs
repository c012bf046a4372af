//! `as_completed`: each result as soon as it is there.
//!
//! Run it: `cargo run --example as_completed`

use std::time::Duration;

use twin_tasks::{as_completed, run, sleep};

async fn answer(friend: &str, millis: u64) -> &str {
    sleep(Duration::from_millis(millis)).await;
    println!("  {friend}: sends a postcard");
    friend
}

fn main() {
    run(async {
        println!("sender: has written to three friends");
        let answers = as_completed([
            answer("anna", 600),
            answer("boris", 200),
            answer("clara", 400),
        ]);
        // Here Rust gives the place of each future with its result.
        while let Some((_, friend)) = answers.next().await {
            println!("sender: pins up the postcard from {friend}");
        }
        println!("sender: has heard from all");
    });
}
