//! A task group with one failure: the siblings clean up.
//!
//! Run it: `cargo run --example task_group`

use std::time::Duration;

use twin_tasks::{TaskGroup, finally, run, sleep};

struct Burnt(&'static str);

async fn cook(dish: &str, washing: Duration) {
    println!("  {dish}: cooking");
    let work = async {
        sleep(Duration::from_secs(10)).await;
        println!("  {dish}: served");
    };
    // Here Rust takes the clean-up as a second future.
    finally(work, async {
        sleep(washing).await;
        println!("  {dish}: the pot is clean");
    })
    .await;
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
            group.spawn(cook("soup", Duration::from_millis(100)));
            group.spawn(cook("stew", Duration::from_millis(200)));
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
