//! `aclose`: ask the body to end, and wait for its clean-up. `aclosing`: a scope that does.

use std::borrow::BorrowMut;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Raised, Step, Thrown};

use crate::engine::Engine;
use crate::error::CloseError;
use crate::generator::{AsyncGenerator, Stage};
use crate::start::POLLED_AFTER_READY;

impl<B: Engine> AsyncGenerator<B> {
    /// Asks the body to end, and waits until it has: Python's `await g.aclose()`.
    ///
    /// [`Thrown::Exit`] is raised at the `yield` where the body waits. A body that catches it
    /// (`try_yield`) may await its clean-up and return a value, which comes back. A body that
    /// doesn't is dropped there, as is one that an operation dropped half-way has left at an
    /// `await`. Closing a generator that has ended does nothing.
    ///
    /// # Errors
    ///
    /// If the body raises while it cleans up, or yields again: the generator then stays suspended
    /// and can be closed once more.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the clean-up at its `await`. `aclose` again, and it
    /// goes on from there.
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
        Aclose { generator: self, asked: false }
    }
}

/// How closing a generator with the body `B` ended: with what the body returned, if it caught the
/// exit and did.
pub type Closed<B> = Result<Option<<B as Engine>::Return>, CloseError<<B as Engine>::Error>>;

/// Future of [`AsyncGenerator::aclose`].
#[must_use = "a generator whose `aclose` is not awaited is not closed"]
pub struct Aclose<'a, B> {
    generator: &'a mut AsyncGenerator<B>,
    asked: bool,
}

impl<B: Engine> Future for Aclose<'_, B> {
    type Output = Closed<B>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let generator = &mut *this.generator;
        if !this.asked {
            this.asked = true;
            if generator.stage != Stage::Closing {
                let caught = match (generator.stage, &mut generator.body) {
                    (Stage::Suspended, Some(body)) => body.throw(Thrown::Exit).is_ok(),
                    _ => false,
                };
                if !caught {
                    generator.discard();
                    return Poll::Ready(Ok(None));
                }
                generator.stage = Stage::Closing;
            }
        } else if generator.stage != Stage::Closing {
            panic!("{}", POLLED_AFTER_READY);
        }
        generator.poll_body(context).map(|outcome| match outcome {
            Ok(Step::Complete(value)) => Ok(Some(value)),
            Err(Raised::Exit) => Ok(None),
            Ok(Step::Yielded(_)) | Err(Raised::IgnoredExit) => Err(CloseError::IgnoredExit),
            Err(Raised::Error(error)) => Err(CloseError::Raised(error)),
        })
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
/// was handed over is dropped.
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
