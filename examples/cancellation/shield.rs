//! A shield: the caller is cancelled, the work goes on.
//!
//! Run it: `cargo run --example shield`

use std::time::Duration;

use twin_tasks::{
    Task, catch_cancelled, run, shield_task, sleep, spawn, wait,
};

async fn transfer(to: &str) {
    println!("  bank: sending money to {to}");
    let sent = sleep(Duration::from_millis(300));
    if let Err(cancelled) = catch_cancelled(sent).await {
        println!("  bank: broken off, {to} gets nothing");
        cancelled.propagate().await;
    }
    println!("  bank: {to} has the money");
}

async fn pay(work: impl Future<Output = ()>) {
    if let Err(cancelled) = catch_cancelled(work).await {
        println!("  client: hangs up");
        cancelled.propagate().await;
    }
}

async fn hang_up(client: Task<()>) {
    sleep(Duration::from_millis(100)).await;
    client.cancel();
    // Waits for its end, whatever that is.
    wait([client]).await;
}

fn main() {
    run(async {
        println!("main: without a shield");
        let payment = spawn(transfer("anna"));
        hang_up(spawn(pay(payment))).await;
        println!("main: with a shield");
        // Here Rust's task, of our crate, runs on without a handle;
        // this one is kept only to wait for the end.
        let payment = spawn(transfer("boris"));
        let shielded = shield_task(payment.clone());
        hang_up(spawn(pay(shielded))).await;
        println!("main: the client is gone, the payment is not");
        payment.await;
    });
}
