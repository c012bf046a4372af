//! What a task waits for, as the call graph shows it.

use std::panic::Location;
use std::rc::Rc;
use std::time::Instant;

use super::AnyTask;

/// One of the things that a task waits for, and where.
pub(crate) struct Waits {
    pub(crate) what: What,
    /// Where the wait was made, if that is known.
    pub(crate) location: Option<&'static Location<'static>>,
}

pub(crate) enum What {
    /// The end of a task.
    Task(Rc<dyn AnyTask>),
    /// The end of a child of a group, by its key.
    Child(u32),
    /// A lock, and the task that holds it, by its key.
    Lock(Option<u32>),
    Permit,
    Event,
    Notification,
    /// Others at a barrier: how many are there, and how many have to be.
    Barrier(usize, usize),
    /// An item of a queue.
    Item,
    /// Room in a queue.
    Room,
    Promise,
    Thread,
    /// The next result of several futures.
    Result,
    /// A timer of the loop, by its key.
    Timer(u32),
    /// A point in time, if a clock reaches it.
    Time(Option<Instant>),
    /// What is inside a timeout, which ends at that time.
    Timeout(Option<Instant>),
}
