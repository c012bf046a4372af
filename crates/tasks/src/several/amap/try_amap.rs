//! An asynchronous map with a limit, of a function that can fail.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::super::sibling::{Together, is_still};
use super::{Map, put, take};

/// As [`amap`](super::amap), for a function that can fail: the first error in time ends it, as the
/// first exception does in Python.
///
/// The other futures are dropped then, and no further item is taken.
///
/// # Errors
///
/// The first error; later ones are lost with their futures.
///
/// # Cancellation
///
/// See [`gather`](crate::gather()): a request goes on to the futures that run, and no further item
/// is taken. An error that one of them answers it by is what the map gives, when the others have
/// cleaned up.
///
/// # Panics
///
/// If the limit is zero.
///
/// # Examples
///
/// ```
/// use twin_tasks::{run, try_amap};
///
/// async fn half(number: u32) -> Result<u32, &'static str> {
///     if number % 2 == 0 { Ok(number / 2) } else { Err("odd") }
/// }
/// assert_eq!(run(try_amap(2, [2, 4, 6], half)), Ok(vec![1, 2, 3]));
/// assert_eq!(run(try_amap(2, [2, 3, 4], half)), Err("odd"));
/// ```
#[track_caller]
pub fn try_amap<I, F, Fut, T, E>(
    limit: usize,
    items: I,
    function: F,
) -> TryAmap<I::IntoIter, F, Fut, T, E>
where
    I: IntoIterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    assert!(limit > 0, "try_amap with a limit of zero would never end: give at least 1");
    let map = Map::new(limit, items, function);
    TryAmap { together: Together::new(UntilError { map, results: Vec::new(), error: None }, 0) }
}

/// The future of [`try_amap`].
#[must_use = "a map does nothing until it is awaited"]
pub struct TryAmap<I: Iterator, F, Fut: Future<Output = Result<T, E>>, T, E> {
    #[expect(clippy::type_complexity, reason = "the function has as many parameters")]
    together: Together<UntilError<I, F, Fut, T, E>, Result<Vec<T>, E>>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future<Output = Result<T, E>>, T, E> Unpin for TryAmap<I, F, Fut, T, E> {}

impl<I, F, Fut, T, E> Future for TryAmap<I, F, Fut, T, E>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let poll = |map: Pin<&mut UntilError<I, F, Fut, T, E>>, context: &mut Context<'_>| {
            map.get_mut().poll(context)
        };
        let error =
            |map: Pin<&mut UntilError<I, F, Fut, T, E>>| map.get_mut().error.take().map(Err);
        Pin::new(&mut self.together).try_poll_to_the_end(context, error, poll)
    }
}

impl<I: Iterator, F, Fut: Future<Output = Result<T, E>>, T, E> fmt::Debug
    for TryAmap<I, F, Fut, T, E>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryAmap").finish_non_exhaustive()
    }
}

/// The results in the order of the items, up to the first error.
struct UntilError<I: Iterator, F, Fut: Future<Output = Result<T, E>>, T, E> {
    map: Map<I, F, Fut>,
    results: Vec<Option<T>>,
    error: Option<E>,
}

// The futures are on the heap.
impl<I: Iterator, F, Fut: Future<Output = Result<T, E>>, T, E> Unpin
    for UntilError<I, F, Fut, T, E>
{
}

impl<I, F, Fut, T, E> UntilError<I, F, Fut, T, E>
where
    I: Iterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<T>, E>> {
        loop {
            // While others clean up, an error has to wait: it would drop them half-way.
            if !is_still()
                && let Some(error) = self.error.take()
            {
                return Poll::Ready(Err(error));
            }
            match ready!(self.map.poll_next(context)) {
                Some((place, Ok(result))) => put(&mut self.results, place, result),
                Some((_, Err(error))) => {
                    self.error.get_or_insert(error);
                }
                None => return Poll::Ready(Ok(take(&mut self.results))),
            }
        }
    }
}
