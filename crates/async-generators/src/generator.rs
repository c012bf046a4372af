//! The async generator: Python's protocol, written once for every engine.

use std::fmt;
use std::mem;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};
use twin_generators::{Mode, Raised, State, Step};

use crate::engine::{Engine, Outcome};
use crate::error::ResumeError;
use crate::hooks::{self, Closer};

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
    pub(crate) body: Option<B>,
    pub(crate) stage: Stage,
    pub(crate) created_at: &'static Location<'static>,
    pub(crate) closer: Option<Closer<B>>,
    /// Whether a drop before its end is reported.
    pub(crate) is_told_of: bool,
}

/// Where the body stands between two polls.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    Created,
    /// At a `yield`.
    Suspended,
    /// At an `await`: an operation is under way, or its future was dropped half-way.
    Unfinished,
    /// At an `await` of its clean-up: the same, and the operation is `aclose`.
    Closing,
    /// It is gone.
    Closed,
}

impl<B> AsyncGenerator<B> {
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
            Stage::Unfinished | Stage::Closing => State::Running,
            Stage::Closed => State::Closed,
        }
    }
}

impl<B: Engine> AsyncGenerator<B> {
    /// Runs the body until it yields, ends, or waits; closes the generator if it ended.
    ///
    /// The body is gone, and its destructors have run, before the caller learns the outcome.
    // `always`: left to itself, the compiler calls it at every step.
    #[inline(always)]
    pub(crate) fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Outcome<B>> {
        let closing = CloseOnPanic(self);
        let Some(body) = &mut closing.0.body else {
            unreachable!("the caller has looked: there is a body");
        };
        let outcome = body.poll(context);
        match outcome {
            Poll::Ready(Ok(Step::Yielded(_))) => closing.0.stage = Stage::Suspended,
            Poll::Ready(_) => return outcome,
            Poll::Pending if closing.0.stage == Stage::Closing => {}
            Poll::Pending => closing.0.stage = Stage::Unfinished,
        }
        mem::forget(closing);
        outcome
    }

    /// Drops the body where it stands.
    // Not in the loop that takes the items.
    #[inline(never)]
    pub(crate) fn discard(&mut self) {
        self.stage = Stage::Closed;
        if let Some(body) = &mut self.body {
            body.discard();
        }
        self.body = None;
    }
}

/// Closes the generator when dropped: at the end of its body, and when it panics.
struct CloseOnPanic<'a, B: Engine>(&'a mut AsyncGenerator<B>);

impl<B: Engine> Drop for CloseOnPanic<'_, B> {
    fn drop(&mut self) {
        self.0.discard();
    }
}

/// Python's `async for x in g`. The return value is dropped. A body that raises
/// [`Raised::Exit`] of itself ends the iteration.
impl<B: Engine<Send = ()>> Stream for AsyncGenerator<B> {
    type Item = <B::Mode as Mode>::Item<B::Yield>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_start_or_send((), context).map(item::<B>)
    }
}

/// What iterating gives for a step.
#[inline]
pub(crate) fn item<B: Engine>(
    outcome: Outcome<B, ResumeError<B::Error>>,
) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
    match outcome {
        Ok(Step::Yielded(value)) => Some(B::Mode::item(Ok(value))),
        Err(ResumeError::Raised(Raised::Error(error))) => Some(B::Mode::item(Err(error))),
        Ok(Step::Complete(_))
        | Err(ResumeError::Finished)
        | Err(ResumeError::Raised(Raised::Exit | Raised::IgnoredExit)) => None,
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
    #[track_caller]
    pub(crate) fn created(body: B) -> Self {
        Self {
            body: Some(body),
            stage: Stage::Created,
            created_at: Location::caller(),
            closer: None,
            is_told_of: true,
        }
    }

    /// The generator, lent to be the body of another, which stands where it does: one that has ended
    /// has no body, and so the other.
    pub(crate) fn lent<'a, C>(
        &'a mut self,
        body: impl FnOnce(&'a mut Self) -> C,
    ) -> AsyncGenerator<C> {
        let (stage, created_at) = (self.stage, self.created_at);
        AsyncGenerator {
            body: if self.body.is_some() { Some(body(self)) } else { None },
            stage,
            created_at,
            closer: None,
            is_told_of: false,
        }
    }

    /// The same generator, its body in another form.
    pub(crate) fn map<C>(mut self, convert: impl FnOnce(B) -> C) -> AsyncGenerator<C> {
        let Self { body, stage, created_at, .. } = &mut self;
        AsyncGenerator {
            body: body.take().map(convert),
            stage: mem::replace(stage, Stage::Closed),
            created_at,
            closer: None,
            is_told_of: true,
        }
    }

    /// Moves the generator out of a place that keeps a closed one.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            body: self.body.take(),
            stage: mem::replace(&mut self.stage, Stage::Closed),
            created_at: self.created_at,
            closer: self.closer.take(),
            is_told_of: self.is_told_of,
        }
    }
}

impl<B> Drop for AsyncGenerator<B> {
    fn drop(&mut self) {
        let begun = matches!(self.stage, Stage::Suspended | Stage::Unfinished | Stage::Closing);
        if begun && self.is_told_of {
            hooks::finalize(self);
        }
    }
}

impl<B> fmt::Debug for AsyncGenerator<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncGenerator").field(&self.state()).finish()
    }
}
