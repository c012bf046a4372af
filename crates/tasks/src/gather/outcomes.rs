//! Gathering futures that fail: all outcomes as values, or the first error.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_buffered::{JoinAll, TryJoinAll};
use pin_project_lite::pin_project;

use super::{Many, Together};
use crate::event_loop::EventLoop;
use crate::failure::Failure;
use crate::scope::{Scoped, Sibling};

/// As [`gather`](super::gather), with cancellations and panics as values beside the results:
/// Python's `asyncio.gather(*aws, return_exceptions=True)`.
///
/// It waits for all of the futures. (Errors are values anyway: they are what the futures return.)
///
/// # Cancellation
///
/// As of [`gather`](super::gather): a request to whoever awaits it becomes no value.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Failure, gather_outcomes, run, spawn};
///
/// run(async {
///     let tasks = [spawn(async { 1 }), spawn(async { panic!("spilt") }), spawn(async { 3 })];
///     tasks[2].cancel();
///     let outcomes = gather_outcomes(tasks).await;
///     assert!(matches!(outcomes[0], Ok(1)));
///     assert_eq!(outcomes[1].as_ref().unwrap_err().panic_message(), Some("spilt"));
///     assert!(matches!(outcomes[2], Err(Failure::Cancelled(_))));
/// });
/// ```
pub fn gather_outcomes<I>(futures: I) -> GatherOutcomes<I::Item>
where
    I: IntoIterator,
    I::Item: Future,
{
    let futures = futures.into_iter().map(|future| Sibling::new(Attempt::new(future)));
    GatherOutcomes { join: Together::new(futures_buffered::join_all(futures)) }
}

/// The future of [`gather_outcomes`].
#[must_use = "a gather does nothing until it is awaited"]
pub struct GatherOutcomes<F: Future> {
    join: Together<JoinAll<Sibling<Attempt<F>>>>,
}

impl<F: Future> Future for GatherOutcomes<F> {
    type Output = Vec<Result<F::Output, Failure>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.join.poll(context).map(|outcomes| {
            let outcome = |outcome: Result<_, Caught>| outcome.map_err(Caught::failure);
            outcomes.into_iter().map(outcome).collect()
        })
    }
}

impl<F: Future> fmt::Debug for GatherOutcomes<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatherOutcomes").finish_non_exhaustive()
    }
}

/// As [`gather`](super::gather), for futures that can fail: the first error in time ends it,
/// as the first exception does in Python.
///
/// It takes what `gather` takes; in a tuple, all have one type of error.
///
/// The other futures are dropped then. Those that are tasks run on, as they do in Python: where
/// that is wanted, `try_gather([spawn(f()), spawn(g())])`.
///
/// # Errors
///
/// The first error; later ones are lost with their futures.
///
/// # Cancellation
///
/// As of [`gather`](super::gather).
///
/// # Examples
///
/// ```
/// use twin_tasks::{run, try_gather};
///
/// async fn half(number: u32) -> Result<u32, &'static str> {
///     if number % 2 == 0 { Ok(number / 2) } else { Err("odd") }
/// }
/// assert_eq!(run(try_gather([half(2), half(4)])), Ok(vec![1, 2]));
/// assert_eq!(run(try_gather([half(2), half(3)])), Err("odd"));
///
/// let word = async { Ok("two") };
/// assert_eq!(run(try_gather((half(2), word))), Ok((1, "two")));
/// ```
pub fn try_gather<A, Kind>(futures: A) -> A::TryGather
where
    A: TryGatherable<Kind>,
{
    futures.try_gather()
}

/// What [`try_gather`] takes. `Kind` is as in [`Gatherable`](super::Gatherable).
pub trait TryGatherable<Kind> {
    /// The future of the gather.
    type TryGather: Future;

    #[doc(hidden)]
    fn try_gather(self) -> Self::TryGather;
}

impl<I, T, E> TryGatherable<Many> for I
where
    I: IntoIterator,
    I::Item: Future<Output = Result<T, E>>,
{
    type TryGather = TryGather<I::Item, T, E>;

    fn try_gather(self) -> Self::TryGather {
        let join = futures_buffered::try_join_all(self.into_iter().map(Sibling::new));
        TryGather { join: Together::new(join) }
    }
}

/// The future of [`try_gather`] for futures of one type.
#[must_use = "a gather does nothing until it is awaited"]
pub struct TryGather<F: Future<Output = Result<T, E>>, T, E> {
    join: Together<TryJoinAll<Sibling<F>>>,
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for TryGather<F, T, E> {
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.join.poll(context)
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> fmt::Debug for TryGather<F, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGather").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future whose cancellation and panic are values.
    pub(crate) struct Attempt<F> {
        #[pin]
        scoped: Scoped<F>,
    }
}

impl<F: Future> Attempt<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { scoped: Scoped::new(future) }
    }
}

impl<F: Future> Future for Attempt<F> {
    type Output = Result<F::Output, Caught>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.project().scoped.poll(context))) {
            Ok(polled) => polled.map(|result| {
                result.map_err(|cancelled| Caught(Some(Failure::Cancelled(cancelled))))
            }),
            Err(panic) => Poll::Ready(Err(Caught(Some(Failure::Panicked(panic))))),
        }
    }
}

/// A failure that waits for other outcomes, or for a clean-up. If it is a panic, it must not vanish
/// when the wait is dropped.
pub(crate) struct Caught(Option<Failure>);

impl Caught {
    pub(crate) fn failure(mut self) -> Failure {
        self.0.take().expect("it is taken once")
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        if let Some(Failure::Panicked(panic)) = self.0.take()
            && let Some(event_loop) = EventLoop::current()
        {
            event_loop.report(panic);
        }
    }
}
