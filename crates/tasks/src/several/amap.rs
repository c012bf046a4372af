//! An asynchronous map with a limit.

use std::future::{Future, poll_fn};
use std::iter::Enumerate;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use futures_buffered::FuturesUnordered;
use futures_lite::Stream;

use super::as_completed::Placed;
use super::sibling::{Sibling, Together, is_still, poll_set};
use crate::cancel::path;

/// Applies an asynchronous function to each item, to at most `limit` of them at once, and gives the
/// results in the order of the items: aiostream's `amap` with a `task_limit`.
///
/// The futures are polled inside the calling task, as by [`gather`](crate::gather), and may borrow
/// from it. Items are taken from the iterator as there is room.
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
pub fn amap<I, F, Fut>(
    limit: usize,
    items: I,
    function: F,
) -> impl Future<Output = Vec<Fut::Output>>
where
    I: IntoIterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    assert!(limit > 0, "amap with a limit of zero would never end: give at least 1");
    let map = Map {
        limit,
        items: items.into_iter().enumerate(),
        function,
        running: FuturesUnordered::new(),
        results: Vec::new(),
    };
    async move {
        let mut map = pin!(Together::new(map, 0));
        let poll = |context: &mut Context<'_>| {
            map.as_mut().poll(context, |map, context| map.get_mut().poll(context))
        };
        poll_fn(poll).await
    }
}

struct Map<I: Iterator, F, Fut: Future> {
    limit: usize,
    items: Enumerate<I>,
    function: F,
    running: FuturesUnordered<Sibling<Placed<Fut>>>,
    results: Vec<Option<Fut::Output>>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future> Unpin for Map<I, F, Fut> {}

impl<I, F, Fut> Map<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Vec<Fut::Output>> {
        loop {
            while !is_still()
                && self.running.len() < self.limit
                && let Some((place, item)) = self.items.next()
            {
                self.running.push(Sibling::new(Placed::new(place, (self.function)(item))));
                self.results.push(None);
            }
            let (count, running) = (self.running.len(), &mut self.running);
            let next = |context: &mut Context<'_>| Pin::new(&mut *running).poll_next(context);
            match ready!(poll_set(count, context, next)) {
                Some((place, result)) => {
                    self.results[place] = Some(result);
                    if is_still() {
                        // In a dry poll nothing follows; afterwards it may.
                        path::later(context);
                    }
                }
                None if !is_still() => break,
                // What was not asked for yet is not begun now.
                None => return Poll::Pending,
            }
        }
        let results = std::mem::take(&mut self.results).into_iter();
        Poll::Ready(results.map(|result| result.expect("each future has ended")).collect())
    }
}
