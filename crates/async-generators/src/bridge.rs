//! Bridges: `Iterator` ↔ `Stream` ↔ `AsyncIterator`.
//!
//! | from | to | by |
//! |---|---|---|
//! | `Iterator` | `Stream`, `AsyncIterator` | [`iter`] |
//! | `Stream` | `Iterator` | [`block_on`] |
//! | `Stream` | `AsyncIterator` | `IntoAsyncIter` (nightly) |
//! | `AsyncIterator` | `Stream` | `IntoStream` (nightly) |

#[cfg(feature = "nightly")]
mod native;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;

#[cfg(feature = "nightly")]
pub use self::native::{IntoAsyncIter, IntoStream};

/// Turns an iterator into a stream, and on nightly into an `AsyncIterator`: each item is ready at
/// once.
///
/// # Examples
///
/// ```
/// use futures_lite::StreamExt;
///
/// let sum = twin_async_generators::iter(1..=3).fold(0, |sum, number| sum + number);
/// assert_eq!(smol::block_on(sum), 6);
/// ```
pub fn iter<I: IntoIterator>(iterator: I) -> Iter<I::IntoIter> {
    Iter(iterator.into_iter())
}

/// The stream of [`iter`].
#[derive(Clone, Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct Iter<I>(I);

impl<I> Unpin for Iter<I> {}

impl<I: Iterator> Stream for Iter<I> {
    type Item = I::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

#[cfg(feature = "nightly")]
impl<I: Iterator> std::async_iter::AsyncIterator for Iter<I> {
    type Item = I::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Stream::poll_next(self, context)
    }
}

/// Turns a stream into an iterator, which blocks its thread until the next item is ready.
///
/// # Blocking
///
/// Not for use inside a task: all others on its thread would wait too.
///
/// # Examples
///
/// ```
/// use twin_async_generators::{AsyncGenerator, block_on};
///
/// let letters = AsyncGenerator::new(|mut co| async move {
///     co.yield_('a').await;
///     co.yield_('b').await;
/// });
/// assert_eq!(block_on(letters).collect::<String>(), "ab");
/// ```
pub fn block_on<S: Stream + Unpin>(stream: S) -> BlockOn<S> {
    BlockOn(stream)
}

/// The iterator of [`block_on`].
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct BlockOn<S>(S);

/// Wakes a thread that waits in `park`.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<S: Stream + Unpin> Iterator for BlockOn<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self.0).poll_next(&mut context) {
                Poll::Ready(item) => return item,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
