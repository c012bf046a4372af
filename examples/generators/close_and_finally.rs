//! Close: a generator that is left early cleans up.
//!
//! Run it: `cargo run --example close_and_finally`

use twin_generators::{Body, Generator};

// Here Rust cleans up in a destructor: no `yield` in there.
struct Heat;

impl Drop for Heat {
    fn drop(&mut self) {
        println!("  oven: off");
    }
}

fn oven() -> Generator<impl Body<&'static str>> {
    Generator::new(|mut co| async move {
        println!("  oven: on");
        let _heat = Heat;
        for dish in ["bread", "pie"] {
            co.yield_(dish).await;
        }
    })
}

fn main() {
    println!("cook: takes all");
    for dish in oven() {
        println!("cook: has the {dish}");
    }

    println!("cook: closes it early");
    let mut closed = oven();
    println!("cook: has the {}", closed.next().unwrap());
    closed.close().unwrap();

    println!("cook: forgets it");
    let mut forgotten = oven();
    println!("cook: has the {}", forgotten.next().unwrap());
    // Here Rust drops what the body holds, and never resumes it.
    drop(forgotten);

    println!("cook: never turns it on");
    let mut never = oven();
    never.close().unwrap();
    println!("cook: goes home");
}
