//! What Rust refuses: to move a locked lock to another thread.
//!
//! See it refused: `cargo twins check lock_across_await`

use std::sync::Mutex;
use std::time::Duration;

use smol::{Executor, Timer};

// An executor for many threads: after each wait another of them
// may go on with the task, and only the thread that locked may
// unlock.
static EXECUTOR: Executor<'static> = Executor::new();

static TILL: Mutex<()> = Mutex::new(());

async fn count_coins(name: &str) {
    let _locked = TILL.lock().unwrap();
    println!("  {name}: counts");
    Timer::after(Duration::from_millis(100)).await;
    println!("  {name}: done");
}

fn main() {
    EXECUTOR.spawn(count_coins("anna")).detach();
    EXECUTOR.spawn(count_coins("boris")).detach();
}
