//! A shared printer: two consumers send to one and the same third.
//!
//! Run it: `cargo run --example shared_printer`

use twin_generators::{Body, Generator, Shared};

fn printer() -> Generator<impl Body<(), String>> {
    Generator::new(|mut co| async move {
        let mut number = 0;
        loop {
            let line = co.yield_(()).await;
            number += 1;
            println!("  printer: {number}. {line}");
        }
    })
}

fn grep(
    pattern: &str,
    target: Shared<Generator<impl Body<(), String>>>,
) -> Generator<impl Body<(), &'static str>> {
    Generator::new(move |mut co| async move {
        loop {
            let line: &str = co.yield_(()).await;
            if line.contains(pattern) {
                let line = format!("{pattern}! {line}");
                // Here Rust gets an error where it is in use.
                _ = target.send(line).unwrap().unwrap();
            }
        }
    })
}

fn broadcast(
    mut targets: [Generator<impl Body<(), &'static str>>; 2],
) -> Generator<impl Body<(), &'static str>> {
    Generator::new(|mut co| async move {
        for target in &mut targets {
            _ = target.start().unwrap();
        }
        loop {
            let line = co.yield_(()).await;
            for target in &mut targets {
                _ = target.send(line).unwrap();
            }
        }
    })
}

fn main() {
    // Here Rust shares what says so: a clone is a second handle.
    let shared = Shared::new(printer());
    _ = shared.start().unwrap().unwrap();
    let glass = grep("glass", shared.clone());
    let oslo = grep("Oslo", shared);
    let mut clerk = broadcast([glass, oslo]);
    _ = clerk.start().unwrap();
    for line in ["books to Oslo", "glass to Rome", "glass to Oslo"]
    {
        println!("clerk: {line}");
        _ = clerk.send(line).unwrap();
    }
}
