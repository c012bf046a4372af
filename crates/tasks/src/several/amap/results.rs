//! The results of a map as they come.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_lite::Stream;

use super::super::sibling::{Together, is_dry, is_still};
use super::{Amap, InOrder, Map};
use crate::cancel::path;

impl<I, F, Fut> Amap<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    /// The results as they come, whichever item they are of: aiostream's `map(…, ordered=False)`.
    ///
    /// Have the function return what tells them apart. As with [`as_completed`](crate::as_completed),
    /// the futures run while a result is awaited, and stand still while the body of the loop awaits
    /// something else.
    ///
    /// # Cancellation
    ///
    /// A request goes on to the futures that run, as in [`amap`](super::amap), and no further item
    /// is taken; a result that is awaited afterwards raises it again. Dropping the stream drops what
    /// it runs; what has been given is kept by whom it was given to.
    ///
    /// # Panics
    ///
    /// If the map has been polled.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{amap, run, sleep};
    ///
    /// run(async {
    ///     let mut words = amap(2, [("slow", 20), ("fast", 0)], async |(word, delay)| {
    ///         sleep(Duration::from_millis(delay)).await;
    ///         word
    ///     })
    ///     .as_completed();
    ///     assert_eq!(words.next().await, Some("fast"));
    ///     assert_eq!(words.next().await, Some("slow"));
    ///     assert_eq!(words.next().await, None);
    /// });
    /// ```
    #[track_caller]
    pub fn as_completed(self) -> AmapResults<I, F, Fut> {
        let InOrder { map, results } = self
            .together
            .into_siblings()
            .filter(|all| all.results.is_empty() && all.map.running.is_empty())
            .expect("as_completed of a map that was polled: call it on what `amap` gives");
        drop(results);
        AmapResults { together: Together::new(AsTheyCome { map, early: VecDeque::new() }, 0) }
    }
}

/// The stream of [`Amap::as_completed`].
#[must_use = "nothing runs until a result is awaited"]
pub struct AmapResults<I: Iterator, F, Fut: Future> {
    together: Together<AsTheyCome<I, F, Fut>, Option<Fut::Output>>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future> Unpin for AmapResults<I, F, Fut> {}

impl<I, F, Fut> AmapResults<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    /// The next result; `None` after the last.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no result: the next one goes on.
    ///
    /// ```
    /// use twin_tasks::{amap, run};
    ///
    /// run(async {
    ///     let mut squares = amap(2, 1..=3, async |number| number * number).as_completed();
    ///     let mut sum = 0;
    ///     while let Some(square) = squares.next().await {
    ///         sum += square;
    ///     }
    ///     assert_eq!(sum, 14);
    /// });
    /// ```
    #[expect(clippy::should_implement_trait, reason = "the next of a stream, as everywhere here")]
    pub fn next(&mut self) -> impl Future<Output = Option<Fut::Output>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }
}

impl<I, F, Fut> Stream for AmapResults<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    type Item = Fut::Output;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Fut::Output>> {
        let poll = |map: Pin<&mut AsTheyCome<I, F, Fut>>, context: &mut Context<'_>| {
            map.get_mut().poll(context)
        };
        Pin::new(&mut self.together).poll_each(context, poll)
    }
}

impl<I: Iterator, F, Fut: Future> fmt::Debug for AmapResults<I, F, Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmapResults").finish_non_exhaustive()
    }
}

struct AsTheyCome<I: Iterator, F, Fut: Future> {
    map: Map<I, F, Fut>,
    /// What came while the futures were only looked at, or asked to end.
    early: VecDeque<Fut::Output>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future> Unpin for AsTheyCome<I, F, Fut> {}

impl<I, F, Fut> AsTheyCome<I, F, Fut>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Fut::Output>> {
        loop {
            if !self.early.is_empty() {
                if !is_still() {
                    return Poll::Ready(self.early.pop_front());
                }
                if is_dry() {
                    // A request beats a value of the same turn.
                    path::later(context);
                }
            }
            match ready!(self.map.poll_next(context)) {
                Some((_, result)) if is_still() => self.early.push_back(result),
                next => return Poll::Ready(next.map(|(_, result)| result)),
            }
        }
    }
}
