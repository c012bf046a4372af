//! The same in nightly's syntax: each call is a coroutine.
//!
//! Run it: `cargo run --example trampoline_native`

#![feature(coroutines)]

use std::mem::replace;

use twin_generators::{BoxGenerator, Generator, Step};

struct Call(BoxGenerator<'static, Call, u64, u64>);

/// The last guest shakes hands with all who came before.
fn handshakes(guests: u64) -> Call {
    let body = Generator::native(
        #[coroutine]
        move |_| {
            if guests == 0 {
                return Ok(0);
            }
            let before = (yield handshakes(guests - 1))?;
            Ok(before + guests - 1)
        },
    );
    Call(body.boxed())
}

/// Runs a call, and whatever it calls, one step at a time.
fn trampoline(Call(mut call): Call) -> u64 {
    let mut callers = Vec::new();
    let mut deepest = 0;
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
