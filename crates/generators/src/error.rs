//! What goes wrong: what is thrown in, what comes out, and one error per operation.

use std::error::Error;
use std::fmt;

/// What is raised *into* a body at its `yield`: an error of the caller, or the request to exit.
///
/// Python: the argument of `throw`, and the `GeneratorExit` of `close`.
///
/// # Examples
///
/// ```
/// use twin_generators::Thrown;
///
/// assert_eq!(Thrown::Error("boom").to_string(), "boom");
/// assert_eq!(Thrown::<&str>::Exit.to_string(), "GeneratorExit");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thrown<E> {
    /// An error of the generator's own type.
    Error(E),
    /// Python's `GeneratorExit`: the generator is being closed.
    Exit,
}

/// What a `yield` receives where it catches: the sent value, or what is thrown in.
///
/// On the native engine every `yield` gives one. Naming it helps inference where a body calls
/// methods on what it receives.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, Received, Step};
///
/// let mut lengths = Generator::native(
///     #[coroutine]
///     |_: Received<&str>| {
///         let word = (yield 0)?;
///         Ok(word.len())
///     },
/// );
/// lengths.start().unwrap();
/// assert_eq!(lengths.send("spam"), Ok(Step::Complete(4)));
/// ```
#[cfg(feature = "nightly")]
pub type Received<S = (), E = std::convert::Infallible> = Result<S, Thrown<E>>;

/// What comes *out* of a body that neither yields nor returns.
///
/// # Examples
///
/// ```
/// use twin_generators::{Generator, Raised};
///
/// let mut failing = Generator::fallible(|mut co| async move {
///     co.yield_(1).await;
///     Ok::<(), _>(())
/// });
/// assert_eq!(failing.next(), Some(Ok(1)));
/// assert_eq!(failing.throw("boom"), Err(Raised::Error("boom")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Raised<E> {
    /// The body ended with this error, its own or one thrown in that it did not catch.
    Error(E),
    /// The body ended with `GeneratorExit`.
    Exit,
    /// A delegate of the body yielded when it was asked to exit. Python: `RuntimeError`,
    /// "generator ignored GeneratorExit".
    IgnoredExit,
}

impl<E> From<E> for Thrown<E> {
    fn from(error: E) -> Self {
        Self::Error(error)
    }
}

impl<E> From<E> for Raised<E> {
    fn from(error: E) -> Self {
        Self::Error(error)
    }
}

impl<E> From<Thrown<E>> for Raised<E> {
    fn from(thrown: Thrown<E>) -> Self {
        match thrown {
            Thrown::Error(error) => Self::Error(error),
            Thrown::Exit => Self::Exit,
        }
    }
}

/// What can be thrown into a generator that takes an `E`: an `E`, or the exit as
/// [`Thrown::Exit`].
///
/// ```
/// use twin_generators::{Generator, Raised, Thrown};
///
/// let mut numbers = Generator::fallible(|mut co| async move {
///     co.yield_(1).await;
///     Ok::<(), &str>(())
/// });
/// assert_eq!(numbers.next(), Some(Ok(1)));
/// assert_eq!(numbers.throw("boom"), Err(Raised::Error("boom")));
/// assert_eq!(numbers.throw(Thrown::Exit), Err(Raised::Exit));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be thrown into a generator that takes `{E}`",
    label = "is neither `{E}` nor `Thrown<{E}>`",
    note = "a generator takes errors of its own type alone",
    note = "one that is made by `Generator::new` or `Generator::native` can't raise at all, and \
            takes `Thrown::Exit` alone: make one that can by `Generator::fallible`"
)]
pub trait IntoThrown<E> {
    #[doc(hidden)]
    fn into_thrown(self) -> Thrown<E>;
}

impl<E> IntoThrown<E> for E {
    fn into_thrown(self) -> Thrown<E> {
        Thrown::Error(self)
    }
}

impl<E> IntoThrown<E> for Thrown<E> {
    fn into_thrown(self) -> Self {
        self
    }
}

/// What a body can raise whose errors are `E`: an `E`, what was caught at a `try_yield`
/// ([`Thrown`]), or at a `try_yield_from` ([`Raised`]).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be raised by a body whose errors are `{E}`",
    label = "is none of `{E}`, `Thrown<{E}>` and `Raised<{E}>`",
    note = "turn it into the body's own error first: `co.raise({E}::from(error)).await`",
    note = "a body of `Generator::new` can't raise at all, but for the exit: make one that can by \
            `Generator::fallible`"
)]
pub trait IntoRaised<E> {
    #[doc(hidden)]
    fn into_raised(self) -> Raised<E>;
}

impl<E> IntoRaised<E> for E {
    fn into_raised(self) -> Raised<E> {
        Raised::Error(self)
    }
}

impl<E> IntoRaised<E> for Thrown<E> {
    fn into_raised(self) -> Raised<E> {
        self.into()
    }
}

impl<E> IntoRaised<E> for Raised<E> {
    fn into_raised(self) -> Self {
        self
    }
}

