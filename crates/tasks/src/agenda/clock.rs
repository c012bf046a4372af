//! Clocks: the system's, or a virtual one that jumps from deadline to deadline.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::Agenda;

/// The clock of an event loop, for [`Runner::with_clock`](crate::Runner::with_clock): the system's,
/// or a virtual one, as tokio's paused time and trio's `MockClock`.
///
/// A virtual clock stands still while tasks run. A clone is the same clock.
///
/// - [`jumping`](Self::jumping): when no task is ready and no function of
///   [`to_thread`](crate::to_thread) runs, it jumps to the next deadline. An hour of sleeps takes no
///   time, and their order is exact.
/// - [`standing`](Self::standing): it moves only by [`advance`](Self::advance). (When `main` has
///   ended and nobody moves it any more, it jumps, for the clean-up of what is left.)
///
/// Everything of this crate that waits for a time follows it: [`sleep`](crate::sleep()),
/// [`timeout`](crate::timeout()), [`Wait::timeout`](crate::Wait::timeout). What does not: the system
/// (`Instant::now`), other crates' timers, sockets, and threads, which can't be asked how long they
/// will take. A jumping clock knows that a function of `to_thread` runs, and waits for it; it does
/// not know that a packet is on its way, and jumps: tests with sockets take the system's clock, or
/// one that stands. So does a function of `to_thread` that waits for what it has submitted
/// ([`Gateway`](crate::Gateway)) while that waits for a time: a jumping clock would wait for the function.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use twin_tasks::{Clock, Runner, now, sleep};
///
/// let started = Instant::now();
/// let mut runner = Runner::with_clock(Clock::jumping());
/// runner.run(async {
///     let before = now();
///     sleep(Duration::from_secs(3600)).await;
///     assert_eq!(now() - before, Duration::from_secs(3600));
/// });
/// assert!(started.elapsed() < Duration::from_secs(60));
/// ```
#[derive(Clone)]
pub struct Clock {
    /// `None` is the system's.
    time: Option<Rc<Virtual>>,
}

struct Virtual {
    now: Cell<Instant>,
    jumps: bool,
}

impl Clock {
    /// The system's clock: that of [`run`](crate::run()).
    #[must_use]
    pub fn system() -> Self {
        Self { time: None }
    }

    /// A virtual clock that jumps to the next deadline when there is nothing else to do.
    #[must_use]
    pub fn jumping() -> Self {
        Self::starting_now(true)
    }

    /// A virtual clock that is moved by hand, see [`advance`](Self::advance).
    #[must_use]
    pub fn standing() -> Self {
        Self::starting_now(false)
    }

    fn starting_now(jumps: bool) -> Self {
        Self { time: Some(Rc::new(Virtual { now: Cell::new(Instant::now()), jumps })) }
    }

    /// The time that it shows.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::Clock;
    ///
    /// let clock = Clock::standing();
    /// let before = clock.now();
    /// clock.advance(Duration::from_secs(1));
    /// assert_eq!(clock.now() - before, Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.time {
            None => Instant::now(),
            Some(time) => time.now.get(),
        }
    }

    /// Moves a virtual clock. What is due by then runs at the next round of the loop, in the order
    /// of its deadlines.
    ///
    /// # Panics
    ///
    /// If it is the system's, or its time would go beyond what an `Instant` can say.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{Clock, Runner, sleep, spawn};
    ///
    /// let clock = Clock::standing();
    /// let mut runner = Runner::with_clock(clock.clone());
    /// runner.run(async move {
    ///     let tea = spawn(async { sleep(Duration::from_secs(240)).await; "tea" });
    ///     sleep(Duration::ZERO).await; // its first turn
    ///     clock.advance(Duration::from_secs(240));
    ///     assert_eq!(tea.await, "tea");
    /// });
    /// ```
    #[track_caller]
    pub fn advance(&self, time: Duration) {
        let Some(clock) = &self.time else {
            panic!("the system's clock can't be moved: give the runner a Clock::standing()")
        };
        match clock.now.get().checked_add(time) {
            Some(now) => clock.now.set(now),
            None => panic!("the clock can't show a time that far away: advance it by less"),
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.time.is_some()
    }

    pub(crate) fn jumps(&self) -> bool {
        self.time.as_ref().is_some_and(|time| time.jumps)
    }

    pub(crate) fn jump(&self, when: Instant) {
        if let Some(time) = &self.time
            && time.now.get() < when
        {
            time.now.set(when);
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.time {
            None => "system",
            Some(time) if time.jumps => "jumping",
            Some(_) => "standing",
        };
        f.debug_tuple("Clock").field(&kind).finish()
    }
}

/// The time of the running event loop's clock: Python's `loop.time()`. Outside
/// [`run`](crate::run()) it is the system's.
///
/// ```
/// use std::time::Instant;
/// use twin_tasks::{Clock, Runner, now};
///
/// assert!(now() <= Instant::now());
/// let clock = Clock::standing();
/// let shown = clock.now();
/// assert_eq!(Runner::with_clock(clock).run(async { now() }), shown);
/// ```
#[must_use]
pub fn now() -> Instant {
    Agenda::current().map_or_else(Instant::now, |agenda| agenda.clock().now())
}
