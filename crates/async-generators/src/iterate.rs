//! Iteration, with nothing to send: `next`, `resume`, `consume`.

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Mode, SendNone, Step, Thrown};

use crate::engine::{Engine, Outcome};
use crate::error::ResumeError;
use crate::generator::{AsyncGenerator, Stage, item};
use crate::start::POLLED_AFTER_END;

impl<B: Engine<Send = ()>> AsyncGenerator<B> {
    /// Waits for the next item: Python's `await anext(g)`. `None` is `StopAsyncIteration`, and
    /// comes again however often one asks.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body at its `await`. The next `next` goes on from
    /// there; no item is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut one = AsyncGenerator::new(|mut co| async move { co.yield_(1).await });
    /// assert_eq!(one.next().await, Some(1));
    /// assert_eq!(one.next().await, None);
    /// assert_eq!(one.next().await, None);
    /// # });
    /// ```
    #[allow(clippy::should_implement_trait, reason = "the name that every stream gives it")]
    #[inline]
    pub fn next(&mut self) -> Next<'_, B> {
        Next { generator: Some(self) }
    }

    /// Starts or resumes the body, or goes on with it, and tells how the step ended: `next`,
    /// with the return value in [`Step::Complete`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Cancellation
    ///
    /// As [`next`](Self::next).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step};
    ///
    /// # smol::block_on(async {
    /// let mut one = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_(1).await;
    ///     "returned"
    /// });
    /// assert_eq!(one.resume().await, Ok(Step::Yielded(1)));
    /// assert_eq!(one.resume().await, Ok(Step::Complete("returned")));
    /// # });
    /// ```
    #[inline]
    pub fn resume(&mut self) -> Resume<'_, B> {
        Resume { generator: Some(self) }
    }

    /// Runs the body to its end and gives what it returns; `each` gets what it yields.
    ///
    /// An `async for` loop that keeps the return value.
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let words = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_("spam").await;
    ///     co.yield_("eggs").await;
    ///     2
    /// });
    /// let mut menu = Vec::new();
    /// assert_eq!(words.consume(async |word| menu.push(word)).await, Ok(2));
    /// assert_eq!(menu, ["spam", "eggs"]);
    /// # });
    /// ```
    pub async fn consume(
        mut self,
        mut each: impl AsyncFnMut(B::Yield),
    ) -> Result<B::Return, ResumeError<B::Error>> {
        loop {
            match self.resume().await? {
                Step::Yielded(value) => each(value).await,
                Step::Complete(value) => return Ok(value),
            }
        }
    }
}

impl<T, B: Engine<Send = Option<T>>> AsyncGenerator<B> {
    /// Lends the generator to be iterated: each step sends `None`, as Python's `await anext(g)` and
    /// `async for x in g` do, the first one starts the body.
    ///
    /// What it gives is a generator that is sent nothing: with [`next`](AsyncGenerator::next),
    /// `StreamExt`, [`resume`](AsyncGenerator::resume), [`consume`](AsyncGenerator::consume), and to
    /// delegate to in a body that is sent nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::StreamExt;
    /// use twin_async_generators::{AsyncGenerator, Body, Step};
    ///
    /// fn counter() -> AsyncGenerator<impl Body<u32, Option<u32>>> {
    ///     AsyncGenerator::new(|mut co| async move {
    ///         let mut count = 0;
    ///         while count < 10 {
    ///             count = match co.yield_(count).await {
    ///                 Some(jump) => jump,
    ///                 None => count + 1,
    ///             };
    ///         }
    ///     })
    /// }
    ///
    /// # smol::block_on(async {
    /// let mut counter = counter();
    /// assert_eq!(counter.sending_none().next().await, Some(0));
    /// assert_eq!(counter.sending_none().next().await, Some(1));
    /// assert_eq!(counter.asend(Some(7)).await, Ok(Step::Yielded(7)));
    /// let left: Vec<_> = counter.sending_none().collect().await;
    /// assert_eq!(left, [8, 9]);
    /// # });
    /// ```
    pub fn sending_none(&mut self) -> AsyncGenerator<SendingNone<'_, B>> {
        self.lent(SendingNone)
    }
}

/// The body of an async generator made by [`sending_none`](AsyncGenerator::sending_none).
pub struct SendingNone<'a, B>(&'a mut AsyncGenerator<B>);

impl<B: Engine<Send: SendNone>> Engine for SendingNone<'_, B> {
    type Yield = B::Yield;
    type Send = ();
    type Return = B::Return;
    type Error = B::Error;
    type Mode = B::Mode;

    fn send(&mut self, (): ()) {
        if let Some(body) = &mut self.0.body {
            body.send(B::Send::none());
        }
    }

    fn throw(&mut self, thrown: Thrown<B::Error>) -> Result<(), Thrown<B::Error>> {
        match &mut self.0.body {
            Some(body) => body.throw(thrown),
            None => Err(thrown),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.0.poll_body(context)
    }

    fn discard(&mut self) {
        self.0.discard();
    }
}

impl<B: Engine> AsyncGenerator<B> {
    /// Starts the body, resumes it with this stand-in for nothing, or goes on with it.
    // `always`: as `poll_body`.
    #[inline(always)]
    pub(crate) fn poll_start_or_send(
        &mut self,
        nothing: B::Send,
        context: &mut Context<'_>,
    ) -> Poll<Outcome<B, ResumeError<B::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(Err(ResumeError::Finished));
        };
        if self.stage == Stage::Suspended {
            body.send(nothing);
        }
        self.poll_body(context).map_err(ResumeError::Raised)
    }
}

/// Future of [`AsyncGenerator::next`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Next<'a, B> {
    /// Until it is over.
    generator: Option<&'a mut AsyncGenerator<B>>,
}

impl<B: Engine<Send = ()>> Future for Next<'_, B> {
    type Output = Option<<B::Mode as Mode>::Item<B::Yield>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let generator = self.generator.as_mut().expect(POLLED_AFTER_END);
        let outcome = generator.poll_start_or_send((), context);
        if outcome.is_ready() {
            self.generator = None;
        }
        outcome.map(item::<B>)
    }
}

/// Future of [`AsyncGenerator::resume`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Resume<'a, B> {
    /// Until it is over.
    generator: Option<&'a mut AsyncGenerator<B>>,
}

impl<B: Engine<Send = ()>> Future for Resume<'_, B> {
    type Output = Outcome<B, ResumeError<B::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let generator = self.generator.as_mut().expect(POLLED_AFTER_END);
        let outcome = generator.poll_start_or_send((), context);
        if outcome.is_ready() {
            self.generator = None;
        }
        outcome
    }
}
