//! How a task can fail to give its result.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use super::Cancelled;

/// What a panic was raised with: Python's exception that nobody foresaw.
///
/// It is an error that can be sent and shared, as `anyhow` and `Box<dyn Error + Send + Sync>` want
/// it; the payload itself can only be sent, so it is kept behind a lock.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Failure, run, spawn};
///
/// run(async {
///     let spilt = spawn(async { panic!("spilt") });
///     let Failure::Panicked(panic) = spilt.outcome().await.unwrap_err() else { unreachable!() };
///     assert_eq!(panic.message(), Some("spilt"));
/// });
/// ```
pub struct Panic {
    message: Option<Box<str>>,
    payload: Mutex<Box<dyn Any + Send>>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Self { message: text.map(Box::from), payload: Mutex::new(payload) }
    }

    /// The message, if it was raised with one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What it was raised with.
    #[must_use]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.payload.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on panicking: Python's `raise`.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_payload())
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panic").field("message", &self.message()).finish_non_exhaustive()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panicked: {}", self.message().unwrap_or("without a message"))
    }
}

impl Error for Panic {}

/// Runs a user's code and keeps its panic.
pub(crate) fn catch<R>(code: impl FnOnce() -> R) -> Result<R, Panic> {
    catch_unwind(AssertUnwindSafe(code)).map_err(Panic::new)
}

/// Drops each by itself: where two destructors panic in a row, Rust would end the process. The first
/// panic goes on when all are dropped.
pub(crate) fn drop_each<T>(values: impl IntoIterator<Item = T>) {
    let mut first = None;
    for value in values {
        if let Err(panic) = catch(|| drop(value)) {
            first.get_or_insert(panic);
        }
    }
    if let Some(panic) = first
        && !std::thread::panicking()
    {
        panic.resume();
    }
}

/// How a future ended that gave no value.
///
/// There are these two ways, and the language has no third: what is polled gives a value, is dropped
/// before it does, or panics. So a `match` may name both, and needs no arm for what can't be; the
/// other enums of this crate, which list reasons, are `#[non_exhaustive]`.
#[derive(Debug)]
pub enum Failure {
    /// It was cancelled: Python's `CancelledError`.
    Cancelled(Cancelled),
    /// It panicked.
    Panicked(Panic),
}

impl Failure {
    /// The message of a panic, if it was one with a message.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let failure = spawn(async { panic!("spilt") }).outcome().await.unwrap_err();
    ///     assert_eq!(failure.panic_message(), Some("spilt"));
    /// });
    /// ```
    #[must_use]
    pub fn panic_message(&self) -> Option<&str> {
        match self {
            Self::Panicked(panic) => panic.message(),
            Self::Cancelled(_) => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(cancelled) => cancelled.fmt(f),
            Self::Panicked(panic) => panic.fmt(f),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Cancelled(cancelled) => Some(cancelled),
            Self::Panicked(panic) => Some(panic),
        }
    }
}

/// Why [`Task::result`](crate::Task::result) has no result to show.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResultError {
    /// The task has not ended: Python's `InvalidStateError`.
    NotDone,
    /// The task was cancelled.
    Cancelled(Cancelled),
    /// The task panicked; awaiting it gives the panic.
    Panicked,
    /// The task failed, and its error went to its group.
    Failed,
    /// The result, or the panic, was taken by an earlier await.
    Taken,
}

impl fmt::Display for ResultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDone => f.write_str("Result is not set."),
            Self::Cancelled(cancelled) => cancelled.fmt(f),
            Self::Panicked => f.write_str("the task panicked: await it to get the panic"),
            Self::Failed => f.write_str("the task failed: its group has the error"),
            Self::Taken => f.write_str(
                "the result was taken by an earlier await: clone the task before awaiting it",
            ),
        }
    }
}

impl Error for ResultError {}
