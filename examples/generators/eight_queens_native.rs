//! The same in nightly's syntax: `gen fn`, and a boxed `gen`.
//!
//! Run it: `cargo run --example eight_queens_native`

#![feature(gen_blocks)]

use std::array::from_fn;
use std::cell::Cell;

const SIZE: usize = 8;

/// The columns and diagonals that are taken: a bit for each.
#[derive(Default)]
struct Board {
    taken: Cell<u64>,
}

/// Yields the free columns; resumed, it takes its queen back.
gen fn queen(row: usize, board: &Board) -> usize {
    for column in 0..SIZE {
        let falling = 8 + row + column;
        let rising = 32 + row - column;
        let lines = 1 << column | 1 << falling | 1 << rising;
        if board.taken.get() & lines == 0 {
            board.taken.update(|taken| taken | lines);
            yield column;
            board.taken.update(|taken| taken ^ lines);
        }
    }
}

/// Yields every choice of one value from each row.
fn conjoin<R: Iterator<Item = usize>>(
    rows: &[impl Fn() -> R],
) -> Box<dyn Iterator<Item = Vec<usize>> + '_> {
    Box::new(gen move {
        match rows {
            [] => yield vec![],
            [first, rest @ ..] => {
                for value in first() {
                    for values in conjoin(rest) {
                        yield [&[value], &*values].concat();
                    }
                }
            }
        }
    })
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
