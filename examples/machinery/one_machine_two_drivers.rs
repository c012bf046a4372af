//! One machine, two drivers: a trampoline and an event loop.
//!
//! Run it: `cargo run --example one_machine_two_drivers`

use std::collections::VecDeque;
use std::time::Duration;

use twin_generators::{Body, Generator, Step};
use twin_tasks::{gather, run, sleep};

type Ware = &'static str;

fn price_of(ware: Ware) -> u32 {
    if ware == "flour" { 3 } else { 1 }
}

fn buyer(ware: Ware) -> Generator<impl Body<Ware, u32>> {
    Generator::new(|mut co| async move {
        println!("  {ware} buyer: how much?");
        let price = co.yield_(ware).await;
        println!("  {ware} buyer: pays {price}");
    })
}

fn trampoline(tasks: [Generator<impl Body<Ware, u32>>; 2]) {
    let mut ready = VecDeque::from(tasks.map(|task| (task, None)));
    while let Some((mut task, answer)) = ready.pop_front() {
        // Here Rust starts a generator without a value.
        let step = match answer {
            None => task.start().unwrap(),
            Some(price) => task.send(price).unwrap(),
        };
        if let Step::Yielded(ware) = step {
            ready.push_back((task, Some(price_of(ware))));
        }
    }
}

async fn ask(ware: Ware) -> u32 {
    sleep(Duration::ZERO).await;
    price_of(ware)
}

async fn async_buyer(ware: Ware) {
    println!("  {ware} buyer: how much?");
    let price = ask(ware).await;
    println!("  {ware} buyer: pays {price}");
}

async fn event_loop() {
    gather([async_buyer("flour"), async_buyer("milk")]).await;
}

fn main() {
    println!("trampoline: drives two generators");
    trampoline([buyer("flour"), buyer("milk")]);
    println!("event loop: drives two coroutines");
    run(event_loop());
}
