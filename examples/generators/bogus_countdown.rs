//! The bogus countdown: `next` and `send` on one generator.
//!
//! After David Beazley.
//! Run it: `cargo run --example bogus_countdown`

use twin_generators::{Body, Generator, SendNone};

fn countdown(mut n: i32) -> Generator<impl Body<i32, Option<i32>>> {
    Generator::new(move |mut co| async move {
        println!("  rocket: counting down from {n}");
        while n >= 0 {
            let new = co.yield_(n).await;
            match new {
                Some(new) => n = new,
                None => n -= 1,
            }
        }
    })
}

fn launch() {
    let mut seconds = countdown(5);
    // Here Rust has no `for` over a generator that is sent values,
    // and the item that `send` gives is thrown away in plain sight.
    while let Some(n) = seconds.next() {
        println!("control: {n}");
        if n == 5 {
            println!("control: skip to 3, please");
            let _lost = seconds.send(Some(3));
        }
    }
    println!("control: who has seen the 3?");
}

fn main() {
    launch();
}
