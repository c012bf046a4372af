//! `start`, the first step; `finish`, for a step whose future was dropped half-way.
//!
//! As all futures of this crate, theirs run nothing before they are polled, and panic if they are
//! polled again after their end.

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Raised, Step};

use crate::engine::{Engine, Outcome};
use crate::error::StartError;
use crate::generator::{AsyncGenerator, Stage};

/// What all futures of this crate say. CPython: "cannot reuse already awaited `__anext__()/asend()`".
pub(crate) const POLLED_AFTER_END: &str =
    "cannot reuse what has been awaited: each step is a call of its own";

impl<B: Engine> AsyncGenerator<B> {
    /// Runs the body from its beginning to its first `yield`: Python's first `await anext(g)`.
    ///
    /// # Errors
    ///
    /// If the body has been started before, or raises before it yields.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body at its `await`; [`finish`](Self::finish)
    /// goes on from there.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step};
    ///
    /// # smol::block_on(async {
    /// let mut echo = AsyncGenerator::new(|mut co| async move {
    ///     let heard = co.yield_("say something").await;
    ///     format!("you said {heard}")
    /// });
    /// assert_eq!(echo.start().await, Ok(Step::Yielded("say something")));
    /// assert_eq!(echo.asend("moo").await, Ok(Step::Complete("you said moo".to_owned())));
    /// # });
    /// ```
    pub fn start(&mut self) -> Start<'_, B> {
        Start { generator: self, progress: Progress::Ahead }
    }

    /// Goes on with a step whose future was dropped half-way, and gives what that step would
    /// have given; `None` if there is none.
    ///
    /// Python needs nothing like it: there a cancelled `asend` throws `CancelledError` into the
    /// body.
    ///
    /// # Errors
    ///
    /// What the body raises.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body where it is; `finish` again.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::future;
    /// use twin_async_generators::{AsyncGenerator, SendError, Step};
    ///
    /// # smol::block_on(async {
    /// let mut slow = AsyncGenerator::new(|mut co| async move {
    ///     let mut word = co.yield_("ready").await;
    ///     while word != "enough" {
    ///         future::yield_now().await;
    ///         word = co.yield_(word).await;
    ///     }
    /// });
    /// assert_eq!(slow.start().await, Ok(Step::Yielded("ready")));
    /// // Polled once and dropped: "spam" has reached the body, its answer is under way.
    /// assert_eq!(future::poll_once(slow.asend("spam")).await, None);
    /// assert_eq!(slow.asend("eggs").await, Err(SendError::Unfinished("eggs")));
    /// assert_eq!(slow.finish().await, Ok(Some(Step::Yielded("spam"))));
    /// assert_eq!(slow.asend("eggs").await, Ok(Step::Yielded("eggs")));
    /// # });
    /// ```
    pub fn finish(&mut self) -> Finish<'_, B> {
        Finish { generator: self, progress: Progress::Ahead }
    }
}

/// How far an operation's future is.
#[derive(Clone, Copy)]
pub(crate) enum Progress {
    Ahead,
    UnderWay,
    Ready,
}

impl Progress {
    /// How far it is after this poll.
    #[inline]
    pub(crate) fn polled<T>(&mut self, outcome: &Poll<T>) {
        *self = if outcome.is_ready() { Self::Ready } else { Self::UnderWay };
    }
}

/// Future of [`AsyncGenerator::start`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Start<'a, B> {
    generator: &'a mut AsyncGenerator<B>,
    progress: Progress,
}

impl<B: Engine> Future for Start<'_, B> {
    type Output = Outcome<B, StartError<B::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let outcome = match (this.progress, this.generator.stage) {
            (Progress::Ahead, Stage::Created) | (Progress::UnderWay, _) => {
                this.generator.poll_body(context).map_err(StartError::Raised)
            }
            (Progress::Ahead, Stage::Closed) => Poll::Ready(Err(StartError::Finished)),
            (Progress::Ahead, _) => Poll::Ready(Err(StartError::AlreadyStarted)),
            (Progress::Ready, _) => panic!("{POLLED_AFTER_END}"),
        };
        this.progress.polled(&outcome);
        outcome
    }
}

/// Future of [`AsyncGenerator::finish`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Finish<'a, B> {
    generator: &'a mut AsyncGenerator<B>,
    progress: Progress,
}

impl<B: Engine> Future for Finish<'_, B> {
    type Output = Result<Option<Step<B::Yield, B::Return>>, Raised<B::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match (self.progress, self.generator.stage) {
            (Progress::Ready, _) => panic!("{POLLED_AFTER_END}"),
            (_, Stage::Unfinished | Stage::Closing) => {
                self.generator.poll_body(context).map_ok(Some)
            }
            (_, Stage::Created | Stage::Suspended | Stage::Closed) => Poll::Ready(Ok(None)),
        };
        self.progress.polled(&outcome);
        outcome
    }
}
