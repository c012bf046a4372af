//! The same in nightly's syntax: every `yield` gives a `Result`.
//!
//! Run it: `cargo run --example throw_and_recovery_native`

#![feature(coroutines)]

use twin_generators::{FallibleBody, Generator, Step, Thrown};

use crate::Trouble::{OutOfInk, PaperJam};

#[derive(Debug)]
enum Trouble {
    /// The page must be printed again.
    PaperJam,
    /// Nothing can be printed any more.
    OutOfInk,
}

fn printer(
    pages: u32,
) -> Generator<impl FallibleBody<u32, Trouble>> {
    Generator::fallible_native(
        #[coroutine]
        move |_| {
            let mut page = 1;
            while page <= pages {
                match (yield page) {
                    Ok(()) => page += 1,
                    Err(Thrown::Error(PaperJam)) => {
                        println!("  printer: clears page {page}");
                    }
                    // Raises the rest, as `(yield page)?` would.
                    Err(other) => Err(other)?,
                }
            }
            Ok(())
        },
    )
}

fn main() {
    let mut job = printer(4);
    for page in job.by_ref().take(2) {
        println!("clerk: gets page {}", page.unwrap());
    }
    for trouble in [PaperJam, OutOfInk] {
        println!("clerk: reports {trouble:?}");
        if let Ok(Step::Yielded(page)) = job.throw(trouble) {
            println!("clerk: gets page {page}");
        } else {
            println!("clerk: the job has ended");
        }
    }
    println!("clerk: {} pages to come", job.count());
}
