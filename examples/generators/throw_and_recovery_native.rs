//! The same in nightly's own syntax: a resume brings the error.
//!
//! Run it: `cargo run --example throw_and_recovery_native`

#![feature(coroutines, coroutine_trait)]

use std::ops::{Coroutine, CoroutineState};
use std::pin::pin;

enum Trouble {
    OutOfPaper,
    PowerCut(&'static str),
}

type Sent = Result<(), Trouble>;

fn printer()
-> impl Coroutine<Sent, Yield = String, Return = Trouble> {
    #[coroutine]
    |_: Sent| {
        let mut page = 1;
        loop {
            match yield format!("page {page}") {
                Ok(()) => page += 1,
                Err(Trouble::OutOfPaper) => {
                    println!("  printer: takes new paper");
                }
                Err(trouble) => break trouble,
            }
        }
    }
}

fn office() {
    let mut pages = pin!(printer());
    let mut step = |sent| match pages.as_mut().resume(sent) {
        CoroutineState::Yielded(page) => println!("clerk: {page}"),
        CoroutineState::Complete(Trouble::PowerCut(error)) => {
            println!("clerk: it gave up: {error}");
        }
        CoroutineState::Complete(Trouble::OutOfPaper) => {}
    };
    step(Ok(()));
    step(Ok(()));
    println!("clerk: that one is blank, the paper is out");
    step(Err(Trouble::OutOfPaper));
    step(Ok(()));
    step(Err(Trouble::PowerCut("no power")));
    // Another resume would panic: a bare coroutine is not fused.
    println!("clerk: no more pages");
}

fn main() {
    office();
}
