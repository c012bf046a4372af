//! Gathering futures that fail: all outcomes as values, or the first error.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_buffered::{JoinAll, TryJoinAll};

use super::super::kind::{Many, sealed};
use super::super::sibling::{Sibling, Together};
use crate::cancel::{Attempt, Caught};
use crate::outcome::Failure;

/// As [`gather`](super::gather), with cancellations and panics as values beside the results:
/// Python's `asyncio.gather(*aws, return_exceptions=True)`.
///
/// It waits for all of the futures. (Errors are values anyway: they are what the futures return.)
///
/// # Cancellation
///
/// See [`gather`](super::gather): a request to what awaits it becomes no value.
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
///
/// It takes what `gather` takes:
///
/// ```
/// use twin_tasks::{gather_outcomes, run};
///
/// let (tea, milk) = run(gather_outcomes((async { "tea" }, async { 2 })));
/// assert_eq!((tea.unwrap(), milk.unwrap()), ("tea", 2));
/// ```
pub fn gather_outcomes<A, Kind>(futures: A) -> A::GatherOutcomes
where
    A: OutcomesGatherable<Kind>,
{
    futures.gather_outcomes()
}

/// What [`gather_outcomes`] takes. `Kind` is as in [`Gatherable`](crate::Gatherable).
pub trait OutcomesGatherable<Kind>: sealed::OutcomesGatherable<Kind> {}

impl<A: sealed::OutcomesGatherable<Kind>, Kind> OutcomesGatherable<Kind> for A {}

impl<I> sealed::OutcomesGatherable<Many> for I
where
    I: IntoIterator,
    I::Item: Future,
{
    type GatherOutcomes = GatherOutcomes<I::Item>;

    fn gather_outcomes(self) -> GatherOutcomes<I::Item> {
        let mut count = 0;
        let join = futures_buffered::join_all(self.into_iter().map(|future| {
            count += 1;
            Sibling::new(Attempt::new(future))
        }));
        GatherOutcomes { join: Together::new(join, count) }
    }
}

/// The future of [`gather_outcomes`].
#[must_use = "a gather does nothing until it is awaited"]
pub struct GatherOutcomes<F: Future> {
    join: Together<JoinAll<Sibling<Attempt<F>>>, Vec<Outcome<F>>>,
}

type Outcome<F> = Result<<F as Future>::Output, Caught>;

// The futures are on the heap.
impl<F: Future> Unpin for GatherOutcomes<F> {}

impl<F: Future> Future for GatherOutcomes<F> {
    type Output = Vec<Result<F::Output, Failure>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.join).poll(context, Future::poll).map(|outcomes| {
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
/// See [`gather`](super::gather). An error that one of them answers a request by is the answer of the
/// gather, as an exception is in Python: a timeout around it has not ended it.
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

/// What [`try_gather`] takes. `Kind` is as in [`Gatherable`](crate::Gatherable).
pub trait TryGatherable<Kind>: sealed::TryGatherable<Kind> {}

impl<A: sealed::TryGatherable<Kind>, Kind> TryGatherable<Kind> for A {}

impl<I, T, E> sealed::TryGatherable<Many> for I
where
    I: IntoIterator,
    I::Item: Future<Output = Result<T, E>>,
{
    type TryGather = TryGather<I::Item, T, E>;

    fn try_gather(self) -> Self::TryGather {
        let mut count = 0;
        let join = futures_buffered::try_join_all(self.into_iter().map(|future| {
            count += 1;
            Sibling::new(future)
        }));
        TryGather { join: Together::new(join, count) }
    }
}

/// The future of [`try_gather`] for futures of one type.
#[must_use = "a gather does nothing until it is awaited"]
pub struct TryGather<F: Future<Output = Result<T, E>>, T, E> {
    join: Together<TryJoinAll<Sibling<F>>, Result<Vec<T>, E>>,
}

// The futures are on the heap.
impl<F: Future<Output = Result<T, E>>, T, E> Unpin for TryGather<F, T, E> {}

impl<F: Future<Output = Result<T, E>>, T, E> Future for TryGather<F, T, E> {
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.join).try_poll(context, Future::poll)
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> fmt::Debug for TryGather<F, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGather").finish_non_exhaustive()
    }
}
