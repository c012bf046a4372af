//! `send(42)`: the generator goes on where it paused, with 42.
//!
//! Run it: `cargo run --example send_resumes`

use twin_generators::{Body, Generator};
use twins_examples::repr::Repr;

fn piggy_bank() -> Generator<impl Body<u32, u32>> {
    Generator::new(|mut co| async move {
        println!("  bank: opened, once");
        let mut total = 0;
        while total < 100 {
            let coins = co.yield_(total).await;
            println!("  bank: its yield became {coins}");
            total += coins;
        }
    })
}

fn main() {
    let mut bank = piggy_bank();
    // Here Rust gives a `Step`: yielded, or complete.
    let total = bank.start().unwrap().yielded();
    println!("child: next gave {}", total.repr());
    let total = bank.send(42).unwrap().yielded();
    println!("child: send(42) gave {}", total.repr());
    let total = bank.send(8).unwrap().yielded();
    println!("child: send(8) gave {}", total.repr());
}
