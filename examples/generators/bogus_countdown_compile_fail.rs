//! What Rust refuses: `for` over a generator, and `send` to it.
//!
//! See it refused: `cargo twins run bogus_countdown_compile_fail`

use twin_generators::{Body, Generator};

fn countdown(mut n: i32) -> Generator<impl Body<i32, Option<i32>>> {
    Generator::new(move |mut co| async move {
        println!("  rocket: counting down from {n}");
        while n >= 0 {
            match co.yield_(n).await {
                Some(new) => n = new,
                None => n -= 1,
            }
        }
    })
}

fn launch() {
    let mut seconds = countdown(5);
    for n in &mut seconds {
        println!("control: {n}");
        if n == 5 {
            println!("control: skip to 3, please");
            seconds.send(Some(3));
        }
    }
}

fn main() {
    launch();
}
