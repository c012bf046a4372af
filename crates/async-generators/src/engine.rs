//! What runs a body: one trait, and the engines that implement it.
//!
//! The protocol (what may be called when, what closes a generator) is written once, in
//! [`AsyncGenerator`](crate::AsyncGenerator). An engine only knows how to poll a body to its next
//! `yield`.
//!
//! The modules are those of `twin-generators`, and so are their words, but not their code: an engine
//! there runs to a `yield` in one call; here what is sent or thrown is laid down first, for the step
//! may take many polls. What does not depend on that (the modes, what is thrown and raised, what has
//! a `None` to send) is taken from there.

mod boxed;
mod by_hand;
pub(crate) mod co;
mod convert;
#[cfg(feature = "nightly")]
mod native;
mod stable;

use std::convert::Infallible;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Mode, Raised, Step, Thrown};

pub use self::boxed::{
    BoxAsyncGenerator, BoxBody, BoxFallibleAsyncGenerator, SendBoxAsyncGenerator, SendBoxBody,
    SendBoxFallibleAsyncGenerator,
};
pub use self::by_hand::StreamBody;
pub use self::co::{Co, TryYield, Yield};
pub use self::convert::{MapErr, MapSent};
#[cfg(feature = "nightly")]
pub use self::native::NativeBody;
pub use self::stable::{AwaitBody, RaisingBody};

/// How a step of the body `B` ended: a [`Step`], or what went wrong.
pub type Outcome<B, X = Raised<<B as Engine>::Error>> =
    Result<Step<<B as Engine>::Yield, <B as Engine>::Return>, X>;

/// A body that can be polled to its next `yield`: what an [`AsyncGenerator`](crate::AsyncGenerator)
/// drives.
///
/// To write a type, name [`Body`] or [`FallibleBody`], which have their types as parameters; this
/// trait serves code over generators of any kind.
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Engine};
///
/// async fn count<B: Engine<Send = ()>>(mut generator: AsyncGenerator<B>) -> usize {
///     let mut count = 0;
///     while generator.next().await.is_some() {
///         count += 1;
///     }
///     count
/// }
///
/// let letters = AsyncGenerator::new(|mut co| async move { co.yield_('a').await });
/// assert_eq!(smol::block_on(count(letters)), 1);
/// ```
///
/// # By hand
///
/// Implement it for a state machine that shall see what is sent, what is thrown in and the exit:
/// Python's [`collections.abc.AsyncGenerator`], of which a class writes `asend` and `athrow`.
/// [`AsyncGenerator::of`](crate::AsyncGenerator::of) then has the rest of the protocol.
///
/// ```
/// use std::mem;
/// use std::task::{Context, Poll};
/// use twin_async_generators::{AsyncGenerator, Engine, Fallible, Outcome, Raised, Step, Thrown};
///
/// /// Yields a sum; starts again when "overflow" is thrown in; returns the sum when it is closed.
/// #[derive(Default)]
/// struct Sum {
///     total: i32,
///     thrown: Option<Thrown<&'static str>>,
/// }
///
/// impl Engine for Sum {
///     type Yield = i32;
///     type Send = i32;
///     type Return = i32;
///     type Error = &'static str;
///     type Mode = Fallible<&'static str>;
///
///     fn send(&mut self, value: i32) {
///         self.total += value;
///     }
///
///     fn throw(&mut self, thrown: Thrown<&'static str>) -> Result<(), Thrown<&'static str>> {
///         self.thrown = Some(thrown);
///         Ok(())
///     }
///
///     fn poll(&mut self, _: &mut Context<'_>) -> Poll<Outcome<Self>> {
///         Poll::Ready(match self.thrown.take() {
///             None => Ok(Step::Yielded(self.total)),
///             Some(Thrown::Error("overflow")) => {
///                 self.total = 0;
///                 Ok(Step::Yielded(0))
///             }
///             Some(Thrown::Error(error)) => Err(Raised::Error(error)),
///             Some(Thrown::Exit) => Ok(Step::Complete(mem::take(&mut self.total))),
///         })
///     }
/// }
///
/// # smol::block_on(async {
/// let mut sum = AsyncGenerator::of(Sum::default());
/// assert_eq!(sum.start().await, Ok(Step::Yielded(0)));
/// assert_eq!(sum.asend(40).await, Ok(Step::Yielded(40)));
/// assert_eq!(sum.athrow("overflow").await, Ok(Step::Yielded(0)));
/// assert_eq!(sum.asend(2).await, Ok(Step::Yielded(2)));
/// assert_eq!(sum.aclose().await, Ok(Some(2)));
/// # });
/// ```
///
/// [`collections.abc.AsyncGenerator`]: https://docs.python.org/3/library/collections.abc.html#collections.abc.AsyncGenerator
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the body of an async generator",
    note = "a stream becomes an async generator by `AsyncGenerator::over(stream)`, an async block by \
            `AsyncGenerator::new(|mut co| async move {{ … }})`"
)]
pub trait Engine: Unpin {
    /// What the body yields.
    type Yield;
    /// What a `yield` receives.
    type Send;
    /// What the body returns.
    type Return;
    /// What can be thrown into the body, and what it can raise.
    type Error;
    /// Whether the body can raise: decides what the generator's items are. [`Infallible`], or
    /// [`Fallible<Error>`](Fallible).
    type Mode: Mode<Error = Self::Error> + Split;

