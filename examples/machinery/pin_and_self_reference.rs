//! Pinning: a coroutine is handed on, and its bookmark still fits.
//!
//! Run it: `cargo run --example pin_and_self_reference`

use std::pin::Pin;
use std::task::{Context, Waker};

use futures_lite::future::yield_now;

async fn turn_page() {
    // Suspends once, and needs no loop for that.
    yield_now().await;
}

async fn read() {
    let pages = ["a whale", "a ship", "the sea"];
    // The bookmark refers to `pages`: one local to another. Both
    // lie inside the future, so it refers to itself.
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
    let mut desk = vec![Box::pin(read())];
    println!("main: on the desk");
    step(desk[0].as_mut());
    // Here Rust moves the box; the future in it, pinned, stays.
    let mut shelf = Vec::from_iter(desk.pop());
    println!("main: on the shelf, the bookmark still in it");
    step(shelf[0].as_mut());
    step(shelf[0].as_mut());
    shelf.clear();
}
