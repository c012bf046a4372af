//! One machine, two drivers: a loop of ours, and an event loop.
//!
//! Run it: `cargo run --example one_machine_two_drivers`

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use twin_tasks::{gather, run};

/// Suspends once; its driver resumes it.
async fn pause() {
    let mut paused = false;
    // Here Rust's leaf is a `poll`: it also wakes its driver.
    poll_fn(|context| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn buyer(ware: &str, price: u32) {
    println!("  {ware} buyer: how much?");
    pause().await;
    println!("  {ware} buyer: pays {price}");
}

/// Drives coroutines as one drives generators: step by step.
fn trampoline(coroutines: [impl Future<Output = ()>; 2]) {
    let mut ready = VecDeque::from(coroutines.map(Box::pin));
    // It asks each in turn, so nobody has to wake it.
    let mut context = Context::from_waker(Waker::noop());
    while let Some(mut coroutine) = ready.pop_front() {
        // Here Rust polls, and the answer tells the end.
        if coroutine.as_mut().poll(&mut context).is_pending() {
            ready.push_back(coroutine);
        }
    }
}

async fn event_loop(coroutines: [impl Future<Output = ()>; 2]) {
    gather(coroutines).await;
}

fn main() {
    println!("trampoline: drives two coroutines");
    trampoline([buyer("flour", 3), buyer("milk", 1)]);
    println!("event loop: drives two of the same");
    run(event_loop([buyer("flour", 3), buyer("milk", 1)]));
}
