//! How a task can fail to give its result.

use std::any::Any;
use std::error::Error;
use std::fmt;

use crate::cancel::Cancelled;

/// What a panic was raised with.
pub(crate) type Panic = Box<dyn Any + Send>;

/// How a future ended that gave no value.
#[derive(Debug)]
pub enum Failure {
    /// It was cancelled: Python's `CancelledError`.
    Cancelled(Cancelled),
    /// It panicked; with what the panic was raised with, for
    /// [`resume_unwind`](std::panic::resume_unwind).
    Panicked(Box<dyn Any + Send>),
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
        let Self::Panicked(panic) = self else { return None };
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(cancelled) => cancelled.fmt(f),
            Self::Panicked(_) => {
                write!(f, "panicked: {}", self.panic_message().unwrap_or("without a message"))
            }
        }
    }
}

impl Error for Failure {}

/// Why [`Task::result`](crate::Task::result) has no result to show.
#[derive(Debug)]
pub enum ResultError {
    /// The task has not ended: Python's `InvalidStateError`.
    NotDone,
    /// The task was cancelled.
    Cancelled(Cancelled),
    /// The task panicked; awaiting it gives the panic.
    Panicked,
    /// The task failed, and its error went to its group.
    Failed,
}

impl fmt::Display for ResultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDone => f.write_str("Result is not set."),
            Self::Cancelled(cancelled) => cancelled.fmt(f),
            Self::Panicked => f.write_str("the task panicked: await it to get the panic"),
            Self::Failed => f.write_str("the task failed: its group has the error"),
        }
    }
}

impl Error for ResultError {}
