//! Timeouts: limits on the time that a future may take.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use pin_project_lite::pin_project;

use super::deadline::{Deadline, Limit, Phase};
use crate::cancel::look::tell;
use crate::cancel::path::Kind;
use crate::cancel::{Scoped, path};
use crate::outcome::{Cancelled, Request};
use crate::state::{AnyTask, What};

/// Limits the time that a future may take: Python's `async with asyncio.timeout(delay)`.
///
/// When the time is up, the future is cancelled as by a request: it may clean up, awaiting, and
/// the timeout waits for that. The time begins with the first poll.
///
/// # Errors
///
/// [`TimedOut`], if it timed out and the future was cancelled by that. If the future caught
/// the request and returned a value, that value comes out.
///
/// # Cancellation
///
/// A request from elsewhere goes on to the future and, when it has cleaned up, to what awaits
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
    TimeoutFuture::new(Limit::after(delay), future)
}

/// As [`timeout`], until a point in time: Python's `asyncio.timeout_at(when)`.
///
/// # Errors and cancellation
///
/// See [`timeout`].
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
    TimeoutFuture::new(Limit::at(Some(when)), future)
}

/// As [`timeout`], but gives `None` when the time is up: trio's `move_on_after`.
///
/// # Cancellation
///
/// See [`timeout`].
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
/// [`TimedOut`], as for [`timeout`].
///
/// # Cancellation
///
/// See [`timeout`].
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
    TimeoutFuture::new(timeout.into().map_or_else(|| Limit::at(None), Limit::after), future)
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
}

impl Timeout {
    /// A limit of time, which begins with the first poll of what it runs.
    pub fn after(delay: Duration) -> Self {
        Self { deadline: Deadline::new(Limit::after(delay)) }
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
        Self { deadline: Deadline::new(Limit::at(Some(when))) }
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
        Self { deadline: Deadline::new(Limit::at(None)) }
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
    /// # Errors and cancellation
    ///
    /// See [`timeout`].
    pub fn run<F: Future>(self, body: impl FnOnce(Deadline) -> F) -> TimeoutFuture<F> {
        let future = body(self.deadline.clone());
        TimeoutFuture::shared(self.deadline, future)
    }
}

pin_project! {
    /// The future of a [`Timeout`].
    #[must_use = "a timeout does nothing until it is awaited"]
    pub struct TimeoutFuture<F> {
        #[pin]
        scoped: Scoped<F>,
        limit: Held,
        // How many requests there were before.
        requests: u32,
        // Whether a request from outside went through here.
        asked: bool,
        expiry: Option<Expiry>,
        // A cancellation that is somebody else's goes on.
        raises: Option<Cancelled>,
    }
}

/// The limit: for itself as long as nobody wants to ask or move it.
enum Held {
    Own(Limit),
    Shared(Deadline),
}

impl Drop for Held {
    /// A future that is dropped half-way has ended, for who asks its deadline or moves it.
    fn drop(&mut self) {
        if let Self::Shared(deadline) = self {
            deadline.abandon();
        }
    }
}

impl Held {
    #[inline]
    fn with<R>(&mut self, change: impl FnOnce(&mut Limit) -> R) -> R {
        match self {
            Self::Own(limit) => change(limit),
            Self::Shared(deadline) => deadline.with(change),
        }
    }

    /// As `with`, where wakers are cloned and dropped.
    #[inline]
    fn with_wakers(&mut self, change: impl FnOnce(&mut Limit)) {
        match self {
            Self::Own(limit) => change(limit),
            Self::Shared(deadline) => deadline.with_wakers(change),
        }
    }
}

/// It has timed out: the request of the timeout, taken back also where its future is dropped.
struct Expiry {
    /// If somebody inside has looked at it.
    request: Option<Rc<Request>>,
    task: Rc<dyn AnyTask>,
}

impl Drop for Expiry {
    fn drop(&mut self) {
        self.task.control().uncancel();
    }
}

impl<F: Future> TimeoutFuture<F> {
    fn new(limit: Limit, future: F) -> Self {
        Self {
            scoped: Scoped::new(future),
            limit: Held::Own(limit),
            requests: 0,
            asked: false,
            expiry: None,
            raises: None,
        }
    }

