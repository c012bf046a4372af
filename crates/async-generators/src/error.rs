//! One error per operation. What could not be used comes back in it.
//!
//! `twin-generators` has errors of the same names. These are others: a step here can be unfinished,
//! and CPython's words for async generators are their own. What a body throws and raises
//! ([`Thrown`], [`Raised`]) is one type in both.

use std::error::Error;
use std::fmt;

use twin_generators::{Raised, Thrown};

/// The error of [`start`](crate::AsyncGenerator::start).
///
/// ```
/// use twin_async_generators::{AsyncGenerator, StartError};
///
/// # smol::block_on(async {
/// let mut one = AsyncGenerator::new(|mut co| async move { co.yield_(1).await });
/// assert_eq!(one.next().await, Some(1));
/// assert_eq!(one.start().await, Err(StartError::AlreadyStarted));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartError<E> {
    /// The body waits at a `yield`, where `asend` reaches it, or at an `await` of its own, where
    /// `finish` goes on.
    AlreadyStarted,
    /// The generator is closed. Python: `StopAsyncIteration`.
    Finished,
    /// The body ended with this before its first `yield`.
    Raised(Raised<E>),
}

/// The error of [`resume`](crate::AsyncGenerator::resume).
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Co, ResumeError, Step};
///
/// # smol::block_on(async {
/// let mut empty = AsyncGenerator::new(|_: Co<i32>| async {});
/// assert_eq!(empty.resume().await, Ok(Step::Complete(())));
/// assert_eq!(empty.resume().await, Err(ResumeError::Finished));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResumeError<E> {
    /// The generator is closed. Python: `StopAsyncIteration`.
    Finished,
    /// The body ended with this.
    Raised(Raised<E>),
}

/// The error of [`asend`](crate::AsyncGenerator::asend). What could not be sent comes back.
///
/// Its `Debug` leaves that out, so that any step can be unwrapped. `?` turns it into a
/// `Box<dyn Error>` only where what is sent borrows nothing, as that error must be `'static`.
///
/// ```
/// use twin_async_generators::{AsyncGenerator, SendError};
///
/// # smol::block_on(async {
/// let mut echo = AsyncGenerator::new(|mut co| async move {
///     let heard = co.yield_("ready").await;
///     println!("body: heard {heard}");
/// });
/// assert_eq!(echo.asend(42).await, Err(SendError::JustStarted(42)));
/// # });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendError<S, E> {
    /// No `yield` waits for a value yet: call `start` first. Python: `TypeError`.
    JustStarted(S),
    /// The body waits at an `await`, since an operation was dropped half-way: `finish` it first.
    /// Python: `RuntimeError`.
    Unfinished(S),
    /// The generator is closed. Python: `StopAsyncIteration`.
    Finished(S),
    /// The body ended with this.
    Raised(Raised<E>),
}

/// The error of [`athrow`](crate::AsyncGenerator::athrow). What could not be thrown comes back.
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Raised, ThrowError, Thrown};
///
/// # smol::block_on(async {
/// let mut deaf = AsyncGenerator::fallible(|mut co| async move {
///     co.yield_(1).await;
///     Ok(())
/// });
/// assert_eq!(deaf.next().await, Some(Ok(1)));
/// assert_eq!(deaf.athrow("boom").await, Err(ThrowError::Raised(Raised::Error("boom"))));
/// assert_eq!(deaf.athrow("late").await, Err(ThrowError::Finished(Thrown::Error("late"))));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ThrowError<E> {
    /// The body waits at an `await`, since an operation was dropped half-way: `finish` it first.
    /// Python: `RuntimeError`.
    Unfinished(Thrown<E>),
    /// The generator is closed. Python loses the exception here without a word.
    Finished(Thrown<E>),
    /// The body ended with this: what was thrown in and not caught, or what it raised instead.
    Raised(Raised<E>),
}

/// The error of [`aclose`](crate::AsyncGenerator::aclose).
///
/// ```
/// use twin_async_generators::{AsyncGenerator, CloseError};
///
/// # smol::block_on(async {
/// let mut stubborn = AsyncGenerator::new(|mut co| async move {
///     let _ = co.try_yield(1).await;
///     co.yield_(2).await;
/// });
/// assert_eq!(stubborn.next().await, Some(1));
/// assert_eq!(stubborn.aclose().await, Err(CloseError::IgnoredExit));
/// # });
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
            Self::Unfinished(_) => f.debug_tuple("Unfinished").finish_non_exhaustive(),
            Self::Finished(_) => f.debug_tuple("Finished").finish_non_exhaustive(),
            Self::Raised(raised) => f.debug_tuple("Raised").field(raised).finish(),
        }
    }
}

// The texts are CPython's, where CPython has one.

const RUNNING: &str = "asynchronous generator is already running";
const IGNORED_EXIT: &str = "async generator ignored GeneratorExit";
const FINISHED: &str = "StopAsyncIteration";

fn raised<E: fmt::Display>(raised: &Raised<E>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match raised {
        Raised::IgnoredExit => f.write_str(IGNORED_EXIT),
        Raised::Error(_) | Raised::Exit => fmt::Display::fmt(raised, f),
    }
}

impl<E: fmt::Display> fmt::Display for StartError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyStarted => f.write_str("asynchronous generator already started"),
            Self::Finished => f.write_str(FINISHED),
            Self::Raised(error) => raised(error, f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for ResumeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str(FINISHED),
            Self::Raised(error) => raised(error, f),
        }
    }
}

impl<S, E: fmt::Display> fmt::Display for SendError<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JustStarted(_) => {
                f.write_str("can't send non-None value to a just-started async generator")
            }
            Self::Unfinished(_) => write!(f, "anext(): {RUNNING}"),
            Self::Finished(_) => f.write_str(FINISHED),
            Self::Raised(error) => raised(error, f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for ThrowError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfinished(_) => write!(f, "athrow(): {RUNNING}"),
            Self::Finished(_) => f.write_str(FINISHED),
            Self::Raised(error) => raised(error, f),
        }
    }
}

impl<E: fmt::Display> fmt::Display for CloseError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IgnoredExit => f.write_str(IGNORED_EXIT),
            Self::Raised(error) => error.fmt(f),
        }
    }
}

// No `source`: the text already is the inner error's own.

impl<E: fmt::Debug + fmt::Display> Error for StartError<E> {}
impl<E: fmt::Debug + fmt::Display> Error for ResumeError<E> {}
impl<S, E: fmt::Debug + fmt::Display> Error for SendError<S, E> {}
impl<E: fmt::Debug + fmt::Display> Error for ThrowError<E> {}
impl<E: fmt::Debug + fmt::Display> Error for CloseError<E> {}
