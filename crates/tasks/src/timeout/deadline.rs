//! The deadline of a timeout, which can be asked and moved.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::task::Waker;
use std::time::Instant;

/// The deadline of a [`Timeout`](super::Timeout). There may be many handles of one.
#[derive(Clone)]
pub struct Deadline {
    pub(super) shared: Rc<Shared>,
}

pub(super) struct Shared {
    pub(super) when: Cell<Option<Instant>>,
    pub(super) phase: Cell<Phase>,
    pub(super) waker: RefCell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Created,
    Active,
    Expiring,
    Expired,
    Finished,
}

impl Deadline {
    pub(super) fn new(when: Option<Instant>) -> Self {
        let phase = Cell::new(Phase::Created);
        Self { shared: Rc::new(Shared { when: Cell::new(when), phase, waker: RefCell::default() }) }
    }

    /// When it is; `None` if there is no limit, or if it has not begun: Python's `cm.when()`.
    #[must_use]
    pub fn when(&self) -> Option<Instant> {
        self.shared.when.get()
    }

    /// Whether the time was over before the future ended: Python's `cm.expired()`.
    #[must_use]
    pub fn expired(&self) -> bool {
        matches!(self.shared.phase.get(), Phase::Expiring | Phase::Expired)
    }

    /// Moves the deadline, or removes it by `None`: Python's `cm.reschedule(when)`.
    ///
    /// # Errors
    ///
    /// If the timeout has not begun, has expired or has ended.
    ///
    /// ```
    /// use std::{future::pending, time::{Duration, Instant}};
    /// use twin_tasks::{RescheduleError, TimedOut, Timeout, run};
    ///
    /// run(async {
    ///     let timeout = Timeout::after(Duration::from_secs(3600));
    ///     let deadline = timeout.deadline();
    ///     assert_eq!(deadline.reschedule(None), Err(RescheduleError::NotEntered));
    ///     let sooner = timeout.run(|deadline| async move {
    ///         deadline.reschedule(Instant::now()).unwrap();
    ///         pending::<()>().await;
    ///     });
    ///     assert_eq!(sooner.await, Err(TimedOut));
    ///     assert_eq!(deadline.reschedule(None), Err(RescheduleError::Expired));
    /// });
    /// ```
    pub fn reschedule(&self, when: impl Into<Option<Instant>>) -> Result<(), RescheduleError> {
        match self.shared.phase.get() {
            Phase::Created => return Err(RescheduleError::NotEntered),
            Phase::Active => {}
            Phase::Expiring => return Err(RescheduleError::Expiring),
            Phase::Expired => return Err(RescheduleError::Expired),
            Phase::Finished => return Err(RescheduleError::Finished),
        }
        self.shared.when.set(when.into());
        if let Some(waker) = &*self.shared.waker.borrow() {
            waker.wake_by_ref();
        }
        Ok(())
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline")
            .field("when", &self.when())
            .field("phase", &self.shared.phase.get())
            .finish_non_exhaustive()
    }
}

/// Why a deadline can't be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RescheduleError {
    /// The timeout has not begun.
    NotEntered,
    /// The time is over, and the future cleans up.
    Expiring,
    /// The time was over.
    Expired,
    /// The future ended in time.
    Finished,
}

impl fmt::Display for RescheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotEntered => "Timeout has not been entered",
            Self::Expiring => "Cannot change state of expiring Timeout",
            Self::Expired => "Cannot change state of expired Timeout",
            Self::Finished => "Cannot change state of finished Timeout",
        })
    }
}

impl Error for RescheduleError {}
