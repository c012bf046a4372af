//! `athrow`: raise at the `yield` where the body waits.

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{IntoThrown, Thrown};

use crate::engine::{Engine, Outcome};
use crate::error::ThrowError;
use crate::generator::{AsyncGenerator, Stage};
use crate::start::{POLLED_AFTER_END, Progress};

impl<B: Engine> AsyncGenerator<B> {
    /// Raises an error at the `yield` where the body waits: Python's `await g.athrow(e)`.
    ///
    /// A body that catches it (`try_yield`) carries on, and its next step comes back. Else the
    /// body ends, its destructors run, and the error comes back. A generator that has not been
    /// started is closed without running a line of it.
    ///
    /// # Errors
    ///
    /// What the body raises: what was thrown in and not caught, or what it raised instead. Half-way
    /// through another step, and after the end, what could not be thrown comes back; Python loses
    /// an exception that is thrown into a finished async generator.
    ///
    /// # Cancellation
    ///
    /// As [`asend`](Self::asend).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step, Thrown};
    ///
    /// # smol::block_on(async {
    /// let mut careful = AsyncGenerator::fallible(|mut co| async move {
    ///     match co.try_yield("working").await {
    ///         Err(Thrown::Error("boom")) => Ok("recovered"),
    ///         Err(Thrown::Error(error)) => Err(error),
    ///         Err(Thrown::Exit) | Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(careful.next().await, Some(Ok("working")));
    /// assert_eq!(careful.athrow("boom").await, Ok(Step::Complete("recovered")));
    /// # });
    /// ```
    pub fn athrow(&mut self, thrown: impl IntoThrown<B::Error>) -> Athrow<'_, B, B::Error> {
        Athrow { generator: self, thrown: Some(thrown.into_thrown()), progress: Progress::Ahead }
    }
}

/// Future of [`AsyncGenerator::athrow`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Athrow<'a, B, E> {
    generator: &'a mut AsyncGenerator<B>,
    /// Not yet handed to the body.
    thrown: Option<Thrown<E>>,
    progress: Progress,
}

impl<B, E> Unpin for Athrow<'_, B, E> {}

impl<B: Engine> Future for Athrow<'_, B, B::Error> {
    type Output = Outcome<B, ThrowError<B::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(thrown) = this.thrown.take() {
            this.progress = Progress::Ready;
            let refused = match (this.generator.stage, &mut this.generator.body) {
                (Stage::Suspended, Some(body)) => {
                    body.throw(thrown).err().map(|thrown| ThrowError::Raised(thrown.into()))
                }
                (Stage::Created, _) => Some(ThrowError::Raised(thrown.into())),
                (Stage::Unfinished | Stage::Closing, _) => {
                    return Poll::Ready(Err(ThrowError::Unfinished(thrown)));
                }
                (Stage::Closed, _) | (_, None) => Some(ThrowError::Finished(thrown)),
            };
            if let Some(error) = refused {
                this.generator.discard();
                return Poll::Ready(Err(error));
            }
        } else if let Progress::Ready = this.progress {
            panic!("{POLLED_AFTER_END}");
        }
        let outcome = this.generator.poll_body(context);
        this.progress.polled(&outcome);
        outcome.map_err(ThrowError::Raised)
    }
}
