//! A trampoline: generators call each other, and no stack grows.
//!
//! Run it: `cargo run --example trampoline`

use std::mem::replace;

use twin_generators::{BoxGenerator, Generator, Step};

// Here Rust needs a name: a call yields calls, which yield calls….
struct Call(BoxGenerator<'static, Call, u64, u64>);

/// The last guest shakes hands with all who came before.
fn handshakes(guests: u64) -> Call {
    let body = Generator::new(move |mut co| async move {
        if guests == 0 {
            return 0;
        }
        let before = co.yield_(handshakes(guests - 1)).await;
        before + guests - 1
    });
    Call(body.boxed())
}

/// Runs a call, and whatever it calls, one step at a time.
fn trampoline(Call(mut call): Call) -> u64 {
    let mut callers = Vec::new();
    let mut deepest = 0;
    // Here Rust sends nothing to a call that has not begun.
    let mut step = call.start().unwrap();
    let answer = loop {
        step = match step {
            Step::Yielded(Call(called)) => {
                callers.push(replace(&mut call, called));
                deepest = deepest.max(callers.len());
                call.start().unwrap()
            }
            Step::Complete(answer) => match callers.pop() {
                Some(caller) => {
                    call = caller;
                    call.send(answer).unwrap()
                }
                None => break answer,
            },
        };
    };
    println!("trampoline: {deepest} callers waited at once");
    answer
}

fn main() {
    for guests in [4, 2_000] {
        println!("host: {guests} guests come in");
        let count = trampoline(handshakes(guests));
        println!("host: {count} handshakes");
    }
}
