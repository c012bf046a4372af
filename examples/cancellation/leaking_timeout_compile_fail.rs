//! What nightly refuses: a `yield` inside what a timeout runs.
//!
//! See it refused: `cargo twins run leaking_timeout_compile_fail`

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::time::Duration;

use twin_tasks::{run, sleep, timeout};

async gen fn leaky(deadline: Duration) -> &'static str {
    let cooking = async {
        for dish in ["soup", "pasta"] {
            yield dish;
        }
    };
    _ = timeout(deadline, cooking).await;
}

async fn eat() {
    for await dish in leaky(Duration::from_millis(100)) {
        println!("guest: eats the {dish}, slowly");
        sleep(Duration::from_millis(200)).await;
    }
}

fn main() {
    run(eat());
}
