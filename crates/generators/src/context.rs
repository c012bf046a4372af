//! Guards made from generators: Python's `contextlib`.

use std::borrow::BorrowMut;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::delegate::Forward;
use crate::engine::Engine;
use crate::error::{Raised, ResumeError, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// Runs a block between the two halves of a generator: Python's `with` and `@contextmanager`.
///
/// The generator yields once. What comes before its `yield` prepares, what it yields is the
/// block's, what comes after cleans up. An error of the block is thrown in at the `yield`.
///
/// Gives what the block returned, or `None` if the generator caught the block's error. An error
/// that the generator can't take passes through it: a body that can't raise is closed, so that its
/// clean-up runs, and the error comes back. If the block panics, the generator is closed too.
///
/// # Errors
///
/// What the block or the generator raises, or a [`ContextError`] that tells that the generator
/// did not yield exactly once.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use twin_generators::{Generator, Thrown, with};
///
/// let open = Cell::new(0);
/// let file = || {
///     Generator::fallible(|mut co| {
///         let open = &open;
///         async move {
///             open.set(open.get() + 1);
///             let result = co.try_yield("contents").await;
///             open.set(open.get() - 1);
///             match result {
///                 Err(Thrown::Error(error)) => Err(error),
///                 _ => Ok(()),
///             }
///         }
///     })
/// };
///
/// let length = with(file(), |contents| {
///     assert_eq!(open.get(), 1);
///     Ok::<_, &str>(contents.len())
/// });
/// assert_eq!(length, Ok(Some(8)));
/// assert!(with(file(), |_| Err::<(), _>("unreadable")).is_err());
/// assert_eq!(open.get(), 0);
/// ```
pub fn with<B, T, E>(
    generator: Generator<B>,
    block: impl FnOnce(B::Yield) -> Result<T, E>,
) -> Result<Option<T>, ContextError<E>>
where
    B: Engine<Send = (), Mode: Forward<E>>,
{
    let (context, value) = Context::enter(generator).map_err(outward::<B, E>)?;
    match block(value) {
        Ok(value) => {
            context.exit().map_err(outward::<B, E>)?;
            Ok(Some(value))
        }
        Err(error) => {
            context.throw(error)?;
            Ok(None)
        }
    }
}

/// A generator between its two halves: what `with` has entered.
///
/// [`with`] is the way to use it; this is for a block that isn't one closure. Dropped without
/// [`exit`](Self::exit) or [`throw`](Self::throw), as when the block is left by `?` or a panic,
/// it closes the generator: the clean-up runs, and an error of it is lost.
#[must_use = "a context that is dropped at once closes its generator at once"]
pub struct Context<B: Engine>(Generator<B>);

impl<B: Engine<Send = ()>> Context<B> {
    /// Runs the generator to its `yield`: Python's `__enter__`.
    ///
    /// # Errors
    ///
    /// If the body raises, or ends without a `yield`.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Context, Generator};
    ///
    /// let (context, value) = Context::enter(Generator::over([42]))?;
    /// assert_eq!(value, 42);
    /// context.exit()?;
    /// # Ok::<(), twin_generators::ContextError<std::convert::Infallible>>(())
    /// ```
    pub fn enter(mut generator: Generator<B>) -> Result<(Self, B::Yield), ContextError<B::Error>> {
        match generator.resume() {
            Ok(Step::Yielded(value)) => Ok((Self(generator), value)),
            Ok(Step::Complete(_)) | Err(ResumeError::Finished) => Err(ContextError::DidNotYield),
            Err(ResumeError::Raised(raised)) => Err(ContextError::Raised(raised)),
        }
    }

    /// Runs the generator to its end, which the block has reached without error: Python's
    /// `__exit__(None, None, None)`.
    ///
    /// # Errors
    ///
    /// If the body raises, or yields again.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Context, Generator};
    ///
    /// let timer = Generator::new(|mut co| async move {
    ///     co.yield_("started").await;
    ///     "stopped"
    /// });
    /// let (context, value) = Context::enter(timer).unwrap();
    /// assert_eq!((value, context.exit()), ("started", Ok("stopped")));
    /// ```
    pub fn exit(mut self) -> Result<B::Return, ContextError<B::Error>> {
        match self.0.resume() {
            Ok(Step::Complete(value)) => Ok(value),
            Ok(Step::Yielded(_)) | Err(ResumeError::Finished) => Err(ContextError::DidNotStop),
            Err(ResumeError::Raised(raised)) => Err(ContextError::Raised(raised)),
        }
    }

    /// Throws the block's error into the generator: Python's `__exit__` with an exception.
    ///
    /// `Ok` tells that the generator has caught it, as Python's `True` does.
    ///
    /// # Errors
    ///
    /// The same error if the generator does not catch it; what the body raises instead, or a
    /// [`ContextError`] if it yields again.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Context, ContextError, Generator, Raised};
    ///
    /// let (context, ()) = Context::enter(Generator::over([()])).unwrap();
    /// let error = context.throw("out of paper").unwrap_err();
    /// assert_eq!(error, ContextError::Raised(Raised::Error("out of paper")));
    /// ```
    pub fn throw<E>(mut self, error: E) -> Result<B::Return, ContextError<E>>
    where
        B::Mode: Forward<E>,
    {
        match <B::Mode as Forward<E>>::inward(error) {
            Ok(error) => match self.0.throw(Thrown::Error(error)) {
                Ok(Step::Complete(value)) => Ok(value),
                Ok(Step::Yielded(_)) => Err(ContextError::DidNotStopAfterThrow),
                Err(raised) => Err(ContextError::Raised(raised.map(B::Mode::outward))),
            },
            // It passes through: the clean-up runs, and nothing can catch it.
            Err(error) => match self.0.throw(Thrown::Exit) {
                Ok(Step::Yielded(_)) => Err(ContextError::DidNotStopAfterThrow),
                Ok(Step::Complete(_)) | Err(Raised::Exit) => {
                    Err(ContextError::Raised(Raised::Error(error)))
                }
                Err(raised) => Err(ContextError::Raised(raised.map(B::Mode::outward))),
            },
        }
    }
}

impl<B: Engine> Drop for Context<B> {
    fn drop(&mut self) {
        // Python does so too with a generator that did not stop.
        close_quietly(&mut self.0);
    }
}

fn outward<B: Engine<Mode: Forward<E>>, E>(error: ContextError<B::Error>) -> ContextError<E> {
    match error {
        ContextError::DidNotYield => ContextError::DidNotYield,
        ContextError::DidNotStop => ContextError::DidNotStop,
        ContextError::DidNotStopAfterThrow => ContextError::DidNotStopAfterThrow,
        ContextError::Raised(raised) => ContextError::Raised(raised.map(B::Mode::outward)),
    }
}

/// The error of [`with`]: of the block, of the generator, or of a generator that does not yield
/// exactly once.
///
/// ```
/// use twin_generators::{ContextError, Generator, with};
///
/// let twice = Generator::over([1, 2]);
/// let result = with(twice, |_| Ok::<_, &str>(()));
/// assert_eq!(result, Err(ContextError::DidNotStop));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextError<E> {
    /// The body ended before its first `yield`: nothing was entered.
    DidNotYield,
    /// The body yielded again at the end of the block.
    DidNotStop,
    /// The body caught the block's error and yielded again.
    DidNotStopAfterThrow,
    /// The error of the block that the generator did not catch, or an error of the body.
    Raised(Raised<E>),
}

