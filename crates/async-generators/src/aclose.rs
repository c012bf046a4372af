//! `aclose`: ask the body to end, and wait for its clean-up. `aclosing`: a scope that does.

use std::borrow::BorrowMut;
use std::error::Error;
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Raised, Step, Thrown};

use crate::engine::{Engine, Outcome};
use crate::error::CloseError;
use crate::generator::{AsyncGenerator, Stage};
use crate::start::POLLED_AFTER_END;

impl<B: Engine> AsyncGenerator<B> {
    /// Asks the body to end, and waits until it has: Python's `await g.aclose()`.
    ///
    /// [`Thrown::Exit`] is raised at the `yield` where the body waits. A body that catches it
    /// (`try_yield`) may await its clean-up and return a value, which comes back. A body that
    /// doesn't is dropped there. Closing a generator that has ended does nothing.
    ///
    /// A body that an operation dropped half-way has left at an `await` can't be thrown into: an
    /// `await` has no `Err`. There the event loop that runs on the thread cancels what the body
    /// waits for. Inside `twin_tasks::run`, what `catch_cancelled` wraps in the body catches that,
    /// may await its clean-up, and goes on cancelling; a body that refuses learns of the exit at its
    /// next `yield`. A body that doesn't catch it is dropped there, as under any other executor,
    /// where a future has only drop.
    ///
    /// # Errors
    ///
    /// If the body raises while it cleans up, or yields again: the generator then stays suspended
    /// and can be closed once more.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the clean-up at its `await`. `aclose` again, and it
    /// goes on from there; a body that was cancelled at an `await` is cancelled again. A clean-up that
    /// was cancelled, too, and goes on cancelling is at its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use smol::Timer;
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut counter = AsyncGenerator::new(|mut co| async move {
    ///     let mut count = 0;
    ///     while let Ok(()) = co.try_yield(count).await {
    ///         count += 1;
    ///     }
    ///     Timer::after(Duration::from_millis(1)).await;
    ///     count
    /// });
    /// assert_eq!(counter.next().await, Some(0));
    /// assert_eq!(counter.next().await, Some(1));
    /// assert_eq!(counter.aclose().await, Ok(Some(1)));
    /// assert_eq!(counter.aclose().await, Ok(None));
    /// # });
    /// ```
    pub fn aclose(&mut self) -> Aclose<'_, B> {
        Aclose(Way::Ahead(self))
    }
}

/// How closing a generator with the body `B` ended: with what the body returned, if it caught the
/// exit and did.
pub type Closed<B> = Result<Option<<B as Engine>::Return>, CloseError<<B as Engine>::Error>>;

/// Future of [`AsyncGenerator::aclose`].
#[must_use = "a generator whose `aclose` is not awaited is not closed"]
pub struct Aclose<'a, B>(Way<'a, B>);

/// How far it is.
enum Way<'a, B> {
    Ahead(&'a mut AsyncGenerator<B>),
    /// The body has caught the exit.
    CleansUp(&'a mut AsyncGenerator<B>),
    /// The event loop has cancelled what the body waits for, and something in it has caught that.
    Cancelled(&'a mut AsyncGenerator<B>),
    Over,
}

impl<B: Engine> Future for Aclose<'_, B> {
    type Output = Closed<B>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (generator, cancels) = match mem::replace(&mut self.0, Way::Over) {
            Way::Ahead(generator) if generator.stage == Stage::Closing => {
                return match generator.poll_once_more(context) {
                    Poll::Ready(outcome) => Poll::Ready(closed::<B>(outcome)),
                    Poll::Pending => {
                        self.0 = Way::CleansUp(generator);
                        Poll::Pending
                    }
                };
            }
            Way::Ahead(generator) if generator.stage == Stage::Unfinished => {
                (generator, Some(Cancels::Now))
            }
            Way::Cancelled(generator) => (generator, Some(Cancels::Before)),
            Way::Ahead(generator) | Way::CleansUp(generator) => (generator, None),
            Way::Over => panic!("{POLLED_AFTER_END}"),
        };
        if let Some(cancels) = cancels {
            match generator.poll_cancelled(cancels, context) {
                Poll::Ready(Some(outcome)) => return Poll::Ready(closed::<B>(outcome)),
                Poll::Ready(None) => {}
                Poll::Pending => {
                    self.0 = Way::Cancelled(generator);
                    return Poll::Pending;
                }
            }
        }
        if generator.stage == Stage::Suspended
            && let Some(body) = &mut generator.body
            && body.throw(Thrown::Exit).is_ok()
        {
            generator.stage = Stage::Closing;
        }
        if generator.stage != Stage::Closing {
            generator.discard();
            return Poll::Ready(Ok(None));
        }
        let Poll::Ready(outcome) = generator.poll_body(context) else {
            self.0 = Way::CleansUp(generator);
            return Poll::Pending;
        };
        Poll::Ready(closed::<B>(outcome))
    }
}

/// Whether what the body awaits is cancelled in this poll, or was in an earlier one.
enum Cancels {
    Now,
    Before,
}

