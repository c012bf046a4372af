//! What Rust refuses: to poll a future that could still be moved.
//!
//! See it refused: `cargo twins check pin_and_self_reference`

use std::pin::Pin;
use std::task::{Context, Waker};

use futures_lite::future::yield_now;

async fn turn_page() {
    yield_now().await;
}

async fn read() {
    let pages = ["a whale", "a ship", "the sea"];
    let bookmark = pages.iter();
    for page in bookmark {
        println!("  reader: reads of {page}");
        turn_page().await;
    }
}

fn step(book: Pin<&mut impl Future>) {
    let mut context = Context::from_waker(Waker::noop());
    _ = book.poll(&mut context);
}

fn main() {
    let mut desk = vec![read()];
    step(Pin::new(&mut desk[0]));
    // Moved, its bookmark would point to where the pages were.
    let mut shelf = Vec::from_iter(desk.pop());
    step(Pin::new(&mut shelf[0]));
}
