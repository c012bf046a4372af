//! Context variables: each task has its own, and passes on a copy.
//!
//! Run it: `cargo run --example context_vars`

use std::time::Duration;

use twin_tasks::{run, sleep, spawn, task_local, to_thread};

// Here Rust leaves it to the library: ours copies as Python does;
// with tokio a new task has none of its creator's values.
task_local! {
    static GUEST: &'static str;
}

fn log(line: &str) {
    // Nobody had to hand the guest on to here.
    let guest = GUEST.get().unwrap_or("nobody");
    println!("  for {guest}: {line}");
}

async fn cook(dish: &str) {
    log(&format!("{dish} on"));
    sleep(Duration::from_millis(100)).await;
    log(&format!("{dish} done"));
    // Changes the copy of this task alone.
    GUEST.set("the cook");
    log("a rest");
}

async fn serve(name: &'static str) {
    GUEST.set(name);
    log("welcome");
    spawn(cook("soup")).await;
    log("goodbye");
}

fn main() {
    run(async {
        log("open");
        for name in ["anna", "boris"] {
            spawn(serve(name)).await;
        }
        GUEST.set("the cat");
        to_thread(|| log("milk, from a thread")).await;
    });
}
