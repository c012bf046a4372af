//! Computing: who can do something else in the meantime.
//!
//! Run it: `cargo run --example cpu_bound`

use std::hint::black_box;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use twin_tasks::{run, sleep, spawn, to_thread};

fn count() -> Duration {
    let begin = Instant::now();
    black_box((0..5_000_000).map(u64::isqrt).sum::<u64>());
    begin.elapsed()
}

async fn count_without_await() -> Duration {
    count()
}

// Here Rust has no lock that a thread needs to run: this one stands
// for Python's GIL.
static GIL: Mutex<()> = Mutex::new(());

fn count_with_lock() -> Duration {
    let _locked = GIL.lock().unwrap();
    count()
}

async fn watch(
    who: &str,
    counting: impl Future<Output = Duration> + 'static,
) {
    println!("main: {who} counts");
    let task = spawn(counting);
    let mut longest = Duration::ZERO;
    while !task.done() {
        let begin = Instant::now();
        sleep(Duration::from_millis(5)).await;
        drop(GIL.lock());
        longest = longest.max(begin.elapsed());
    }
    let stood = longest > task.await / 2;
    let how = if stood { "stood still" } else { "went on" };
    println!("main: meanwhile I {how}");
}

fn main() {
    run(async {
        watch("a coroutine", count_without_await()).await;
        let counting = to_thread(count_with_lock);
        watch("a thread with my lock", counting).await;
        // Here Rust needs no process: threads are enough.
        watch("a worker without it", to_thread(count)).await;
    });
}
