//! An async context manager: its clean-up awaits, come what may.
//!
//! Run it: `cargo run --example async_context_manager`

use std::time::Duration;

use twin_tasks::{finally, run, sleep, timeout};

const MOMENT: Duration = Duration::from_millis(100);

async fn line_to(city: &str, block: impl AsyncFnOnce(&str)) {
    println!("  line: calls {city}");
    sleep(MOMENT).await;
    // Here Rust takes the block as a function: what is left to a
    // destructor can't await.
    finally(block(city), async {
        sleep(MOMENT).await;
        println!("  line: has hung up on {city}");
    })
    .await;
}

async fn talk(city: &str, time: Duration) {
    line_to(city, async |line| {
        println!("anna: speaks with {line}");
        sleep(time).await;
        println!("anna: has said it all");
    })
    .await;
}

fn main() {
    run(async {
        talk("Oslo", MOMENT).await;
        let speech = talk("Rome", Duration::from_secs(5));
        if timeout(4 * MOMENT, speech).await.is_err() {
            println!("anna: has no more coins");
        }
    });
}
