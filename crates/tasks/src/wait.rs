//! Waiting for tasks without taking their results.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::task::{Task, TaskHandle};
use crate::timer::Timer;
use crate::turn;

/// Waits until tasks have ended: Python's `asyncio.wait(tasks)`.
///
/// Gives those that have ended and those that have not, each in the order of the arguments. Takes
/// tasks or references to tasks. It raises nothing: each task keeps its result.
///
/// Waits for all, unless [`first_completed`](Wait::first_completed),
/// [`first_exception`](Wait::first_exception) or [`timeout`](Wait::timeout) says otherwise.
///
/// # Cancellation
///
/// The tasks run on.
///
/// # Panics
///
/// If there are no tasks, as `asyncio.wait` raises `ValueError`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{run, sleep, spawn, wait};
///
/// run(async {
///     let tea = spawn(async { "tea" });
///     let cake = spawn(async { sleep(Duration::from_secs(3600)).await; "cake" });
///     let (done, pending) = wait([tea, cake]).first_completed().await;
///     assert_eq!(*done[0].result().unwrap(), "tea");
///     assert_eq!(pending.len(), 1);
/// });
/// ```
pub fn wait<I>(tasks: I) -> Wait<I::Item>
where
    I: IntoIterator,
    I::Item: Waitable,
{
    let tasks: Vec<_> = tasks.into_iter().collect();
    assert!(!tasks.is_empty(), "Set of Tasks/Futures is empty.");
    let handles = tasks.iter().map(Waitable::handle).collect();
    Wait { tasks, handles, enough: |_| false, timeout: None, timer: None, settling: false }
}

/// A task, or a reference to one.
pub trait Waitable {
    #[doc(hidden)]
    fn handle(&self) -> TaskHandle;
    #[doc(hidden)]
    fn panicked(&self) -> bool;
}

impl<T> Waitable for Task<T> {
    fn handle(&self) -> TaskHandle {
        self.handle()
    }

    fn panicked(&self) -> bool {
        matches!(self.result(), Err(crate::ResultError::Panicked | crate::ResultError::Failed))
    }
}

impl<W: Waitable> Waitable for &W {
    fn handle(&self) -> TaskHandle {
        (**self).handle()
    }

    fn panicked(&self) -> bool {
        (**self).panicked()
    }
}

/// A task that can fail: one that returns a `Result`.
pub trait Fallible: Waitable {
    #[doc(hidden)]
    fn failed(&self) -> bool;
}

impl<T, E> Fallible for Task<Result<T, E>> {
    fn failed(&self) -> bool {
        self.panicked() || self.result().is_ok_and(|result| result.is_err())
    }
}

impl<W: Fallible> Fallible for &W {
    fn failed(&self) -> bool {
        (**self).failed()
    }
}

/// The future of [`wait`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<W> {
    tasks: Vec<W>,
    handles: Vec<TaskHandle>,
    /// Whether this task, which has ended, ends the wait for all.
    enough: fn(&W) -> bool,
    timeout: Option<Duration>,
    timer: Option<Timer>,
    /// For one turn after the wait is over.
    settling: bool,
}

impl<W: Waitable> Wait<W> {
    /// Waits until one has ended: Python's `return_when=FIRST_COMPLETED`.
    pub fn first_completed(self) -> Self {
        Self { enough: |_| true, ..self }
    }

    /// Waits until one has failed, by an error or a panic, or all have ended: Python's
    /// `return_when=FIRST_EXCEPTION`.
    ///
    /// ```
    /// use std::future::pending;
    /// use twin_tasks::{run, spawn, wait};
    ///
    /// run(async {
    ///     let cake = spawn(async { Err::<(), _>("burnt") });
    ///     let tea = spawn(pending());
    ///     let (done, pending) = wait([tea, cake]).first_exception().await;
    ///     assert_eq!(*done[0].result().unwrap(), Err("burnt"));
    ///     assert_eq!(pending.len(), 1);
    /// });
    /// ```
    pub fn first_exception(self) -> Self
    where
        W: Fallible,
    {
        Self { enough: W::failed, ..self }
    }

    /// Waits no longer than this: Python's `timeout=…`. Tasks that have not ended run on.
    ///
    /// ```
    /// use std::{future::pending, time::Duration};
    /// use twin_tasks::{run, spawn, wait};
    ///
    /// run(async {
    ///     let tasks = [spawn(pending::<()>())];
    ///     let (done, pending) = wait(&tasks).timeout(Duration::from_millis(5)).await;
    ///     assert!(done.is_empty() && !pending[0].done());
    /// });
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }
}

// The tasks are not pinned in it.
impl<W> Unpin for Wait<W> {}

impl<W: Waitable> Future for Wait<W> {
    type Output = (Vec<W>, Vec<W>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut all = true;
        let mut over = false;
        for (task, handle) in this.tasks.iter().zip(&this.handles) {
            match handle.poll_ended(context) {
                Poll::Ready(()) => over |= (this.enough)(task),
                Poll::Pending => all = false,
            }
        }
        if let Some(timeout) = this.timeout
            && !all
            && !over
        {
            if this.timer.is_none() {
                // Where no clock reaches that time, there is no limit.
                let when = Instant::now().checked_add(timeout);
                this.timer = when.map(|when| Timer::set(when, context.waker()));
            }
            over =
                this.timer.as_mut().is_some_and(|timer| Pin::new(timer).poll(context).is_ready());
        }
        if !all && !over && !this.settling {
            return Poll::Pending;
        }
        // As in asyncio, one that ends in the next turn counts, too.
        if !std::mem::replace(&mut this.settling, true) {
            turn::another(context.waker());
            return Poll::Pending;
        }
        let tasks = std::mem::take(&mut this.tasks).into_iter();
        Poll::Ready(tasks.partition(|task| task.handle().done()))
    }
}

impl<W> fmt::Debug for Wait<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}
