//! The first of several futures.

use std::future::Future;

use crate::as_completed::as_completed;

/// Awaits several futures until the first ends, and gives its place and its result: Python's
/// `asyncio.wait(…, return_when=FIRST_COMPLETED)`, with the others cancelled.
///
/// # Cancellation
///
/// The losers are dropped where they wait: their destructors run, their asynchronous clean-up does
/// not. What a loser has read and not handed out is lost with it. Tasks among them run on.
///
/// # Panics
///
/// If there are no futures: nothing can win.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{race, run, sleep};
///
/// async fn echo(value: &'static str, delay: u64) -> &'static str {
///     sleep(Duration::from_millis(delay)).await;
///     value
/// }
/// assert_eq!(run(race([echo("slow", 60_000), echo("fast", 0)])), (1, "fast"));
/// ```
pub async fn race<I>(futures: I) -> (usize, <I::Item as Future>::Output)
where
    I: IntoIterator,
    I::Item: Future,
{
    let first = as_completed(futures).next().await;
    first.expect("a race needs at least one future")
}