impl<E> Raised<E> {
    pub(crate) fn map<F>(self, convert: impl FnOnce(E) -> F) -> Raised<F> {
        match self {
            Self::Error(error) => Raised::Error(convert(error)),
            Self::Exit => Raised::Exit,
            Self::IgnoredExit => Raised::IgnoredExit,
        }
    }
}

/// The error of [`start`](crate::Generator::start).
///
/// ```
/// use twin_generators::{Generator, StartError};
///
/// let mut one = Generator::new(|mut co| async move { co.yield_(1).await; });
/// assert_eq!(one.next(), Some(1));
/// assert_eq!(one.start(), Err(StartError::AlreadyStarted));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartError<E> {
    /// The body waits at a `yield`: give it a value with `send`, or `resume` it.
    AlreadyStarted,
    /// The generator is closed.
    Finished,
    /// The body ended with this before its first `yield`.
    Raised(Raised<E>),
}

/// The error of [`resume`](crate::Generator::resume).
///
/// ```
/// use twin_generators::{Generator, ResumeError, Step};
///
/// let mut empty = Generator::new(|co: twin_generators::Co<i32>| async move { drop(co) });
/// assert_eq!(empty.resume(), Ok(Step::Complete(())));
/// assert_eq!(empty.resume(), Err(ResumeError::Finished));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResumeError<E> {
    /// The generator is closed.
    Finished,
    /// The body ended with this.
    Raised(Raised<E>),
}

/// The error of [`send`](crate::Generator::send). What could not be sent comes back.
///
/// Its `Debug` leaves that out, so that any step can be unwrapped. `?` turns it into a
/// `Box<dyn Error>` only where what is sent borrows nothing, as that error must be `'static`.
///
/// ```
/// use twin_generators::{Generator, SendError};
///
/// let mut echo = Generator::new(|mut co| async move {
///     let heard = co.yield_("ready").await;
///     println!("body: heard {heard}");
/// });
/// assert_eq!(echo.send(42), Err(SendError::JustStarted(42)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendError<S, E> {
    /// No `yield` waits for a value yet: call `start` first. Python: `TypeError`.
    JustStarted(S),
    /// The generator is closed. Python: `StopIteration`.
    Finished(S),
    /// The body ended with this.
    Raised(Raised<E>),
}

/// The error of [`close`](crate::Generator::close).
///
/// ```
/// use twin_generators::{CloseError, Generator};
///
/// let mut stubborn = Generator::new(|mut co| async move {
///     let _ = co.try_yield(1).await;
///     co.yield_(2).await;
/// });
/// assert_eq!(stubborn.next(), Some(1));
/// assert_eq!(stubborn.close(), Err(CloseError::IgnoredExit));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseError<E> {
    /// The body, or a delegate of it, yielded instead of ending. Python: `RuntimeError`.
    IgnoredExit,
    /// The body ended with this error.
    Raised(E),
}

// By hand, so that any step can be unwrapped: what could not be sent need not be `Debug`.
impl<S, E: fmt::Debug> fmt::Debug for SendError<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JustStarted(_) => f.debug_tuple("JustStarted").finish_non_exhaustive(),
            Self::Finished(_) => f.debug_tuple("Finished").finish_non_exhaustive(),
            Self::Raised(raised) => f.debug_tuple("Raised").field(raised).finish(),
        }
    }
}

// The texts are CPython's, where CPython has one.

impl<E: fmt::Display> fmt::Display for Thrown<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Exit => f.write_str("GeneratorExit"),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Raised<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Exit => f.write_str("GeneratorExit"),
            Self::IgnoredExit => f.write_str("generator ignored GeneratorExit"),
        }
    }
}

impl<E: fmt::Display> fmt::Display for StartError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyStarted => f.write_str("generator already started"),
            Self::Finished => f.write_str("StopIteration"),
            Self::Raised(raised) => raised.fmt(f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for ResumeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str("StopIteration"),
            Self::Raised(raised) => raised.fmt(f),
        }
    }
}

impl<S, E: fmt::Display> fmt::Display for SendError<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JustStarted(_) => {
                f.write_str("can't send non-None value to a just-started generator")
            }
            Self::Finished(_) => f.write_str("StopIteration"),
            Self::Raised(raised) => raised.fmt(f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for CloseError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IgnoredExit => f.write_str("generator ignored GeneratorExit"),
            Self::Raised(error) => error.fmt(f),
        }
    }
}

// No `source`: the text already is the inner error's own.

impl<E: fmt::Debug + fmt::Display> Error for Thrown<E> {}
impl<E: fmt::Debug + fmt::Display> Error for Raised<E> {}
impl<E: fmt::Debug + fmt::Display> Error for StartError<E> {}
impl<E: fmt::Debug + fmt::Display> Error for ResumeError<E> {}
impl<S, E: fmt::Debug + fmt::Display> Error for SendError<S, E> {}
impl<E: fmt::Debug + fmt::Display> Error for CloseError<E> {}
