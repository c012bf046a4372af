//! A race: the first of several counts, the losers are dropped.
//!
//! Run it: `cargo run --example race`

use std::time::Duration;

use twin_tasks::{race, run, sleep};

struct Radio(&'static str);

impl Drop for Radio {
    fn drop(&mut self) {
        println!("  {}: signs off", self.0);
    }
}

async fn drive(taxi: &'static str, millis: u64) -> &'static str {
    println!("  {taxi}: on the way");
    let _radio = Radio(taxi);
    sleep(Duration::from_millis(millis)).await;
    println!("  {taxi}: there");
    taxi
}

fn main() {
    run(async {
        println!("guest: orders three taxis");
        let taxis = [
            drive("red", 600),
            drive("green", 200),
            drive("blue", 400),
        ];
        // Here Rust drops the losers, which can't await any more.
        let (_, taxi) = race(taxis).await;
        println!("guest: takes the {taxi} one");
        sleep(Duration::from_millis(500)).await;
        println!("guest: arrives, and no other taxi has come");
    });
}
