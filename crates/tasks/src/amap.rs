//! An asynchronous map with a limit.

use std::future::{Future, poll_fn};
use std::task::Context;

use futures_buffered::FuturesUnordered;
use futures_lite::StreamExt;

use crate::as_completed::Placed;
use crate::turn::{self, Child};

/// Applies an asynchronous function to each item, to at most `limit` of them at once, and gives the
/// results in the order of the items.
///
/// The futures are polled inside the calling task, as by [`gather`](crate::gather), and may borrow
/// from it. Items are taken from the iterator as there is room.
///
/// # Cancellation
///
/// Dropping the future drops those that it runs, and no further item is taken.
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
pub async fn amap<I, F, Fut>(limit: usize, items: I, function: F) -> Vec<Fut::Output>
where
    I: IntoIterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    assert!(limit > 0, "amap with a limit of zero would never end: give at least 1");
    let mut items = items.into_iter().map(function).enumerate();
    let mut running = FuturesUnordered::new();
    let mut results: Vec<Option<Fut::Output>> = Vec::new();
    loop {
        while running.len() < limit
            && let Some((place, future)) = items.next()
        {
            running.push(Child::new(Placed::new(place, future)));
            results.push(None);
        }
        let next = |context: &mut Context<'_>| {
            turn::of_children(context, |context| running.poll_next(context))
        };
        match poll_fn(next).await {
            Some((place, result)) => results[place] = Some(result),
            None => break,
        }
    }
    results.into_iter().map(|result| result.expect("each future has ended")).collect()
}
