//! Eight queens: a generator for each row, conjoined.
//!
//! Run it: `cargo run --example eight_queens`

use std::{array::from_fn, cell::Cell};

use twin_generators::{BoxGenerator, Generator};

const SIZE: usize = 8;

/// The columns and diagonals that are taken: a bit for each.
#[derive(Default)]
struct Board {
    taken: Cell<u64>,
}

/// Yields the free columns; resumed, it takes its queen back.
fn queen(row: usize, board: &Board) -> impl Iterator<Item = usize> {
    Generator::new(move |mut co| async move {
        for column in 0..SIZE {
            let falling = 8 + row + column;
            let rising = 32 + row - column;
            let lines = 1 << column | 1 << falling | 1 << rising;
            if board.taken.get() & lines == 0 {
                // Here Rust has a `Cell`: every row changes it.
                board.taken.update(|taken| taken | lines);
                co.yield_(column).await;
                board.taken.update(|taken| taken ^ lines);
            }
        }
    })
}

/// Yields every choice of one value from each row.
// Here Rust boxes: no generator has room for one of its own type.
fn conjoin<R: Iterator<Item = usize>>(
    rows: &[impl Fn() -> R],
) -> BoxGenerator<'_, Vec<usize>> {
    Generator::new(move |mut co| async move {
        match rows {
            [] => co.yield_(vec![]).await,
            [first, rest @ ..] => {
                for value in first() {
                    for values in conjoin(rest) {
                        let choice = [&[value], &*values].concat();
                        co.yield_(choice).await;
                    }
                }
            }
        }
    })
    .boxed()
}

fn main() {
    let board = &Board::default();
    let rows: [_; SIZE] = from_fn(|row| move || queen(row, board));
    let mut solutions = conjoin(&rows);
    for column in solutions.next().unwrap() {
        println!("board: {:.<SIZE$}", ".".repeat(column) + "Q");
    }
    let corner = solutions.take_while(|columns| columns[0] == 0);
    let others = corner.count();
    println!("main: {others} more with a queen in that corner");
}