impl<E: fmt::Display> fmt::Display for ContextError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidNotYield => f.write_str("generator didn't yield"),
            Self::DidNotStop => f.write_str("generator didn't stop"),
            Self::DidNotStopAfterThrow => f.write_str("generator didn't stop after throw()"),
            Self::Raised(raised) => raised.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> Error for ContextError<E> {}

/// Closes a generator at the end of the scope: Python's `contextlib.closing`.
///
/// Dropping a generator drops its body; this lets the body see the exit first, on every way out
/// of the scope. The generator is lent, or handed over.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, State, closing};
///
/// let mut countdown = Generator::over((1..=3).rev());
/// {
///     let mut countdown = closing(&mut countdown);
///     assert_eq!(countdown.next(), Some(3));
/// }
/// assert_eq!(countdown.state(), State::Closed);
///
/// let mut countdown = closing(Generator::over((1..=3).rev()));
/// assert_eq!(countdown.next(), Some(3));
/// assert_eq!(countdown.close(), Ok(None));
/// ```
pub fn closing<B: Engine, G: BorrowMut<Generator<B>>>(generator: G) -> Closing<B, G> {
    Closing { generator, body: PhantomData }
}

/// Guard of [`closing`].
///
/// An error of the body's clean-up is lost here, as a destructor has nobody to tell it to; where
/// it matters, end the scope with `guard.close()?`.
#[must_use = "a guard that is dropped at once closes at once"]
pub struct Closing<B: Engine, G: BorrowMut<Generator<B>> = Generator<B>> {
    generator: G,
    body: PhantomData<fn() -> B>,
}

impl<B: Engine, G: BorrowMut<Generator<B>>> Deref for Closing<B, G> {
    type Target = Generator<B>;

    fn deref(&self) -> &Generator<B> {
        self.generator.borrow()
    }
}

impl<B: Engine, G: BorrowMut<Generator<B>>> DerefMut for Closing<B, G> {
    fn deref_mut(&mut self) -> &mut Generator<B> {
        self.generator.borrow_mut()
    }
}

impl<B: Engine, G: BorrowMut<Generator<B>>> Drop for Closing<B, G> {
    fn drop(&mut self) {
        close_quietly(self.generator.borrow_mut());
    }
}

/// Closes a generator in a destructor.
fn close_quietly<B: Engine>(generator: &mut Generator<B>) {
    if thread::panicking() {
        // A panic that leaves a destructor while another one unwinds would abort the process.
        let _ = catch_unwind(AssertUnwindSafe(|| generator.close().is_ok()));
    } else {
        let _ = generator.close();
    }
}
