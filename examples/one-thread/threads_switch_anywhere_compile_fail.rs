//! What Rust refuses: a plain number that two threads write.
//!
//! See it refused: `cargo twins check threads_switch_anywhere`

use std::cell::Cell;
use std::thread;

#[derive(Default)]
struct Till {
    coins: Cell<u32>,
}

fn pay(till: &Till) {
    let coins = till.coins.get();
    till.coins.set(coins + 1);
}

fn both_pay() {
    let till = Till::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| pay(&till));
        }
    });
    println!("till: {} of 2 coins", till.coins.get());
}

fn main() {
    both_pay();
}
