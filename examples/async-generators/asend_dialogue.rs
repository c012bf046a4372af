//! A dialogue: `asend` answers, and waits for the next question.
//!
//! Run it: `cargo run --example asend_dialogue`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body, Step};
use twin_tasks::{run, sleep};

fn barista() -> AsyncGenerator<impl Body<String, &'static str>> {
    AsyncGenerator::new(|mut co| async move {
        let question = "what would you like?".to_owned();
        let drink = co.yield_(question).await;
        sleep(Duration::from_millis(100)).await; // looks for it
        let question = format!("{drink}, yes; what size?");
        let size = co.yield_(question).await;
        sleep(Duration::from_millis(100)).await; // pours
        co.yield_(format!("here you are: a {size} {drink}")).await;
    })
}

fn say(step: Step<String, ()>) {
    if let Step::Yielded(text) = step {
        println!("barista: {text}");
    }
}

fn main() {
    run(async {
        let mut order = barista();
        // Here Rust starts with `start`: nothing is sent yet.
        say(order.start().await.unwrap());
        for answer in ["tea", "large"] {
            println!("  guest: {answer}");
            say(order.asend(answer).await.unwrap());
        }
        order.aclose().await.unwrap();
    });
}
