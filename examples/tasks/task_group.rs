//! A task group with one failure: the siblings clean up.
//!
//! Run it: `cargo run --example task_group`

use std::time::Duration;

use twin_tasks::{TaskGroup, catch_cancelled, run, sleep};

struct Burnt(&'static str);

async fn cook(dish: &str, washing: u64) -> Result<(), Burnt> {
    println!("  {dish}: cooking");
    // Here Rust catches the request, so that it can await.
    let cooked = catch_cancelled(async {
        sleep(Duration::from_secs(10)).await;
        println!("  {dish}: served");
    })
    .await;
    sleep(Duration::from_millis(washing)).await;
    println!("  {dish}: the pot is clean");
    match cooked {
        Ok(()) => Ok(()),
        Err(cancelled) => cancelled.propagate().await,
    }
}

async fn fry(dish: &'static str) -> Result<(), Burnt> {
    println!("  {dish}: in the pan");
    sleep(Duration::from_millis(100)).await;
    println!("  {dish}: burnt");
    Err(Burnt(dish))
}

fn main() {
    run(async {
        let group = TaskGroup::run(async |group| {
            group.spawn(cook("soup", 100));
            group.spawn(cook("stew", 200));
            group.spawn(fry("fish"));
            println!("kitchen: three dishes ordered");
            Ok(())
        });
        match group.await {
            Ok(()) => println!("kitchen: all served"),
            Err(errors) => {
                for Burnt(dish) in errors {
                    println!("kitchen: closed, burnt {dish}");
                }
            }
        }
    });
}
