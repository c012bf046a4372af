//! `as_completed`: each result as soon as it is there.
//!
//! Run it: `cargo run --example as_completed`

use std::time::Duration;

use twin_tasks::{as_completed, run, sleep};

async fn answer(friend: &str, time: Duration) -> &str {
    sleep(time).await;
    println!("  {friend}: sends a postcard");
    friend
}

fn main() {
    run(async {
        println!("sender: has written to three friends");
        let answers = as_completed([
            answer("anna", Duration::from_millis(600)),
            answer("boris", Duration::from_millis(200)),
            answer("clara", Duration::from_millis(400)),
        ]);
        // Here Rust gives the place of each future with its result.
        while let Some((_, friend)) = answers.next().await {
            println!("sender: pins up the postcard from {friend}");
        }
        println!("sender: has heard from all");
    });
}
