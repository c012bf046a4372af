//! The same in nightly's syntax: a coroutine with an argument.
//!
//! Run it: `cargo run --example simple_coroutine_native`

#![feature(coroutines, coroutine_trait)]

use std::ops::Coroutine;
use std::pin::pin;

use twins_examples::repr::Repr;

fn simple_coroutine()
-> impl Coroutine<Option<u32>, Yield = (), Return = ()> {
    // The first resume brings an argument too, and no `yield` waits
    // for it: it is the closure's parameter.
    #[coroutine]
    |_: Option<u32>| {
        println!("Корутину запустили");
        let value = yield;
        println!("Получено значение: {}", value.repr());
        yield;
    }
}

fn main() {
    let mut generator = pin!(simple_coroutine());
    // Python's `next(gen)` is `gen.send(None)`, and so it is here.
    generator.as_mut().resume(None);
    generator.as_mut().resume(Some(42));
}
