//! Bridges to and from nightly's `AsyncIterator`.

use std::async_iter::AsyncIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

pin_project! {
    /// An `AsyncIterator` as a stream: what futures-lite's `StreamExt` works with.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(gen_blocks)]
    /// use futures_lite::StreamExt;
    /// use twin_async_generators::IntoStream;
    ///
    /// let numbers = IntoStream::from(async gen {
    ///     yield 1;
    ///     yield 2;
    /// });
    /// assert_eq!(smol::block_on(numbers.collect::<Vec<_>>()), [1, 2]);
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct IntoStream<A> {
        #[pin]
        iterator: A,
        ended: bool,
    }
}

impl<A: AsyncIterator> From<A> for IntoStream<A> {
    fn from(iterator: A) -> Self {
        Self { iterator, ended: false }
    }
}

impl<A: AsyncIterator> Stream for IntoStream<A> {
    type Item = A::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<A::Item>> {
        let this = self.project();
        if *this.ended {
            // An `async gen` block panics when polled after its end.
            return Poll::Ready(None);
        }
        // If the iterator panics, the stream has ended.
        *this.ended = true;
        let item = this.iterator.poll_next(context);
        *this.ended = matches!(item, Poll::Ready(None));
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.iterator.size_hint()
    }
}

impl<A: AsyncIterator> FusedStream for IntoStream<A> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

pin_project! {
    /// A stream as an `AsyncIterator`: what `for await` works with.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(async_for_loop, async_iterator)]
    /// use futures_lite::stream;
    /// use twin_async_generators::IntoAsyncIter;
    ///
    /// # smol::block_on(async {
    /// let mut sum = 0;
    /// for await number in IntoAsyncIter::from(stream::iter([1, 2, 3])) {
    ///     sum += number;
    /// }
    /// assert_eq!(sum, 6);
    /// # });
    /// ```
    #[must_use = "async iterators do nothing unless polled"]
    pub struct IntoAsyncIter<S> {
        #[pin]
        stream: S,
    }
}

impl<S: Stream> From<S> for IntoAsyncIter<S> {
    fn from(stream: S) -> Self {
        Self { stream }
    }
}

impl<S: Stream> AsyncIterator for IntoAsyncIter<S> {
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.project().stream.poll_next(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}
