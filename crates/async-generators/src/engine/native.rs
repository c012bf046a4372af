//! The native engine: nightly's `async gen`.
//!
//! Its `yield` takes no answer and its body no return value, so what is sent is `()`, and what is
//! thrown in is never caught: the body is dropped at its `yield`.

use std::async_iter::AsyncIterator;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Step, Thrown};

use super::{Engine, Outcome};
use crate::generator::AsyncGenerator;

/// A body on the native engine: an `async gen` block, or what an `async gen fn` returned.
pub struct NativeBody<M, I> {
    iterator: Pin<Box<I>>,
    mode: PhantomData<fn() -> M>,
}

impl<I: AsyncIterator> AsyncGenerator<NativeBody<Infallible, I>> {
    /// Makes an async generator of an `async gen` block or any other [`AsyncIterator`].
    ///
    /// It is [`Send`] if the body is.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(gen_blocks)]
    /// use std::time::Duration;
    /// use smol::Timer;
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// async gen fn countdown(from: u32) -> u32 {
    ///     for second in (1..=from).rev() {
    ///         yield second;
    ///         Timer::after(Duration::from_millis(1)).await;
    ///     }
    /// }
    ///
    /// # smol::block_on(async {
    /// let mut countdown = AsyncGenerator::native(countdown(2));
    /// assert_eq!(countdown.next().await, Some(2));
    /// assert_eq!(countdown.next().await, Some(1));
    /// assert_eq!(countdown.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn native(body: I) -> Self {
        Self::created(NativeBody { iterator: Box::pin(body), mode: PhantomData })
    }
}

impl<Y, E, I: AsyncIterator<Item = Result<Y, E>>> AsyncGenerator<NativeBody<Fallible<E>, I>> {
    /// Makes an async generator of an `async gen` block that yields `Result`s.
    ///
    /// As [`native`](AsyncGenerator::native); to yield an `Err` raises: it is the last item.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(gen_blocks)]
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut halves = AsyncGenerator::fallible_native(async gen {
    ///     yield Ok(8 / 2);
    ///     yield Err("7 is odd");
    /// });
    /// assert_eq!(halves.next().await, Some(Ok(4)));
    /// assert_eq!(halves.next().await, Some(Err("7 is odd")));
    /// assert_eq!(halves.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn fallible_native(body: I) -> Self {
        Self::created(NativeBody { iterator: Box::pin(body), mode: PhantomData })
    }
}

impl<I: AsyncIterator> Engine for NativeBody<Infallible, I> {
    type Yield = I::Item;
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
        self.iterator.as_mut().poll_next(context).map(|item| match item {
            Some(value) => Ok(Step::Yielded(value)),
            None => Ok(Step::Complete(())),
        })
    }
}

impl<Y, E, I: AsyncIterator<Item = Result<Y, E>>> Engine for NativeBody<Fallible<E>, I> {
    type Yield = Y;
    type Send = ();
    type Return = ();
    type Error = E;
    type Mode = Fallible<E>;

    #[inline]
    fn send(&mut self, (): ()) {}

    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        Err(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.iterator.as_mut().poll_next(context).map(|item| match item {
            Some(Ok(value)) => Ok(Step::Yielded(value)),
            Some(Err(error)) => Err(error.into()),
            None => Ok(Step::Complete(())),
        })
    }
}
