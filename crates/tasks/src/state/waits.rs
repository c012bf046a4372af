//! What a task waits for, as the call graph shows it.

use std::panic::Location;
use std::rc::Rc;
use std::time::Instant;

use super::AnyTask;
use crate::record::{IS_ON, mark};

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
    /// A lock, and the task that holds it, by its key; which lock, for a recorder.
    Lock(Option<u32>, u64),
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

/// Says what is waited for from now on: to a recorder, in a debug build. Who looks asks later.
#[inline]
pub(crate) fn waits(what: impl FnOnce() -> What) {
    if IS_ON {
        what().mark();
    }
}

impl What {
    fn mark(&self) {
        let (what, number) = match self {
            Self::Task(task) => ("activation", task.control().key().into()),
            Self::Child(key) => ("activation", (*key).into()),
            Self::Lock(_, lock) => ("lock", *lock),
            Self::Permit => ("permit", 0),
            Self::Event => ("event", 0),
            Self::Notification => ("condition", 0),
            Self::Barrier(..) => ("barrier", 0),
            Self::Item => ("item", 0),
            Self::Room => ("room", 0),
            Self::Promise => ("future", 0),
            Self::Thread => ("thread", 0),
            Self::Result => ("result", 0),
            Self::Timer(_) | Self::Time(_) => ("timer", 0),
            // What is inside says for what.
            Self::Timeout(_) => return,
        };
        mark(what, number);
    }
}
