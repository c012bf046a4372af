//! `send`: a generator that receives a value where it paused.
//!
//! Run it: `cargo run --example simple_coroutine`

use twin_generators::{Body, Generator};

fn simple_coroutine() -> Generator<impl Body<(), u32>> {
    Generator::new(|mut co| async move {
        println!("Корутину запустили");
        let value = co.yield_(()).await;
        println!("Получено значение: {value}");
        co.yield_(()).await;
    })
}

fn main() {
    // Here Rust reserves the word `gen` for generators of its own.
    let mut generator = simple_coroutine();
    // Here Rust says `start`: at the first step nothing is sent.
    _ = generator.start().unwrap();
    _ = generator.send(42).unwrap();
}