impl<B: Engine> AsyncGenerator<B> {
    /// Polls a clean-up that an earlier `aclose` has left at its `await`.
    ///
    /// Who cancelled that one may have cancelled the clean-up: if it goes on cancelling, somebody has
    /// been told, and it is at its end.
    fn poll_once_more(&mut self, context: &mut Context<'_>) -> Poll<Outcome<B>> {
        let Some(event_loop) = twin_hooks::current() else { return self.poll_body(context) };
        let mut outcome = None;
        let mut poll =
            |context: &mut Context<'_>| self.poll_body(context).map(|ended| outcome = Some(ended));
        event_loop.poll_cancelled(&mut poll, context).map(|_| {
            outcome.unwrap_or_else(|| {
                self.discard();
                Err(Raised::Exit)
            })
        })
    }

    /// Polls a body that stands at an `await`, where the event loop cancels what it waits for.
    ///
    /// Gives how the body ended, or `None` where it is to be closed by other means: it has come to
    /// a `yield`, or nobody in it catches the cancellation.
    fn poll_cancelled(
        &mut self,
        cancels: Cancels,
        context: &mut Context<'_>,
    ) -> Poll<Option<Outcome<B>>> {
        let Some(event_loop) = twin_hooks::current() else { return Poll::Ready(None) };
        let mut outcome = None;
        let mut poll =
            |context: &mut Context<'_>| self.poll_body(context).map(|ended| outcome = Some(ended));
        let polled = match cancels {
            Cancels::Now => event_loop.poll_cancel(&mut poll, context),
            Cancels::Before => event_loop.poll_cancelled(&mut poll, context),
        };
        polled.map(|_| outcome.filter(|outcome| !matches!(outcome, Ok(Step::Yielded(_)))))
    }
}

fn closed<B: Engine>(outcome: Outcome<B>) -> Closed<B> {
    match outcome {
        Ok(Step::Complete(value)) => Ok(Some(value)),
        Err(Raised::Exit) => Ok(None),
        Ok(Step::Yielded(_)) | Err(Raised::IgnoredExit) => Err(CloseError::IgnoredExit),
        Err(Raised::Error(error)) => Err(CloseError::Raised(error)),
    }
}

/// Lends a generator to a block, closes it when the block has ended, and waits for that: Python's
/// `async with aclosing(g)`.
///
/// Takes the generator, or a `&mut` to it. Gives what the block gives.
///
/// # Errors
///
/// If closing fails; the block's own result is in the error.
///
/// # Cancellation
///
/// If the future is dropped, or the block panics, nobody waits for the clean-up: a generator that
/// was handed over is dropped. One that is [`finalized`](AsyncGenerator::finalized) is then closed by
/// the event loop. Inside `twin_tasks::run` a block that catches its own cancellation has the
/// generator closed first, and then goes on cancelling: [`async_with`](crate::async_with) shows how.
///
/// # Examples
///
/// ```
/// use twin_async_generators::{AsyncGenerator, aclosing};
///
/// # smol::block_on(async {
/// let numbers = AsyncGenerator::new(|mut co| async move {
///     for number in 1.. {
///         if co.try_yield(number).await.is_err() {
///             println!("body: closing");
///             break;
///         }
///     }
/// });
/// let even = aclosing(numbers, async |numbers| {
///     while let Some(number) = numbers.next().await {
///         if number % 2 == 0 {
///             return number; // early, and the generator is closed all the same
///         }
///     }
///     0
/// });
/// assert_eq!(even.await, Ok(2));
/// # });
/// ```
pub async fn aclosing<B: Engine, T>(
    mut generator: impl BorrowMut<AsyncGenerator<B>>,
    block: impl AsyncFnOnce(&mut AsyncGenerator<B>) -> T,
) -> Result<T, AclosingError<T, B::Error>> {
    let generator = generator.borrow_mut();
    let output = block(&mut *generator).await;
    match generator.aclose().await {
        Ok(_) => Ok(output),
        Err(error) => Err(AclosingError { output, error }),
    }
}

/// The error of [`aclosing`].
///
/// ```
/// use twin_async_generators::{AsyncGenerator, CloseError, aclosing};
///
/// # smol::block_on(async {
/// let stubborn = AsyncGenerator::new(|mut co| async move { while co.try_yield(1).await.is_err() {} });
/// let failed = aclosing(stubborn, async |g| g.next().await).await.unwrap_err();
/// assert_eq!(failed.output, Some(1));
/// assert_eq!(failed.error, CloseError::IgnoredExit);
/// # });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AclosingError<T, E> {
    /// What the block gave.
    pub output: T,
    /// Why the generator did not close.
    pub error: CloseError<E>,
}

// By hand, so that any block can be unwrapped: what it gave need not be `Debug`.
impl<T, E: fmt::Debug> fmt::Debug for AclosingError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AclosingError").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<T, E: fmt::Display> fmt::Display for AclosingError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T, E: fmt::Debug + fmt::Display> Error for AclosingError<T, E> {}
