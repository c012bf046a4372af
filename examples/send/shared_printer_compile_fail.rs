//! What Rust refuses: two borrows that may change one printer.
//!
//! See it refused: `cargo twins check shared_printer`

use twin_generators::{Body, Generator};

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

fn grep<'a, T: Body<(), String>>(
    pattern: &'a str,
    target: &'a mut Generator<T>,
) -> Generator<impl Body<(), &'static str> + use<'a, T>> {
    Generator::new(move |mut co| async move {
        loop {
            let line: &str = co.yield_(()).await;
            if line.contains(pattern) {
                let line = format!("{pattern}! {line}");
                _ = target.send(line).unwrap();
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
    let mut shared = printer();
    _ = shared.start().unwrap();
    let glass = grep("glass", &mut shared);
    let oslo = grep("Oslo", &mut shared);
    let mut clerk = broadcast([glass, oslo]);
    _ = clerk.start().unwrap();
    for line in ["books to Oslo", "glass to Rome", "glass to Oslo"]
    {
        println!("clerk: {line}");
        _ = clerk.send(line).unwrap();
    }
}
