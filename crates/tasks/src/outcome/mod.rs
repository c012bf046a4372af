//! How something can end that gives no value: cancelled, or by a panic.

mod failure;
mod request;

pub(crate) use self::failure::catch;
pub use self::failure::{Failure, Panic, ResultError};
pub use self::request::Cancelled;
pub(crate) use self::request::{Claim, Reason, Request, answering};
