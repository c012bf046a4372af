//! Throw: an error raised where the body waits, which may recover.
//!
//! Run it: `cargo run --example throw_and_recovery`

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
    Generator::fallible(move |mut co| async move {
        let mut page = 1;
        while page <= pages {
            // Here Rust matches on the `yield`, re-raises the rest.
            match co.try_yield(page).await {
                Ok(()) => page += 1,
                Err(Thrown::Error(PaperJam)) => {
                    println!("  printer: clears page {page}");
                }
                Err(other) => co.raise(other).await,
            }
        }
        Ok(())
    })
}

fn main() {
    let mut job = printer(4);
    for page in job.by_ref().take(2) {
        println!("clerk: gets page {}", page.unwrap());
    }
    for trouble in [PaperJam, OutOfInk] {
        println!("clerk: reports {trouble:?}");
        // Here Rust's throw returns the next page, or the error.
        if let Ok(Step::Yielded(page)) = job.throw(trouble) {
            println!("clerk: gets page {page}");
        } else {
            println!("clerk: the job has ended");
        }
    }
    println!("clerk: {} pages to come", job.count());
}
