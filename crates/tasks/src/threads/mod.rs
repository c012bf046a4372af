//! The outside: threads, and the way back from them.

mod gateway;
mod to_thread;

pub use self::gateway::{Gateway, Submitted, SubmittedError};
pub use self::to_thread::to_thread;
