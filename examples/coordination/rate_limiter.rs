//! A rate limiter: a token bucket out of a semaphore.
//!
//! Run it: `cargo run --example rate_limiter`

use std::time::Duration;

use twin_tasks::{
    BoundedSemaphore, TooManyReleases, gather, run, sleep, spawn,
    wait,
};

async fn refill(bucket: BoundedSemaphore) {
    loop {
        sleep(Duration::from_millis(400)).await;
        match bucket.release() {
            Ok(()) => println!("bucket: one more token"),
            Err(TooManyReleases) => {
                println!("bucket: full, the token is lost")
            }
        }
    }
}

async fn request(name: &str, bucket: &BoundedSemaphore) {
    if bucket.locked() {
        println!("  {name}: no token, waits");
    }
    // Taken for good: only the refill gives a token back.
    // Here Rust would release the permit when it is dropped.
    bucket.acquire().await.forget();
    println!("  {name}: sent");
}

fn main() {
    run(async {
        let bucket = BoundedSemaphore::new(2);
        let refilling = spawn(refill(bucket.clone()));
        let names = ["anna", "boris", "clara", "david"];
        println!("main: a burst of four");
        let requests = names.map(|name| request(name, &bucket));
        gather(requests).await;
        println!("main: a rest");
        sleep(Duration::from_millis(1400)).await;
        println!("main: and a burst of three");
        let requests =
            names[..3].iter().map(|name| request(name, &bucket));
        gather(requests).await;
        refilling.cancel();
        wait([refilling]).await;
    });
}
