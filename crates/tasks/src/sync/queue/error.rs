//! What a queue can refuse.

use std::error::Error;
use std::fmt;

/// The queue was shut down and holds no more: Python's `asyncio.QueueShutDown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueShutDown;

/// The queue was shut down; with the item that was not put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutError<T>(pub T);

/// Why an item was not put; with the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryPutError<T> {
    /// There is no room: Python's `asyncio.QueueFull`.
    Full(T),
    /// The queue was shut down: Python's `asyncio.QueueShutDown`.
    ShutDown(T),
}

/// Why there is no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryGetError {
    /// The queue is empty: Python's `asyncio.QueueEmpty`.
    Empty,
    /// The queue was shut down: Python's `asyncio.QueueShutDown`.
    ShutDown,
}

/// `task_done` was called more often than items were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinError;

const SHUT_DOWN: &str = "the queue was shut down";

impl fmt::Display for QueueShutDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl<T> fmt::Display for TryPutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl fmt::Display for TryGetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::ShutDown => SHUT_DOWN,
        })
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task_done() called too many times")
    }
}

impl Error for QueueShutDown {}
impl<T: fmt::Debug> Error for PutError<T> {}
impl<T: fmt::Debug> Error for TryPutError<T> {}
impl Error for TryGetError {}
impl Error for JoinError {}
