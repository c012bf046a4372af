//! Several futures at once, their results in order.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_buffered::JoinAll;

/// Awaits several futures at once and gives their results in the order of the arguments, whoever
/// was first: Python's `await asyncio.gather(*aws)`.
///
/// The futures are polled inside the calling task, in order, from the moment the gather is awaited;
/// they may borrow from it. A future is polled again only when it was woken, so that a gather costs
/// time in proportion to what happens and not to how many wait.
///
/// # Cancellation
///
/// Dropping the gather drops all of its futures.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{gather, run, sleep};
///
/// async fn echo(text: &str, delay: u64) -> &str {
///     sleep(Duration::from_millis(delay)).await;
///     text
/// }
///
/// let results = run(gather([echo("slow", 20), echo("fast", 0)]));
/// assert_eq!(results, ["slow", "fast"]);
/// ```
pub fn gather<I>(futures: I) -> Gather<I::Item>
where
    I: IntoIterator,
    I::Item: Future,
{
    Gather { join: futures_buffered::join_all(futures) }
}

/// The future of [`gather`].
#[must_use = "a gather does nothing until it is awaited"]
pub struct Gather<F: Future> {
    join: JoinAll<F>,
}

impl<F: Future> Future for Gather<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.join).poll(context)
    }
}

impl<F: Future> fmt::Debug for Gather<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}
