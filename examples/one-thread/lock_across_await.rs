//! A thread's lock held across an await: to wait for it stops all.
//!
//! Run it: `cargo run --example lock_across_await`

#![expect(clippy::await_holding_lock, reason = "it is the mistake")]

use std::sync::Mutex;
use std::time::Duration;

use twin_tasks::{Lock, gather, run, sleep};

const PAUSE: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Till {
    lock: Mutex<()>,
    open: Lock,
}

async fn count_coins(name: &str, till: &Till) {
    // Here Rust would wait for ever, too, or panic: `lock` never
    // returns to a thread that has the lock already.
    let Ok(_locked) = till.lock.try_lock() else {
        println!("  {name}: anna has it, and she is on my thread");
        return;
    };
    println!("  {name}: counts");
    sleep(PAUSE).await;
    println!("  {name}: done");
}

async fn look_first(name: &str, till: &Till) {
    {
        let _locked = till.lock.lock().unwrap();
        println!("  {name}: looks, and lets go before the wait");
    }
    sleep(PAUSE).await;
    println!("  {name}: done");
}

async fn wait_in_line(name: &str, till: &Till) {
    let _guard = till.open.acquire().await;
    println!("  {name}: counts");
    sleep(PAUSE).await;
    println!("  {name}: done");
}

// `AsyncFn`: an async function as an argument, any of the three.
async fn both(work: impl AsyncFn(&str, &Till)) {
    let till = Till::default();
    gather([work("anna", &till), work("boris", &till)]).await;
}

fn main() {
    run(async {
        println!("main: a thread's lock, kept at an await");
        both(count_coins).await;
        println!("main: a thread's lock, for a moment");
        both(look_first).await;
        println!("main: a lock that is awaited");
        both(wait_in_line).await;
    });
}
