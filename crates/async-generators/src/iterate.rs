//! Iteration, with nothing to send: `next`, `resume`, `consume`.

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Mode, Step};

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
        Next { generator: Some(self), nothing: || () }
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
        Resume { generator: Some(self), nothing: || () }
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

/// Python's `await g.asend(None)`, for generators that are sent an `Option`.
///
/// A trait to import where it is wanted: `next` then starts or resumes, and sends `None`.
///
/// # Examples
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Body, SendNone, Step};
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
/// assert_eq!(counter.next().await, Some(0));
/// assert_eq!(counter.next().await, Some(1));
/// assert_eq!(counter.asend(Some(9)).await, Ok(Step::Yielded(9)));
/// assert_eq!(counter.next().await, None);
/// # });
/// ```
pub trait SendNone<B: Engine> {
    /// Starts the body, sends it `None`, or goes on with it, and tells how the step ended; see
    /// [`AsyncGenerator::resume`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    fn resume(&mut self) -> Resume<'_, B>;

    /// Starts the body, sends it `None`, or goes on with it, and gives the next item.
    fn next(&mut self) -> Next<'_, B>;
}

impl<T, B: Engine<Send = Option<T>>> SendNone<B> for AsyncGenerator<B> {
    fn resume(&mut self) -> Resume<'_, B> {
        Resume { generator: Some(self), nothing: || None }
    }

    fn next(&mut self) -> Next<'_, B> {
        Next { generator: Some(self), nothing: || None }
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
pub struct Next<'a, B: Engine> {
    /// Until it is over.
    generator: Option<&'a mut AsyncGenerator<B>>,
    /// What to send at a `yield`: `()`, or `None`.
    nothing: fn() -> B::Send,
}

impl<B: Engine> Future for Next<'_, B> {
    type Output = Option<<B::Mode as Mode>::Item<B::Yield>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let nothing = (self.nothing)();
        let generator = self.generator.as_mut().expect(POLLED_AFTER_END);
        let outcome = generator.poll_start_or_send(nothing, context);
        if outcome.is_ready() {
            self.generator = None;
        }
        outcome.map(item::<B>)
    }
}

/// Future of [`AsyncGenerator::resume`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Resume<'a, B: Engine> {
    /// Until it is over.
    generator: Option<&'a mut AsyncGenerator<B>>,
    /// What to send at a `yield`: `()`, or `None`.
    nothing: fn() -> B::Send,
}

impl<B: Engine> Future for Resume<'_, B> {
    type Output = Outcome<B, ResumeError<B::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let nothing = (self.nothing)();
        let generator = self.generator.as_mut().expect(POLLED_AFTER_END);
        let outcome = generator.poll_start_or_send(nothing, context);
        if outcome.is_ready() {
            self.generator = None;
        }
        outcome
    }
}
