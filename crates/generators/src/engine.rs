//! What runs a body: one trait, and the engines that implement it.
//!
//! The protocol (what may be called when, what closes a generator) is written once, in
//! [`Generator`](crate::Generator). An engine only knows how to run a body to its next `yield`.

mod boxed;
mod by_hand;
mod co;
mod convert;
#[cfg(feature = "nightly")]
mod native;
mod stable;

use std::convert::Infallible;
use std::marker::PhantomData;

pub use self::boxed::{
    BoxBody, BoxFallibleGenerator, BoxGenerator, SendBoxBody, SendBoxFallibleGenerator,
    SendBoxGenerator,
};
pub use self::by_hand::{FnBody, IterBody};
pub use self::co::{Co, TryYield, Yield};
pub(crate) use self::co::{Signal, Slots};
pub use self::convert::{MapErr, MapSent};
#[cfg(feature = "nightly")]
pub use self::native::NativeBody;
pub(crate) use self::stable::NOT_CO;
pub use self::stable::{AwaitBody, RaisingBody};
use crate::error::{Raised, Thrown};
use crate::step::Step;

/// How a step of the body `B` ended: a [`Step`], or what went wrong.
pub type Outcome<B, X = Raised<<B as Engine>::Error>> =
    Result<Step<<B as Engine>::Yield, <B as Engine>::Return>, X>;

/// A body that can be run to its next `yield`: what a [`Generator`](crate::Generator) drives.
///
/// To write a type, name [`Body`] or [`FallibleBody`], which have their types as parameters; this
/// trait serves code over generators of any kind.
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
///
/// # By hand
///
/// Implement it for a state machine that shall see what is sent, what is thrown in and the exit:
/// Python's [`collections.abc.Generator`], of which a class writes `send` and `throw`.
/// [`Generator::of`](crate::Generator::of) then has the rest of the protocol. (A machine that
/// only sees what is sent is a [`Generator::from_fn`](crate::Generator::from_fn).)
///
/// ```
/// use twin_generators::{Engine, Fallible, Generator, Outcome, Raised, Step, Thrown};
///
/// /// Yields a sum; starts again when "overflow" is thrown in; returns the sum when it is closed.
/// struct Sum(i32);
///
/// impl Engine for Sum {
///     type Yield = i32;
///     type Send = i32;
///     type Return = i32;
///     type Error = &'static str;
///     type Mode = Fallible<&'static str>;
///
///     fn start(&mut self) -> Outcome<Self> {
///         Ok(Step::Yielded(self.0))
///     }
///
///     fn resume(&mut self, sent: i32) -> Outcome<Self> {
///         self.0 += sent;
///         Ok(Step::Yielded(self.0))
///     }
///
///     fn throw(&mut self, thrown: Thrown<&'static str>) -> Outcome<Self> {
///         match thrown {
///             Thrown::Error("overflow") => {
///                 self.0 = 0;
///                 Ok(Step::Yielded(0))
///             }
///             Thrown::Error(error) => Err(Raised::Error(error)),
///             Thrown::Exit => Ok(Step::Complete(self.0)),
///         }
///     }
/// }
///
/// let mut sum = Generator::of(Sum(0));
/// assert_eq!(sum.start(), Ok(Step::Yielded(0)));
/// assert_eq!(sum.send(40), Ok(Step::Yielded(40)));
/// assert_eq!(sum.throw("overflow"), Ok(Step::Yielded(0)));
/// assert_eq!(sum.send(2), Ok(Step::Yielded(2)));
/// assert_eq!(sum.close(), Ok(Some(2)));
/// ```
///
/// [`collections.abc.Generator`]: https://docs.python.org/3/library/collections.abc.html#collections.abc.Generator
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the body of a generator",
    note = "an iterable becomes a generator by `Generator::over(iterable)`, an async block by \
            `Generator::new(|mut co| async move {{ … }})`"
)]
pub trait Engine {
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
    type Mode: Mode<Error = Self::Error>;

    /// Runs the body from its beginning to its first `yield`. Called once, before all else.
    ///
    /// # Errors
    ///
    /// What the body raises. It is then dropped, as it is when it has completed.
    fn start(&mut self) -> Outcome<Self>;

    /// Runs a body that waits at a `yield`, which gets the value.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    fn resume(&mut self, value: Self::Send) -> Outcome<Self>;

    /// Raises at the `yield` where the body waits: an error, or the exit of `close`.
    ///
    /// A body that does not catch there gives what was thrown back; dropping it is its clean-up.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    fn throw(&mut self, thrown: Thrown<Self::Error>) -> Outcome<Self>;

    /// Runs a body that waits at its beginning, or at a `yield`, which gets the value.
    ///
    /// One call for both, so that a whole step can be inlined into a loop.
    #[doc(hidden)]
    #[inline]
    fn start_or_resume(&mut self, is_created: bool, value: Self::Send) -> Outcome<Self> {
        if is_created { self.start() } else { self.resume(value) }
    }
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

/// The body of a generator of `Y` that can raise an `E`; then, as for [`Body`], what is sent to it and
/// what it returns.
///
/// ```
/// use std::num::ParseIntError;
/// use twin_generators::{FallibleBody, Generator};
///
/// fn numbers(text: &str) -> Generator<impl FallibleBody<i32, ParseIntError>> {
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
pub trait FallibleBody<Y, E, S = (), R = ()>:
    Engine<Yield = Y, Send = S, Return = R, Error = E, Mode = Fallible<E>>
{
}

impl<Y, E, S, R, B> FallibleBody<Y, E, S, R> for B where
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
    /// Keeps [`Mode`](super::Mode) to its two kinds.
    pub trait Sealed {}
}
