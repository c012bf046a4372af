//! An asynchronous map with a limit.

mod results;
mod try_amap;

use std::fmt;
use std::future::Future;
use std::iter::{Enumerate, Fuse};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_buffered::FuturesUnordered;
use futures_lite::Stream;

pub use self::results::AmapResults;
pub use self::try_amap::{TryAmap, try_amap};
use super::as_completed::Placed;
use super::sibling::{Sibling, Together, has_fallen, is_dry, is_still, poll_set};
use crate::cancel::path;

/// Applies an asynchronous function to each item, to at most `limit` of them at once, and gives the
/// results in the order of the items: aiostream's `amap` with a `task_limit`.
///
/// The futures are polled inside the calling task, as by [`gather`](crate::gather), and may borrow
/// from it. Items are taken from the iterator as there is room. Where one result is wanted after the
/// other, as they come, there is [`as_completed`](Amap::as_completed); where the function can fail,
/// [`try_amap`].
///
/// # Cancellation
///
/// See [`gather`](crate::gather()): a request goes on to the futures that run, and no further item
/// is taken. Dropping the future drops those that it runs.
///
/// # Panics
///
/// If the limit is zero.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{amap, run, sleep};
///
/// let squares = amap(2, 1..=4, async |number: u64| {
///     sleep(Duration::from_millis(5 - number)).await;
///     number * number
/// });
/// assert_eq!(run(squares), [1, 4, 9, 16]);
/// ```
#[track_caller]
pub fn amap<I, F, Fut>(limit: usize, items: I, function: F) -> Amap<I::IntoIter, F, Fut>
where
    I: IntoIterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    assert!(limit > 0, "amap with a limit of zero would never end: give at least 1");
    let results = InOrder { map: Map::new(limit, items, function), results: Vec::new() };
    Amap { together: Together::new(results, 0) }
}

/// The future of [`amap`].
#[must_use = "a map does nothing until it is awaited"]
pub struct Amap<I: Iterator, F, Fut: Future> {
    together: Together<InOrder<I, F, Fut>, Vec<Fut::Output>>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future> Unpin for Amap<I, F, Fut> {}

impl<I, F, Fut> Future for Amap<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    type Output = Vec<Fut::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let poll = |map: Pin<&mut InOrder<I, F, Fut>>, context: &mut Context<'_>| {
            map.get_mut().poll(context)
        };
        Pin::new(&mut self.together).poll(context, poll)
    }
}

impl<I: Iterator, F, Fut: Future> fmt::Debug for Amap<I, F, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amap").finish_non_exhaustive()
    }
}

/// The results in the order of the items.
struct InOrder<I: Iterator, F, Fut: Future> {
    map: Map<I, F, Fut>,
    results: Vec<Option<Fut::Output>>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future> Unpin for InOrder<I, F, Fut> {}

impl<I, F, Fut> InOrder<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Vec<Fut::Output>> {
        while let Some((place, result)) = ready!(self.map.poll_next(context)) {
            put(&mut self.results, place, result);
        }
        Poll::Ready(take(&mut self.results))
    }
}

/// Puts a result into its place among all.
fn put<T>(results: &mut Vec<Option<T>>, place: usize, result: T) {
    if results.len() <= place {
        results.resize_with(place + 1, || None);
    }
    results[place] = Some(result);
}

fn take<T>(results: &mut Vec<Option<T>>) -> Vec<T> {
    let results = std::mem::take(results).into_iter();
    results.map(|result| result.expect("each future has ended")).collect()
}

/// The futures that run, and the items that wait for room.
struct Map<I: Iterator, F, Fut: Future> {
    limit: usize,
    items: Enumerate<Fuse<I>>,
    function: F,
    running: FuturesUnordered<Sibling<Placed<Fut>>>,
}

impl<I, F, Fut> Map<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    fn new(limit: usize, items: impl IntoIterator<IntoIter = I>, function: F) -> Self {
        let items = items.into_iter().fuse().enumerate();
        Self { limit, items, function, running: FuturesUnordered::new() }
    }

    /// The next result and the place of its item; `None` after the last.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, Fut::Output)>> {
        while !is_still()
            && !has_fallen()
            && self.running.len() < self.limit
            && let Some((place, item)) = self.items.next()
        {
            self.running.push(Sibling::new(Placed::new(place, (self.function)(item))));
        }
        let (count, running) = (self.running.len(), &mut self.running);
        let next = |context: &mut Context<'_>| Pin::new(&mut *running).poll_next(context);
        match ready!(poll_set(count, context, next)) {
            Some(result) => {
                if is_dry() {
                    // In a dry poll nothing follows; afterwards it may.
                    path::later(context);
                }
                Poll::Ready(Some(result))
            }
            None if !is_still() => Poll::Ready(None),
            // What was not asked for yet is not begun now.
            None => Poll::Pending,
        }
    }
}
