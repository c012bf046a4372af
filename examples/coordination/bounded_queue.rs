//! A bounded queue: one producer, two consumers, back-pressure.
//!
//! Run it: `cargo run --example bounded_queue`

use std::time::Duration;

use twin_tasks::{Queue, TaskGroup, run, sleep};

type Order = u32;

async fn waiter(rail: &Queue<Order>) {
    for order in 1..=6 {
        if rail.is_full() {
            println!("waiter: no room for order {order}, waits");
        }
        // Here Rust returns an error once the queue is shut down.
        rail.put(order).await.expect("the rail is open");
        println!("waiter: hangs up order {order}");
    }
}

async fn cook(name: &str, pace: Duration, rail: Queue<Order>) {
    loop {
        let order = rail.get().await.expect("the rail is open");
        println!("  {name}: takes order {order}");
        sleep(pace).await;
        println!("  {name}: serves order {order}");
        rail.task_done().expect("it was taken");
    }
}

async fn kitchen() {
    // A rail with room for two orders.
    let rail = Queue::bounded(2);
    TaskGroup::run(async |cooks| {
        let pace = Duration::from_millis(200);
        let anna = cooks.spawn(cook("anna", pace, rail.clone()));
        let pace = Duration::from_millis(500);
        let boris = cooks.spawn(cook("boris", pace, rail.clone()));
        waiter(&rail).await;
        println!("kitchen: {} orders left on the rail", rail.len());
        // Not until the rail is empty: until all are served.
        rail.join().await;
        println!("kitchen: all served, the cooks go home");
        anna.cancel();
        boris.cancel();
    })
    .await;
}

fn main() {
    run(kitchen());
}
