//! Several futures at once, their results in order.

mod outcomes;
mod tuple;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_buffered::JoinAll;

pub use self::outcomes::{
    GatherOutcomes, OutcomesGatherable, TryGather, TryGatherable, gather_outcomes, try_gather,
};
pub use self::tuple::{GatherTuple, OutcomesTuple, TryGatherTuple};

use super::kind::{Many, sealed};
use super::sibling::{Sibling, Together};

/// Awaits several futures at once and gives their results in the order of the arguments, whichever
/// was first: Python's `await asyncio.gather(*aws)`.
///
/// Takes an array, a `Vec` or an iterator of futures of one type, and gives a `Vec` of results; or
/// a tuple of up to eight futures of different types, and gives a tuple.
///
/// The futures are polled inside the calling task, in order, from the moment the gather is awaited;
/// they may borrow from it. Of many, only those that were woken are polled again, so a gather
/// costs time in proportion to what happens and not to how many wait.
///
/// # Cancellation
///
/// A request goes on to all the futures, and the gather waits for the clean-up of those that catch
/// it; then the others are dropped, and the cancellation goes on. A future that is cancelled by
/// itself raises its cancellation here at once, as its exception would in Python.
///
/// Dropping the gather drops all of its futures.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{gather, run, sleep};
///
/// async fn echo<T>(value: T, delay: u64) -> T {
///     sleep(Duration::from_millis(delay)).await;
///     value
/// }
///
/// let words = run(gather([echo("slow", 20), echo("fast", 0)]));
/// assert_eq!(words, ["slow", "fast"]);
/// let both = run(gather((echo("one", 20), echo(1, 0))));
/// assert_eq!(both, ("one", 1));
/// ```
pub fn gather<A, Kind>(futures: A) -> A::Gather
where
    A: Gatherable<Kind>,
{
    futures.gather()
}

/// What [`gather`] takes: an iterator of futures, or a tuple of up to eight. `Kind` tells the two
/// apart, so that both can be arguments of one function; it is always inferred.
pub trait Gatherable<Kind>: sealed::Gatherable<Kind> {}

impl<A: sealed::Gatherable<Kind>, Kind> Gatherable<Kind> for A {}

impl<I> sealed::Gatherable<Many> for I
where
    I: IntoIterator,
    I::Item: Future,
{
    type Gather = Gather<I::Item>;

    fn gather(self) -> Gather<I::Item> {
        let mut count = 0;
        let join = futures_buffered::join_all(self.into_iter().map(|future| {
            count += 1;
            Sibling::new(future)
        }));
        Gather { join: Together::new(join, count) }
    }
}

/// The future of [`gather`] for futures of one type.
#[must_use = "a gather does nothing until it is awaited"]
pub struct Gather<F: Future> {
    join: Together<JoinAll<Sibling<F>>, Vec<F::Output>>,
}

// The futures are on the heap.
impl<F: Future> Unpin for Gather<F> {}

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.join).poll(context, Future::poll)
    }
}

impl<F: Future> fmt::Debug for Gather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}
