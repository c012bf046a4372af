//! Timeouts: limits on the time that a future may take.

mod deadline;

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

pub use self::deadline::{Deadline, RescheduleError};
use self::deadline::{Phase, Shared};

use crate::scope::{Scoped, raise};
use crate::task::AnyTask;
use crate::timer::Timer;

/// Limits the time that a future may take: Python's `async with asyncio.timeout(delay)`.
///
/// When the time is over, the future is cancelled as by a request: it may clean up, awaiting, and
/// the timeout waits for that. The time begins with the first poll.
///
/// # Errors
///
/// [`TimedOut`], if the time was over and the future was cancelled by that. If the future caught
/// the request and returned a value, that value comes out.
///
/// # Cancellation
///
/// A request from elsewhere goes on to the future and, when it has cleaned up, to whoever awaits
/// the timeout; it never becomes `TimedOut`. Of nested timeouts that expire in one turn, the outer
/// one reports it. Requests are counted, so that each takes back its own.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{TimedOut, run, sleep, timeout};
///
/// run(async {
///     let hour = sleep(Duration::from_secs(3600));
///     assert_eq!(timeout(Duration::from_millis(5), hour).await, Err(TimedOut));
///     assert_eq!(timeout(Duration::from_secs(5), async { "tea" }).await, Ok("tea"));
/// });
/// ```
pub fn timeout<F: Future>(delay: Duration, future: F) -> TimeoutFuture<F> {
    Timeout::after(delay).run(|_| future)
}

/// As [`timeout`], until a point in time: Python's `asyncio.timeout_at(when)`.
///
/// # Errors
///
/// # Cancellation
///
/// As of [`timeout`].
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use twin_tasks::{TimedOut, run, sleep, timeout_at};
///
/// run(async {
///     let tomorrow = sleep(Duration::from_secs(86_400));
///     assert_eq!(timeout_at(Instant::now(), tomorrow).await, Err(TimedOut));
/// });
/// ```
pub fn timeout_at<F: Future>(when: Instant, future: F) -> TimeoutFuture<F> {
    Timeout::at(when).run(|_| future)
}

/// As [`timeout`], but gives `None` when the time is over: trio's `move_on_after`.
///
/// # Cancellation
///
/// As of [`timeout`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{move_on_after, run, sleep};
///
/// run(async {
///     let hour = sleep(Duration::from_secs(3600));
///     assert_eq!(move_on_after(Duration::from_millis(5), hour).await, None);
/// });
/// ```
pub async fn move_on_after<F: Future>(delay: Duration, future: F) -> Option<F::Output> {
    timeout(delay, future).await.ok()
}

/// As [`timeout`], where there may be none: Python's `asyncio.wait_for(aw, timeout)`.
///
/// With `Duration::ZERO` the future is asked once: what is done gives its result, what is not is
/// cancelled.
///
/// # Errors
///
/// [`TimedOut`], as of [`timeout`].
///
/// # Cancellation
///
/// As of [`timeout`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{TimedOut, run, sleep, spawn, wait_for};
///
/// run(async {
///     assert_eq!(wait_for(async { "tea" }, None).await, Ok("tea"));
///     let task = spawn(sleep(Duration::from_secs(3600)));
///     let handle = task.handle();
///     assert_eq!(wait_for(task, Duration::from_millis(5)).await, Err(TimedOut));
///     assert!(handle.cancelled());
/// });
/// ```
pub fn wait_for<F: Future>(future: F, timeout: impl Into<Option<Duration>>) -> TimeoutFuture<F> {
    timeout.into().map_or_else(Timeout::never, Timeout::after).run(|_| future)
}

/// A timeout that can be asked, and moved: Python's `asyncio.Timeout`.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use twin_tasks::{Timeout, run, sleep};
///
/// run(async {
///     let work = Timeout::after(Duration::from_millis(5)).run(|deadline| async move {
///         // There is more to do than expected.
///         deadline.reschedule(Instant::now() + Duration::from_secs(60)).unwrap();
///         sleep(Duration::from_millis(10)).await;
///         deadline.expired()
///     });
///     assert_eq!(work.await, Ok(false));
/// });
/// ```
#[derive(Debug)]
#[must_use = "a timeout does nothing until it runs something"]
pub struct Timeout {
    deadline: Deadline,
    delay: Option<Duration>,
}

impl Timeout {
    /// A limit of time, which begins with the first poll of what it runs.
    pub fn after(delay: Duration) -> Self {
        Self { deadline: Deadline::new(None), delay: Some(delay) }
    }

    /// A limit at a point in time.
    ///
    /// ```
    /// use std::time::Instant;
    /// use twin_tasks::Timeout;
    ///
    /// let when = Instant::now();
    /// assert_eq!(Timeout::at(when).deadline().when(), Some(when));
    /// ```
    pub fn at(when: Instant) -> Self {
        Self { deadline: Deadline::new(Some(when)), delay: None }
    }

    /// No limit, as long as nobody moves it: Python's `asyncio.timeout(None)`.
    ///
    /// ```
    /// use twin_tasks::{Timeout, run};
    ///
    /// run(async {
    ///     let timeout = Timeout::never();
    ///     let deadline = timeout.deadline();
    ///     assert_eq!(timeout.run(|_| async { "tea" }).await, Ok("tea"));
    ///     assert_eq!(deadline.when(), None);
    /// });
    /// ```
    pub fn never() -> Self {
        Self { deadline: Deadline::new(None), delay: None }
    }

