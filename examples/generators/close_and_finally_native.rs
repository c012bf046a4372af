//! The same in nightly's syntax: to close a `gen fn` is to drop it.
//!
//! Run it: `cargo run --example close_and_finally_native`

#![feature(gen_blocks)]

struct Heat;

impl Drop for Heat {
    fn drop(&mut self) {
        println!("  oven: off");
    }
}

gen fn oven() -> &'static str {
    println!("  oven: on");
    let _heat = Heat;
    for dish in ["bread", "pie"] {
        yield dish;
    }
}

fn main() {
    println!("cook: takes all");
    for dish in oven() {
        println!("cook: has the {dish}");
    }

    println!("cook: closes it early");
    let mut closed = oven();
    println!("cook: has the {}", closed.next().unwrap());
    drop(closed);

    println!("cook: forgets it");
    {
        let mut forgotten = oven();
        println!("cook: has the {}", forgotten.next().unwrap());
    }

    println!("cook: never turns it on");
    let never = oven();
    drop(never);
    println!("cook: goes home");
}
