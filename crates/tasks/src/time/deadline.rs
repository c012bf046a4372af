//! The deadline of a timeout, which can be asked and moved.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::mem;
use std::rc::Rc;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::Timer;
use crate::agenda::now;

/// The deadline of a [`Timeout`](crate::Timeout). There may be many handles of one.
#[derive(Clone)]
pub struct Deadline {
    limit: Rc<RefCell<Limit>>,
}

/// A limit of time, and how far it is.
pub(super) struct Limit {
    /// Where it begins with the first poll.
    delay: Option<Duration>,
    pub(super) when: Option<Instant>,
    pub(super) phase: Phase,
    timer: Option<Timer>,
    /// Whom to wake, and whose scopes to ask, if it is moved.
    waker: Option<Waker>,
    task: Option<u32>,
    /// Whether there are handles that may move it.
    shared: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Created,
    Active,
    Expiring,
    Expired,
    Finished,
}

impl Limit {
    pub(super) fn after(delay: Duration) -> Self {
        Self { delay: Some(delay), ..Self::at(None) }
    }

    pub(super) fn at(when: Option<Instant>) -> Self {
        Self {
            delay: None,
            when,
            phase: Phase::Created,
            timer: None,
            waker: None,
            task: None,
            shared: false,
        }
    }

    /// It begins. One whose time has come already has its turn before all that follows.
    pub(super) fn begin(&mut self, task: Option<u32>, waker: &Waker) {
        self.phase = Phase::Active;
        self.task = task;
        if self.shared {
            // For who moves it before its first wait.
            self.waker = Some(waker.clone());
        }
        if self.delay.is_none() && self.when.is_none() {
            return;
        }
        let now = now();
        if let Some(delay) = self.delay.take() {
            // A limit that no clock reaches is none.
            self.when = now.checked_add(delay);
        }
        if let Some(when) = self.when
            && when <= now
        {
            self.timer = Some(Timer::expiring(when, waker, self.task));
        }
    }

    /// Whether the time is up.
    pub(super) fn is_over(&self) -> bool {
        self.timer.as_ref().is_some_and(|timer| timer.has_fired())
    }

    /// The future waits.
    pub(super) fn wait(&mut self, waker: &Waker) {
        if self.phase != Phase::Active {
            return;
        }
        match &mut self.timer {
            Some(timer) => timer.rewake(waker),
            None => {
                let timer = |when| Timer::given_before(when, waker, self.task);
                self.timer = self.when.map(timer);
            }
        }
        if self.shared && !self.waker.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
    }

    /// Gives the timer, to be dropped where nothing is borrowed.
    pub(super) fn end(&mut self, phase: Phase) -> (Option<Timer>, Option<Waker>) {
        self.phase = phase;
        (self.timer.take(), self.waker.take())
    }
}

impl Deadline {
    pub(super) fn new(limit: Limit) -> Self {
        Self { limit: Rc::new(RefCell::new(Limit { shared: true, ..limit })) }
    }

    /// What it was the deadline of is gone, if it had not ended.
    pub(super) fn abandon(&self) {
        let timer = self.with(|limit| match limit.phase {
            Phase::Active => limit.end(Phase::Finished),
            Phase::Expiring => limit.end(Phase::Expired),
            Phase::Created | Phase::Expired | Phase::Finished => (None, None),
        });
        drop(timer);
    }

    /// No code of a user runs in `change`.
    pub(super) fn with<R>(&self, change: impl FnOnce(&mut Limit) -> R) -> R {
        change(&mut self.limit.borrow_mut())
    }

    /// Changes the limit by what clones and drops wakers, which are a user's code: not while it is
    /// borrowed. Where that code moved the deadline, its change counts.
    pub(super) fn with_wakers(&self, change: impl FnOnce(&mut Limit)) {
        let (mut limit, when) = self.with(|limit| {
            let copy = Limit {
                delay: limit.delay,
                timer: limit.timer.take(),
                waker: limit.waker.take(),
                ..*limit
            };
            (copy, limit.when)
        });
        change(&mut limit);
        let replaced = self.with(|shared| {
            if shared.when == when && shared.phase <= limit.phase && shared.timer.is_none() {
                mem::replace(shared, limit)
            } else {
                shared.waker = limit.waker.take();
                limit
            }
        });
        drop(replaced);
    }

    /// When it is; `None` if there is no limit, or if it has not begun: Python's `cm.when()`.
    #[must_use]
    pub fn when(&self) -> Option<Instant> {
        self.limit.borrow().when
    }

    /// Whether the time was up before the future ended: Python's `cm.expired()`.
    #[must_use]
    pub fn expired(&self) -> bool {
        let limit = self.limit.borrow();
        match limit.phase {
            Phase::Active => limit.is_over(),
            phase => matches!(phase, Phase::Expiring | Phase::Expired),
        }
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
        let when = when.into();
        let before = {
            let mut limit = self.limit.borrow_mut();
            match limit.phase {
                Phase::Created => return Err(RescheduleError::NotEntered),
                // Its time has come, and it is about to ask what runs under it.
                Phase::Active if limit.is_over() => return Err(RescheduleError::Expiring),
                Phase::Active => {}
                Phase::Expiring => return Err(RescheduleError::Expiring),
                Phase::Expired => return Err(RescheduleError::Expired),
                Phase::Finished => return Err(RescheduleError::Finished),
            }
            limit.when = when;
            (limit.timer.take(), limit.waker.clone())
        };
        if let (_, Some(waker)) = &before {
            let (when, task) = self.with(|limit| (limit.when, limit.task));
            let timer = when.map(|when| Timer::expiring(when, waker, task));
            let replaced = self.with(|limit| mem::replace(&mut limit.timer, timer));
            drop(replaced);
        }
        Ok(())
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline")
            .field("when", &self.when())
            .field("phase", &self.limit.borrow().phase)
            .finish_non_exhaustive()
    }
}

/// Why a deadline can't be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RescheduleError {
    /// The timeout has not begun.
    NotEntered,
    /// It has timed out, and the future cleans up.
    Expiring,
    /// It timed out.
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
