//! Graceful shutdown: Ctrl-C, no new orders, a limit for the old.
//!
//! Run it: `cargo run --example graceful_shutdown`

use std::time::Duration;

use signal_hook::{consts::SIGINT, low_level::raise};
use twin_tasks::{
    Runner, Task, UntilCtrlCError, catch_cancelled,
    gather_outcomes, sleep, spawn, wait,
};

async fn cook(dish: &str, time: Duration) {
    println!("  chef: {dish} on");
    if let Err(cancelled) = catch_cancelled(sleep(time)).await {
        println!("  chef: {dish} taken off, half done");
        cancelled.propagate().await;
    }
    println!("  chef: {dish} served");
}

async fn take_orders(orders: &mut Vec<Task<()>>) {
    let soup = cook("soup", Duration::from_millis(600));
    orders.push(spawn(soup));
    orders.push(spawn(cook("roast", Duration::from_secs(5))));
    sleep(Duration::from_millis(100)).await;
    // As if somebody had pressed Ctrl-C.
    raise(SIGINT).unwrap();
    sleep(Duration::from_secs(5)).await;
    println!("  waiter: more guests");
}

async fn close_up(orders: Vec<Task<()>>) {
    println!("waiter: the kitchen closes, no new orders");
    if orders.is_empty() {
        return;
    }
    let limit = Duration::from_secs(1);
    let (done, late) = wait(orders).timeout(limit).await;
    let (done, count) = (done.len(), late.len());
    println!("waiter: {done} in time, {count} too late");
    for order in &late {
        order.cancel();
    }
    gather_outcomes(late).await;
}

async fn serve() {
    let mut orders = Vec::new();
    let work = catch_cancelled(take_orders(&mut orders)).await;
    if let Err(cancelled) = work {
        close_up(orders).await;
        cancelled.propagate().await;
    }
}

fn main() {
    // Here Rust takes the signal only where a program asks for it.
    let served = Runner::new().run_until_ctrl_c(serve());
    if let Err(UntilCtrlCError::Interrupted) = served {
        println!("main: closed, by Ctrl-C");
    }
}
