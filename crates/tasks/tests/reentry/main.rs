//! No code of a user runs while something of ours is borrowed or locked: wherever it runs, it may
//! call the crate again, also the very object that called it.
//!
//! A row is a program in which something of the user (a value, a future, a waker, a closure) is
//! told to re-enter the crate, and a right result in spite of that. A row in which no code of the
//! user ran fails, too.

#[path = "../alone/mod.rs"]
mod alone;

mod harness;
mod touch;
mod user;

mod functions;
mod futures;
mod inline;
mod values;
mod wakers;
