//! What runs a body: one trait, and the engines that implement it.
//!
//! The protocol (what may be called when, what closes a generator) is written once, in
//! [`AsyncGenerator`](crate::AsyncGenerator). An engine only knows how to poll a body to its next
//! `yield`.

mod boxed;
mod co;
mod genawaiter;
#[cfg(feature = "nightly")]
mod native;
mod stream;

use std::convert::Infallible;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Mode, Raised, Step, Thrown};

pub use self::boxed::{BoxAsyncGenerator, BoxBody, BoxFallibleAsyncGenerator};
pub use self::co::{Co, TryYield, Yield};
pub use self::genawaiter::AwaitBody;
#[cfg(feature = "nightly")]
pub use self::native::NativeBody;
pub use self::stream::StreamBody;

/// How a step of the body `B` ended: a [`Step`], or what went wrong.
pub type Outcome<B, X = Raised<<B as Engine>::Error>> =
    Result<Step<<B as Engine>::Yield, <B as Engine>::Return>, X>;

/// A body, started or not, that can be polled to its next `yield`.
///
/// Implemented by the bodies of this crate. To write a type, name [`Body`] or [`FallibleBody`],
/// which have their types as parameters; this trait serves code over generators of any kind.
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
pub trait Engine: sealed::Sealed + Unpin {
    /// What the body yields.
    type Yield;
    /// What a `yield` receives.
    type Send;
    /// What the body returns.
    type Return;
    /// What can be thrown into the body, and what it can raise.
    type Error;
    /// Whether the body can raise: decides what the generator's items are.
    type Mode: Mode<Error = Self::Error> + Split;

    /// Lays down what the `yield` receives where the body waits.
    #[doc(hidden)]
    fn send(&mut self, value: Self::Send);

    /// Lays down what is raised at the `yield` where the body waits.
    ///
    /// It comes back if the body does not catch there: dropping the body then does what raising
    /// would do.
    #[doc(hidden)]
    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Result<(), Thrown<Self::Error>>;

    /// Runs the body to its next `yield`, its end, or an `await` that is not ready.
    #[doc(hidden)]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>>;
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

/// The body of a generator that can raise an `E`, its types in the order of [`Body`].
///
/// ```
/// use std::num::ParseIntError;
/// use twin_async_generators::{AsyncGenerator, FallibleBody};
///
/// fn numbers(text: &str) -> AsyncGenerator<impl FallibleBody<i32, (), (), ParseIntError>> {
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
pub trait FallibleBody<Y, S, R, E>:
    Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

impl<Y, S, R, E, B> FallibleBody<Y, S, R, E> for B where
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

mod sealed {
    /// Keeps the traits of this module to this crate: what an engine owes is not public.
    pub trait Sealed {}
}
