//! Bodies written by hand: a stream, or any type that implements [`Engine`].

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use twin_generators::{Step, Thrown};

use super::{Engine, Outcome};
use crate::generator::AsyncGenerator;

impl<B: Engine> AsyncGenerator<B> {
    /// Makes an async generator of a body written by hand: see [`Engine`].
    #[track_caller]
    pub fn of(body: B) -> Self {
        Self::created(body)
    }
}

/// A body that is a [`Stream`].
pub struct StreamBody<T> {
    stream: T,
}

impl<T: Stream + Unpin> AsyncGenerator<StreamBody<T>> {
    /// Makes an async generator of a stream: it can be closed, and delegated to.
    ///
    /// Nothing is caught in it: a throw drops the stream. A stream that is not [`Unpin`] goes
    /// through `Box::pin`.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, State};
    ///
    /// # smol::block_on(async {
    /// let mut numbers = AsyncGenerator::over(stream::repeat(1));
    /// assert_eq!(numbers.next().await, Some(1));
    /// assert_eq!(numbers.aclose().await, Ok(None));
    /// assert_eq!(numbers.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn over(stream: T) -> Self {
        Self::created(StreamBody { stream })
    }
}

impl<T: Stream + Unpin> Engine for StreamBody<T> {
    type Yield = T::Item;
    type Send = ();
    type Return = ();
    type Error = Infallible;
    type Mode = Infallible;

    #[inline]
    fn send(&mut self, (): ()) {}

    fn throw(&mut self, thrown: Thrown<Infallible>) -> Result<(), Thrown<Infallible>> {
        Err(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        Pin::new(&mut self.stream).poll_next(context).map(|item| match item {
            Some(value) => Ok(Step::Yielded(value)),
            None => Ok(Step::Complete(())),
        })
    }
}
