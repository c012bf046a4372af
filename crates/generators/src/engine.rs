//! What runs a body: one trait, and the engines that implement it.
//!
//! The protocol (what may be called when, what closes a generator) is written once, in
//! [`Generator`](crate::Generator). An engine only knows how to run a body to its next `yield`.

mod boxed;
mod by_hand;
mod co;
mod genawaiter;
#[cfg(feature = "nightly")]
mod native;

use std::convert::Infallible;
use std::marker::PhantomData;

pub use self::boxed::{BoxBody, BoxFallibleGenerator, BoxGenerator};
pub use self::by_hand::{FnBody, IterBody};
pub use self::co::{Co, TryYield, Yield};
pub use self::genawaiter::AwaitBody;
#[cfg(feature = "nightly")]
pub use self::native::NativeBody;
use crate::error::{Raised, Thrown};
use crate::step::Step;

/// How a step of the body `B` ended: a [`Step`], or what went wrong.
pub type Outcome<B, X = Raised<<B as Engine>::Error>> =
    Result<Step<<B as Engine>::Yield, <B as Engine>::Return>, X>;

/// A body, started or not, that can be run to its next `yield`.
///
/// Implemented by the bodies of this crate. To write a type, name [`Body`] or [`FallibleBody`],
/// which have their types as parameters; this trait serves code over generators of any kind.
///
/// ```
/// use twin_generators::{Engine, Generator};
///
/// fn first<B: Engine<Send = ()>>(generator: &mut Generator<B>) -> Option<B::Yield> {
///     generator.resume().ok()?.yielded()
/// }
///
/// let mut letters = Generator::new(|mut co| async move { co.yield_('a').await });
/// assert_eq!(first(&mut letters), Some('a'));
/// ```
pub trait Engine: sealed::Sealed {
    /// What the body yields.
    type Yield;
    /// What a `yield` receives.
    type Send;
    /// What the body returns.
    type Return;
    /// What can be thrown into the body, and what it can raise.
    type Error;
    /// Whether the body can raise: decides what the generator's items are.
    type Mode: Mode<Error = Self::Error>;

    /// Runs a body that waits at its beginning.
    #[doc(hidden)]
    fn start(&mut self) -> Outcome<Self>;

    /// Runs a body that waits at a `yield`, which gets the value; one that waits at its beginning
    /// drops it.
    #[doc(hidden)]
    fn resume(&mut self, value: Self::Send) -> Outcome<Self>;

    /// Raises at the `yield` where the body waits.
    ///
    /// An engine whose body does not catch there need not run it: dropping it does the same.
    #[doc(hidden)]
    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Outcome<Self>;
}

/// The body of a generator that cannot fail, with its types in order: what it yields, what is
/// sent to it, what it returns.
///
/// ```
/// use twin_generators::{Body, Generator, Step};
///
/// fn doubler() -> Generator<impl Body<i32, i32>> {
///     Generator::new(|mut co| async move {
///         let mut value = 0;
///         while value < 100 {
///             value = 2 * co.yield_(value).await;
///         }
///     })
/// }
///
/// let mut doubler = doubler();
/// doubler.start().unwrap();
/// assert_eq!(doubler.send(21), Ok(Step::Yielded(42)));
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
/// use twin_generators::{FallibleBody, Generator};
///
/// fn numbers(text: &str) -> Generator<impl FallibleBody<i32, (), (), ParseIntError>> {
///     Generator::fallible(|mut co| async move {
///         for word in text.split(' ') {
///             co.yield_(word.parse()?).await;
///         }
///         Ok(())
///     })
/// }
///
/// let sum: Result<i32, _> = numbers("1 2 3").sum();
/// assert_eq!(sum, Ok(6));
/// assert!(numbers("1 two 3").sum::<Result<i32, _>>().is_err());
/// ```
pub trait FallibleBody<Y, S, R, E>:
    Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

impl<Y, S, R, E, B> FallibleBody<Y, S, R, E> for B where
    B: Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

/// Whether a body can raise: [`Infallible`], or [`Fallible`] with an error type.
///
/// The type system can't ask "is `E` `Infallible`?", so a body says it once, where it is made.
pub trait Mode: sealed::Sealed {
    /// What the body can raise.
    type Error;
    /// What iterating gives for a yielded `Y`.
    type Item<Y>;

    /// Turns a yielded value, or the error that ended the body, into an item.
    #[doc(hidden)]
    fn item<Y>(result: Result<Y, Self::Error>) -> Self::Item<Y>;
}

/// The [`Mode`] of a body that can raise an `E`.
#[derive(Debug)]
pub struct Fallible<E>(PhantomData<fn() -> E>);

impl Mode for Infallible {
    type Error = Self;
    type Item<Y> = Y;

    #[inline]
    fn item<Y>(result: Result<Y, Self>) -> Y {
        match result {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }
}

impl<E> Mode for Fallible<E> {
    type Error = E;
    type Item<Y> = Result<Y, E>;

    #[inline]
    fn item<Y>(result: Result<Y, E>) -> Result<Y, E> {
        result
    }
}

impl sealed::Sealed for Infallible {}
impl<E> sealed::Sealed for Fallible<E> {}

mod sealed {
    /// Keeps the traits of this module to this crate: what an engine owes is not public.
    pub trait Sealed {}
}
