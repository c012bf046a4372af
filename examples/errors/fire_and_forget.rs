//! Fire and forget: a task that nobody keeps, and its error.
//!
//! Run it: `cargo run --example fire_and_forget`

use std::time::Duration;

use twin_tasks::{TaskGroup, run, sleep, spawn};

struct NotSent;

async fn send_mail(to: &str) -> Result<(), NotSent> {
    sleep(Duration::from_millis(100)).await;
    if to == "boris" {
        return Err(NotSent);
    }
    println!("  post: {to} has mail");
    Ok(())
}

async fn forget() {
    for to in ["anna", "boris"] {
        // Here Rust lets us say it: `detach`. The task runs on, and
        // an error that it returns is dropped without a word.
        spawn(send_mail(to)).detach();
    }
    sleep(Duration::from_millis(300)).await;
    println!("office: knows of nothing, goes home");
}

async fn keep() {
    let group = TaskGroup::run(async |group| {
        for to in ["anna", "boris"] {
            group.spawn(send_mail(to));
        }
        Ok(())
    });
    if let Err(errors) = group.await {
        let count = errors.into_iter().count();
        println!("office: {count} mail has not arrived");
    }
}

fn main() {
    run(async {
        println!("main: started and forgotten");
        forget().await;
        println!("main: started in a group");
        keep().await;
    });
}
