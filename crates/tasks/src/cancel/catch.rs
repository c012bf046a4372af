//! Catching a cancellation: the code after it may clean up, refuse, or go on cancelling.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::scoped::Scoped;
use crate::outcome::Cancelled;

/// Catches a request to cancel: Python's `try: … except asyncio.CancelledError`.
///
/// When the task is asked to cancel while it waits in `future`, `future` is dropped there, and the
/// code after this one goes on with `Err(Cancelled)`. It may clean up, and await while it does so;
/// then it goes on cancelling by [`Cancelled::propagate`](crate::Cancelled::propagate), or refuses by doing anything else. A
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
