//! The same by hand: a call is a plain value, and needs no box.
//!
//! Run it: `cargo run --example trampoline_by_hand`

use std::mem::replace;

use twin_generators::Step;

/// Where a call stands, and what it must not forget there.
enum Call {
    Created { guests: u64 },
    Waiting { guests: u64 },
}

/// The last guest shakes hands with all who came before.
fn handshakes(guests: u64) -> Call {
    Call::Created { guests }
}

impl Call {
    /// Runs from one `yield` to the next; `None` starts the call.
    fn send(&mut self, before: Option<u64>) -> Step<Call, u64> {
        match *self {
            Self::Created { guests: 0 } => Step::Complete(0),
            Self::Created { guests } => {
                *self = Self::Waiting { guests };
                Step::Yielded(handshakes(guests - 1))
            }
            Self::Waiting { guests } => {
                Step::Complete(before.unwrap() + guests - 1)
            }
        }
    }
}

/// Runs a call, and whatever it calls, one step at a time.
fn trampoline(mut call: Call) -> u64 {
    let mut callers = Vec::new();
    let mut deepest = 0;
    let mut answer = None;
    let answer = loop {
        match call.send(answer.take()) {
            Step::Yielded(called) => {
                callers.push(replace(&mut call, called));
                deepest = deepest.max(callers.len());
            }
            Step::Complete(value) => match callers.pop() {
                Some(next) => (call, answer) = (next, Some(value)),
                None => break value,
            },
        }
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
