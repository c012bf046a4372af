//! The async generator: Python's protocol, written once for every engine.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use twin_generators::{Mode, Raised, State, Step};

use crate::engine::{Engine, Outcome};
use crate::operation::Next;

/// A function that can pause in two ways: at an `await` until something is ready, and at a
/// `yield` until the next value is wanted.
///
/// `B` is the body; a function that returns an async generator names it by its types, as
/// `AsyncGenerator<impl Body<Y, S, R>>`. Where nothing is sent (`S = ()`), it is a [`Stream`]:
/// over `Y` if the body can't fail, over `Result<Y, E>` if it can.
///
/// Dropping it drops what the body holds, at whatever `await` or `yield` it stands, and
/// destructors run; the body itself is not resumed and can't react.
#[must_use = "an async generator runs nothing until its first step is awaited"]
pub struct AsyncGenerator<B> {
    /// `None` from the end of the body on.
    body: Option<B>,
    stage: Stage,
}

/// Where the body stands between two polls.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Created,
    /// At a `yield`.
    Suspended,
    /// At an `await`: an operation is under way, or its future was dropped half-way.
    Unfinished,
    /// It has ended or panicked.
    Closed,
}

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
        Next { generator: self }
    }
}

impl<B: Engine> AsyncGenerator<B> {
    /// Tells where the generator stands: Python's `inspect.getasyncgenstate(g)` (3.12).
    ///
    /// ```
    /// use futures_lite::future;
    /// use twin_async_generators::{AsyncGenerator, State};
    ///
    /// # smol::block_on(async {
    /// let mut one = AsyncGenerator::new(|mut co| async move {
    ///     future::yield_now().await;
    ///     co.yield_(1).await;
    /// });
    /// assert_eq!(one.state(), State::Created);
    /// assert_eq!(future::poll_once(one.next()).await, None);
    /// assert_eq!(one.state(), State::Running);
    /// assert_eq!(one.next().await, Some(1));
    /// assert_eq!(one.state(), State::Suspended);
    /// assert_eq!(one.next().await, None);
    /// assert_eq!(one.state(), State::Closed);
    /// # });
    /// ```
    pub fn state(&self) -> State {
        match self.stage {
            Stage::Created => State::Created,
            Stage::Suspended => State::Suspended,
            Stage::Unfinished => State::Running,
            Stage::Closed => State::Closed,
        }
    }

    /// Runs the body until it yields, ends, or waits; closes the generator if it ended.
    ///
    /// The body is gone, and its destructors have run, before the caller learns the outcome.
    #[inline]
    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Outcome<B>> {
        let Some(body) = &mut self.body else {
            unreachable!("the caller has looked: there is a body");
        };
        // If the body panics, the generator stays closed.
        self.stage = Stage::Closed;
        let outcome = body.poll(context);
        match outcome {
            Poll::Ready(Ok(Step::Yielded(_))) => self.stage = Stage::Suspended,
            Poll::Ready(_) => self.body = None,
            Poll::Pending => self.stage = Stage::Unfinished,
        }
        outcome
    }
}

/// Python's `async for x in g`. The return value is dropped. A body that raises
/// [`Raised::Exit`] of itself ends the iteration.
impl<B: Engine<Send = ()>> Stream for AsyncGenerator<B> {
    type Item = <B::Mode as Mode>::Item<B::Yield>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match (this.stage, &mut this.body) {
            (Stage::Suspended, Some(body)) => body.send(()),
            (Stage::Created | Stage::Unfinished, Some(_)) => {}
            (Stage::Closed, _) | (_, None) => return Poll::Ready(None),
        }
        this.poll_body(context).map(|outcome| match outcome {
            Ok(Step::Yielded(value)) => Some(B::Mode::item(Ok(value))),
            Err(Raised::Error(error)) => Some(B::Mode::item(Err(error))),
            Ok(Step::Complete(_)) | Err(Raised::Exit | Raised::IgnoredExit) => None,
        })
    }
}

impl<B: Engine<Send = ()>> FusedStream for AsyncGenerator<B> {
    fn is_terminated(&self) -> bool {
        self.stage == Stage::Closed
    }
}

/// `for await x in g`.
#[cfg(feature = "nightly")]
impl<B: Engine<Send = ()>> std::async_iter::AsyncIterator for AsyncGenerator<B> {
    type Item = <B::Mode as Mode>::Item<B::Yield>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Stream::poll_next(self, context)
    }
}

impl<B> AsyncGenerator<B> {
    pub(crate) fn created(body: B) -> Self {
        Self { body: Some(body), stage: Stage::Created }
    }
}

impl<B: Engine> fmt::Debug for AsyncGenerator<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncGenerator").field(&self.state()).finish()
    }
}
