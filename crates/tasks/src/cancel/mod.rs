//! Cancellation: requests that travel to where a task waits, and what catches them there.

pub(crate) mod look;
pub(crate) mod path;

mod attempt;
mod catch;
mod finally;
mod scoped;

pub(crate) use self::attempt::{Attempt, Caught};
pub use self::catch::{CatchCancelled, catch_cancelled};
pub use self::finally::finally;
pub(crate) use self::scoped::Scoped;
