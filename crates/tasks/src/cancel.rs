//! Cancellation: a request that can be caught, cleaned up after, refused, counted.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::scope::{Scoped, raise};

/// Why something was cancelled.
pub(crate) type Reason = Rc<dyn Any>;

/// Catches a request to cancel: Python's `try: … except asyncio.CancelledError`.
///
/// When the task is asked to cancel while it waits in `future`, `future` is dropped there, and the
/// code after this one goes on with `Err(Cancelled)`. It may clean up, and await while it does so;
/// then it goes on cancelling by [`Cancelled::propagate`], or refuses by doing anything else. A
/// clean-up that is the same however the work ends is shorter with [`finally`](crate::finally()).
///
/// Where the request finds nothing that catches it, the task ends: what it holds is dropped.
/// Destructors are the `finally` of such a task.
///
/// # Cancellation
///
/// A second request during the clean-up cancels the clean-up.
///
/// Under another executor than [`run`](crate::run) there are no requests, only drop.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{catch_cancelled, run, sleep, spawn};
///
/// run(async {
///     let tea = spawn(async {
///         if let Err(cancelled) = catch_cancelled(sleep(Duration::from_secs(240))).await {
///             sleep(Duration::from_millis(1)).await; // put the cup away
///             cancelled.propagate().await;
///         }
///         "tea"
///     });
///     sleep(Duration::ZERO).await;
///     tea.cancel();
///     assert!(catch_cancelled(tea).await.is_err());
/// });
/// ```
pub fn catch_cancelled<F: Future>(future: F) -> CatchCancelled<F> {
    CatchCancelled { scoped: Scoped::new(future) }
}

pin_project! {
    /// The future of [`catch_cancelled`].
    #[must_use = "it catches nothing until it is awaited"]
    pub struct CatchCancelled<F> {
        #[pin]
        scoped: Scoped<F>,
    }
}

impl<F: Future> Future for CatchCancelled<F> {
    type Output = Result<F::Output, Cancelled>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().scoped.poll(context)
    }
}

impl<F> fmt::Debug for CatchCancelled<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatchCancelled").finish_non_exhaustive()
    }
}

/// A caught cancellation: Python's `asyncio.CancelledError`.
#[derive(Clone, Default)]
#[must_use = "dropping it refuses the cancellation: go on cancelling by `propagate`"]
pub struct Cancelled {
    reason: Option<Reason>,
}

impl Cancelled {
    /// A cancellation that nobody asked for, to be raised by [`propagate`](Self::propagate):
    /// Python's `raise asyncio.CancelledError`.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn because(reason: Option<Reason>) -> Self {
        Self { reason }
    }

    pub(crate) fn shared_reason(&self) -> Option<Reason> {
        self.reason.clone()
    }

    /// The reason that was given, if it has the type `R`: Python's `error.args`.
    ///
    /// ```
    /// use twin_tasks::{catch_cancelled, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {});
    ///     task.cancel_with("closing time");
    ///     let cancelled = catch_cancelled(task).await.unwrap_err();
    ///     assert_eq!(cancelled.reason(), Some(&"closing time"));
    /// });
    /// ```
    #[must_use]
    pub fn reason<R: Any>(&self) -> Option<&R> {
        self.reason.as_ref()?.downcast_ref()
    }

    /// Goes on cancelling: Python's `raise`. It never returns; the next outer scope of the task
    /// takes over, or the task ends.
    ///
    /// # Panics
    ///
    /// Outside of [`run`](crate::run).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_tasks::{Cancelled, catch_cancelled, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async { Cancelled::new().propagate().await });
    ///     assert!(catch_cancelled(task).await.is_err());
    /// });
    /// ```
    pub async fn propagate(self) -> ! {
        raise(&self);
        pending::<()>().await;
        unreachable!("the scope drops what raises a cancellation")
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").finish_non_exhaustive()
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason::<&str>(), self.reason::<String>()) {
            (Some(reason), _) => write!(f, "cancelled: {reason}"),
            (_, Some(reason)) => write!(f, "cancelled: {reason}"),
            _ => f.write_str("cancelled"),
        }
    }
}

impl Error for Cancelled {}
