//! How something can end that gives no value: cancelled, or by a panic.

mod failure;
mod request;

pub use self::failure::{Failure, Panic, ResultError};
pub(crate) use self::failure::{catch, drop_each};
pub use self::request::Cancelled;
pub(crate) use self::request::{Claim, Reason, Request, answering};