    /// A handle of the deadline, to ask afterwards whether it expired.
    ///
    /// ```
    /// use std::{future::pending, time::Duration};
    /// use twin_tasks::{TimedOut, Timeout, run};
    ///
    /// run(async {
    ///     let timeout = Timeout::after(Duration::from_millis(5));
    ///     let deadline = timeout.deadline();
    ///     assert_eq!(timeout.run(|_| pending::<()>()).await, Err(TimedOut));
    ///     assert!(deadline.expired());
    /// });
    /// ```
    pub fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }

    /// Runs what `body` makes of the deadline, under this limit.
    ///
    /// # Errors
    ///
    /// # Cancellation
    ///
    /// As of [`timeout`].
    pub fn run<F: Future>(self, body: impl FnOnce(Deadline) -> F) -> TimeoutFuture<F> {
        let scoped = Scoped::new(body(self.deadline.clone()));
        TimeoutFuture {
            scoped,
            deadline: self.deadline,
            delay: self.delay,
            timer: None,
            requests: 0,
            counted: None,
        }
    }
}

pin_project! {
    /// The future of a [`Timeout`].
    #[must_use = "a timeout does nothing until it is awaited"]
    pub struct TimeoutFuture<F> {
        #[pin]
        scoped: Scoped<F>,
        deadline: Deadline,
        delay: Option<Duration>,
        // For the time that it is set to.
        timer: Option<(Instant, Timer)>,
        // How many requests there were before.
        requests: u32,
        counted: Option<Counted>,
    }
}

/// The request of a timeout that expired, taken back also where its future is dropped.
struct Counted(Rc<dyn AnyTask>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.state().uncancel();
    }
}

impl<F: Future> Future for TimeoutFuture<F> {
    type Output = Result<F::Output, TimedOut>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let shared = &*this.deadline.shared;
        let first = shared.phase.get() == Phase::Created;
        if first {
            shared.phase.set(Phase::Active);
            if let Some(delay) = this.delay.take() {
                // A limit that no clock reaches is none.
                shared.when.set(Instant::now().checked_add(delay));
            }
            this.scoped.as_mut().enter();
            if let Some(guarded) = this.scoped.as_mut().guarded() {
                *this.requests = guarded.task().state().requests();
            }
        } else if poll_timer(shared, this.timer, context) {
            // The time is over: that beats a value of the same turn.
            *this.counted = expire(shared, this.scoped.as_mut());
            if this.counted.is_none() {
                return Poll::Ready(Err(TimedOut));
            }
        }
        let guarded = this.scoped.as_mut().guarded().filter(|_| this.counted.is_some());
        let scope = guarded.map(|guarded| guarded.scope().clone());
        let Poll::Ready(result) = this.scoped.as_mut().poll(context) else {
            // A first poll runs to its first wait, however short the time is.
            if poll_timer(shared, this.timer, context) {
                *this.counted = expire(shared, this.scoped);
                if this.counted.is_none() {
                    return Poll::Ready(Err(TimedOut));
                }
            }
            *shared.waker.borrow_mut() = Some(context.waker().clone());
            return Poll::Pending;
        };
        *this.timer = None;
        // The cancellation is ours only if nobody else asked for one. A timeout beside this one, in
        // the same task, may have counted a request that did not come here.
        let mut ours = false;
        if let Some(counted) = this.counted.take() {
            let task = counted.0.clone();
            drop(counted);
            ours = task.state().requests() <= *this.requests
                || !task.state().is_requested()
                    && scope.is_some_and(|scope| !scope.asked_from_outside());
            shared.phase.set(Phase::Expired);
        } else {
            shared.phase.set(Phase::Finished);
        }
        match result {
            Ok(output) => Poll::Ready(Ok(output)),
            Err(_) if ours => Poll::Ready(Err(TimedOut)),
            Err(cancelled) => {
                raise(&cancelled);
                Poll::Pending
            }
        }
    }
}

/// Whether the time is over for the first time.
fn poll_timer(
    shared: &Shared,
    timer: &mut Option<(Instant, Timer)>,
    context: &mut Context<'_>,
) -> bool {
    if shared.phase.get() != Phase::Active {
        return false;
    }
    let Some(when) = shared.when.get() else {
        *timer = None;
        return false;
    };
    if Instant::now() >= when {
        *timer = None;
        return true;
    }
    match timer {
        Some((set_to, timer)) if *set_to == when => Pin::new(timer).poll(context).is_ready(),
        _ => {
            *timer = Some((when, Timer::set(when, context.waker())));
            false
        }
    }
}

/// Cancels what runs under the limit; gives `None` where a future has only drop.
fn expire<F: Future>(shared: &Shared, scoped: Pin<&mut Scoped<F>>) -> Option<Counted> {
    shared.phase.set(Phase::Expiring);
    let Some(guarded) = scoped.guarded() else {
        shared.phase.set(Phase::Expired);
        return None;
    };
    let state = guarded.task().state();
    state.count_request();
    state.set_reason(None);
    guarded.request(None);
    Some(Counted(guarded.task().clone()))
}

impl<F> fmt::Debug for TimeoutFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeoutFuture").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// The time was over: Python's `TimeoutError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time was over")
    }
}

impl Error for TimedOut {}