    /// Lays down what the `yield` receives where the body waits. Called at a `yield`, before the
    /// body is polled.
    fn send(&mut self, value: Self::Send);

    /// Lays down what is raised at the `yield` where the body waits, an error or the exit of
    /// `aclose`. Called at a `yield`, before the body is polled.
    ///
    /// # Errors
    ///
    /// It comes back if the body does not catch there: dropping the body is then its clean-up.
    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Result<(), Thrown<Self::Error>>;

    /// Runs the body to its next `yield`, its end, or an `await` that is not ready. Called first
    /// without a value, then after [`send`](Self::send) or [`throw`](Self::throw), or where an
    /// `await` was not ready.
    ///
    /// # Errors
    ///
    /// What the body raises. It is then dropped, as it is when it has completed.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>>;

    /// The body is dropped next, where it stands; one that is lent drops its owner's.
    #[doc(hidden)]
    fn discard(&mut self) {}
}

/// The body of a generator that cannot fail, with its types in order: what it yields, what is
/// sent to it, what it returns.
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Body};
///
/// fn countdown(from: u32) -> AsyncGenerator<impl Body<u32>> {
///     AsyncGenerator::new(move |mut co| async move {
///         for second in (1..=from).rev() {
///             co.yield_(second).await;
///         }
///     })
/// }
///
/// let mut countdown = countdown(3);
/// assert_eq!(smol::block_on(countdown.next()), Some(3));
/// ```
pub trait Body<Y, S = (), R = ()>:
    Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible>
{
}

impl<Y, S, R, B> Body<Y, S, R> for B where
    B: Engine<Yield = Y, Send = S, Return = R, Error = Infallible, Mode = Infallible>
{
}

/// The body of a generator of `Y` that can raise an `E`; then, as for [`Body`], what is sent to it and
/// what it returns.
///
/// ```
/// use std::num::ParseIntError;
/// use twin_async_generators::{AsyncGenerator, FallibleBody};
///
/// fn numbers(text: &str) -> AsyncGenerator<impl FallibleBody<i32, ParseIntError>> {
///     AsyncGenerator::fallible(move |mut co| async move {
///         for word in text.split(' ') {
///             co.yield_(word.parse()?).await;
///         }
///         Ok(())
///     })
/// }
///
/// # smol::block_on(async {
/// let mut numbers = numbers("1 two");
/// assert_eq!(numbers.next().await, Some(Ok(1)));
/// assert!(numbers.next().await.unwrap().is_err());
/// assert_eq!(numbers.next().await, None);
/// # });
/// ```
pub trait FallibleBody<Y, E, S = (), R = ()>:
    Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

impl<Y, E, S, R, B> FallibleBody<Y, E, S, R> for B where
    B: Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

/// The way back from an item to what it was made of.
#[doc(hidden)]
pub trait Split: Mode {
    fn split<Y>(item: Self::Item<Y>) -> Result<Y, Self::Error>;
}

impl Split for Infallible {
    fn split<Y>(item: Y) -> Result<Y, Self> {
        Ok(item)
    }
}

impl<E> Split for Fallible<E> {
    fn split<Y>(item: Result<Y, E>) -> Result<Y, E> {
        item
    }
}