    fn shared(deadline: Deadline, future: F) -> Self {
        Self { limit: Held::Shared(deadline), ..Self::new(Limit::at(None), future) }
    }

    /// A handle of the deadline, to ask whether it expired, or to move it.
    ///
    /// ```
    /// use std::{future::pending, pin::pin, time::Duration};
    /// use twin_tasks::{TimedOut, run, timeout};
    ///
    /// run(async {
    ///     let mut work = pin!(timeout(Duration::from_millis(5), pending::<()>()));
    ///     assert_eq!(work.as_mut().await, Err(TimedOut));
    ///     assert!(work.deadline().expired());
    /// });
    /// ```
    pub fn deadline(self: Pin<&mut Self>) -> Deadline {
        let limit = self.project().limit;
        if let Held::Own(own) = limit {
            let own = std::mem::replace(own, Limit::at(None));
            *limit = Held::Shared(Deadline::new(own));
        }
        match limit {
            Held::Shared(deadline) => deadline.clone(),
            Held::Own(_) => unreachable!("it has just been shared"),
        }
    }
}

impl<F: Future> Future for TimeoutFuture<F> {
    type Output = Result<F::Output, TimedOut>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(cancelled) = this.raises {
            path::raise(cancelled, context);
            return Poll::Pending;
        }
        let kind = this.scoped.as_mut().kind();
        let mut fired = false;
        match this.limit.with(|limit| limit.phase) {
            Phase::Created => {
                let task = path::with_task(|task| {
                    *this.requests = task.control().requests();
                    task.control().key()
                });
                this.limit.with_wakers(|limit| limit.begin(task, context.waker()));
            }
            Phase::Active => {
                *this.asked |= kind == Kind::Ask;
                // A request from outside is not turned into a timeout.
                fired = kind != Kind::Ask && this.limit.with(|limit| limit.is_over());
            }
            _ => *this.asked |= kind == Kind::Ask,
        }
        if fired {
            let Some(task) = path::task() else {
                // Another executor: a future has only drop there.
                let timer = this.limit.with(|limit| limit.end(Phase::Expired));
                drop(timer);
                return Poll::Ready(Err(TimedOut));
            };
            let timer = this.limit.with(|limit| limit.end(Phase::Expiring));
            drop(timer);
            task.control().count_requests(1);
            *this.expiry = Some(Expiry { request: None, task });
        }
        let asks = kind != Kind::Ask
            && this.expiry.as_mut().is_some_and(|expiry| {
                // A request that was lost is made again.
                fired || kind == Kind::Ordinary && expiry.request.take_if(|r| r.is_lost()).is_some()
            });
        if kind == Kind::Pass && !asks {
            // The call graph shows what is inside the timeout.
            let when = this.limit.with(|limit| limit.when);
            tell(|| What::Timeout(when), None);
        }
        let own = this.expiry.as_mut().filter(|_| asks).map(|expiry| &mut expiry.request);
        let polled = this.scoped.as_mut().poll_as(kind, own, context);
        let Poll::Ready(result) = polled else {
            if kind == Kind::Ordinary {
                this.limit.with_wakers(|limit| limit.wait(context.waker()));
            }
            return Poll::Pending;
        };
        // The cancellation is ours only if nobody else asked for one. A timeout beside this one, in
        // the same task, may have counted a request that did not come here.
        let ours = this.expiry.take().is_some_and(|expiry| {
            let task = expiry.task.clone();
            drop(expiry);
            let control = task.control();
            control.requests() <= *this.requests || !control.is_requested() && !*this.asked
        });
        let expired = this.limit.with(|limit| limit.phase) == Phase::Expiring;
        let end = if expired { Phase::Expired } else { Phase::Finished };
        let timer = this.limit.with(|limit| limit.end(end));
        drop(timer);
        match result {
            Ok(output) => Poll::Ready(Ok(output)),
            Err(_) if ours => Poll::Ready(Err(TimedOut)),
            Err(cancelled) => {
                path::raise(&cancelled, context);
                *this.raises = Some(cancelled);
                Poll::Pending
            }
        }
    }
}

impl<F> fmt::Debug for TimeoutFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeoutFuture").finish_non_exhaustive()
    }
}

/// It timed out: Python's `TimeoutError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timed out")
    }
}

impl Error for TimedOut {}
