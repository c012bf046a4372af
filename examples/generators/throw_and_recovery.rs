//! `throw`: an error raised at the `yield`; some are mended there.
//!
//! Run it: `cargo run --example throw_and_recovery`

use std::fmt::{self, Display, Formatter};

use twin_generators::{FallibleBody, Generator, Thrown};

#[derive(Debug)]
enum Trouble {
    OutOfPaper,
    PowerCut,
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfPaper => "no paper",
            Self::PowerCut => "no power",
        })
    }
}

type Page = String;

fn printer() -> Generator<impl FallibleBody<Page, (), (), Trouble>>
{
    Generator::fallible(|mut co| async move {
        let mut page = 1;
        loop {
            // Here Rust says of each case what becomes of it.
            match co.try_yield(format!("page {page}")).await {
                Ok(()) => page += 1,
                Err(Thrown::Error(Trouble::OutOfPaper)) => {
                    println!("  printer: takes new paper");
                }
                Err(Thrown::Error(trouble)) => break Err(trouble),
                Err(Thrown::Exit) => break Ok(()),
            }
        }
    })
}

fn office() {
    let mut pages = printer();
    println!("clerk: {}", pages.next().unwrap().unwrap());
    println!("clerk: {}", pages.next().unwrap().unwrap());
    println!("clerk: that one is blank, the paper is out");
    let step = pages.throw(Trouble::OutOfPaper).unwrap();
    println!("clerk: {}", step.yielded().unwrap());
    println!("clerk: {}", pages.next().unwrap().unwrap());
    if let Err(error) = pages.throw(Trouble::PowerCut) {
        println!("clerk: it gave up: {error}");
    }
    if pages.next().is_none() {
        println!("clerk: no more pages");
    }
}

fn main() {
    office();
}
