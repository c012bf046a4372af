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

async fn drive(taxi: &'static str, road: Duration) -> &'static str {
    println!("  {taxi}: on the way");
    let _radio = Radio(taxi);
    sleep(road).await;
    println!("  {taxi}: there");
    taxi
}

fn main() {
    run(async {
        println!("guest: orders three taxis");
        let taxis = [
            drive("red", Duration::from_millis(600)),
            drive("green", Duration::from_millis(200)),
            drive("blue", Duration::from_millis(400)),
        ];
        // Here Rust drops the losers: they can't await any more.
        let (_, taxi) = race(taxis).await;
        println!("guest: takes the {taxi} one");
        sleep(Duration::from_millis(500)).await;
        println!("guest: arrives, and no other taxi has come");
    });
}
