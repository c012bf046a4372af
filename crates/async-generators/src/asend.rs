//! `asend`: resume the body with a value.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::engine::{Engine, Outcome};
use crate::error::SendError;
use crate::generator::{AsyncGenerator, Stage};
use crate::start::{POLLED_AFTER_END, Progress};

impl<B: Engine> AsyncGenerator<B> {
    /// Resumes the body with a value, which its `yield` gives: Python's `await g.asend(v)`.
    ///
    /// # Errors
    ///
    /// The value comes back if no `yield` waits for it: before [`start`](Self::start), half-way
    /// through another step, and after the end.
    ///
    /// # Cancellation
    ///
    /// Dropped before its first poll, the future has sent nothing. Dropped half-way, it leaves
    /// the body, which has received the value, at its `await`; [`finish`](Self::finish) goes on
    /// from there.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, SendError, Step};
    ///
    /// # smol::block_on(async {
    /// let mut sum = AsyncGenerator::new(|mut co| async move {
    ///     let left = co.yield_("left").await;
    ///     let right = co.yield_("right").await;
    ///     left + right
    /// });
    /// assert_eq!(sum.asend(1).await, Err(SendError::JustStarted(1)));
    /// assert_eq!(sum.start().await, Ok(Step::Yielded("left")));
    /// assert_eq!(sum.asend(1).await, Ok(Step::Yielded("right")));
    /// assert_eq!(sum.asend(2).await, Ok(Step::Complete(3)));
    /// assert_eq!(sum.asend(3).await, Err(SendError::Finished(3)));
    /// # });
    /// ```
    #[inline]
    pub fn asend(&mut self, value: B::Send) -> Asend<'_, B, B::Send> {
        Asend { generator: self, value: Some(value), progress: Progress::Ahead }
    }
}

/// Future of [`AsyncGenerator::asend`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Asend<'a, B, S> {
    generator: &'a mut AsyncGenerator<B>,
    /// Not yet handed to the body.
    value: Option<S>,
    progress: Progress,
}

impl<B, S> Unpin for Asend<'_, B, S> {}

impl<B: Engine> Future for Asend<'_, B, B::Send> {
    type Output = Outcome<B, SendError<B::Send, B::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(value) = this.value.take() {
            this.progress = Progress::Ready;
            let error = match (this.generator.stage, &mut this.generator.body) {
                (Stage::Suspended, Some(body)) => {
                    body.send(value);
                    None
                }
                (Stage::Created, _) => Some(SendError::JustStarted(value)),
                (Stage::Unfinished | Stage::Closing, _) => Some(SendError::Unfinished(value)),
                (Stage::Closed, _) | (_, None) => Some(SendError::Finished(value)),
            };
            if let Some(error) = error {
                return Poll::Ready(Err(error));
            }
        } else if let Progress::Ready = this.progress {
            panic!("{POLLED_AFTER_END}");
        }
        let outcome = this.generator.poll_body(context);
        this.progress.polled(&outcome);
        outcome.map_err(SendError::Raised)
    }
}
