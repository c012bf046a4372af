//! The same in nightly's syntax: a coroutine with an argument.
//!
//! Run it: `cargo run --example send_resumes_native`

#![feature(coroutines)]

use twin_generators::{Body, Generator};
use twins_examples::repr::Repr;

fn piggy_bank() -> Generator<impl Body<u32, u32>> {
    Generator::native(
        #[coroutine]
        |_| {
            println!("  bank: opened, once");
            let mut total = 0;
            while total < 100 {
                // The `?` ends the body where it does not catch
                // what is thrown in.
                let coins = (yield total)?;
                println!("  bank: its yield became {coins}");
                total += coins;
            }
            Ok(())
        },
    )
}

fn main() {
    let mut bank = piggy_bank();
    let total = bank.start().unwrap().yielded();
    println!("child: next gave {}", total.repr());
    let total = bank.send(42).unwrap().yielded();
    println!("child: send(42) gave {}", total.repr());
    let total = bank.send(8).unwrap().yielded();
    println!("child: send(8) gave {}", total.repr());
}
