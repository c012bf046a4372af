//! The native engine: nightly's `#[coroutine]`.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::{Coroutine, CoroutineState};
use std::pin::Pin;

use super::{Engine, Fallible, Mode, Outcome};
use crate::error::{Raised, Received, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// A body on the native engine: a `#[coroutine]` closure.
pub struct NativeBody<S, M, C> {
    coroutine: C,
    types: PhantomData<fn(S) -> M>,
}

impl<S, C> Generator<NativeBody<S, Infallible, C>> {
    /// Makes a generator of a `#[coroutine]` closure that cannot fail.
    ///
    /// A `yield` gives `Result<S, Thrown<Infallible>>`: `(yield y)?` is Python's plain `yield`,
    /// matching on the result is `try: v = yield y / except GeneratorExit`. The closure's own
    /// argument stands for a resume that has not happened; leave it `_`. A coroutine that keeps
    /// a borrow of a local across a `yield` is `#[coroutine] static |_| …`, in a `Box::pin`.
    /// Of an endless body, `Generator::native::<()>(…)` says what it would return, where the
    /// signature of no function does. In the head of a `match`, `if let` or `while let`, put a
    /// `yield` in parentheses: `match (yield value) { … }`; without them the compiler takes the
    /// block for a part of the value, as in `Value { … }`.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(coroutines)]
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut adder = Generator::native(
    ///     #[coroutine]
    ///     |_| {
    ///         let mut sum = 0;
    ///         while sum < 10 {
    ///             sum += (yield sum)?;
    ///         }
    ///         Ok("enough")
    ///     },
    /// );
    /// assert_eq!(adder.start(), Ok(Step::Yielded(0)));
    /// assert_eq!(adder.send(5), Ok(Step::Yielded(5)));
    /// assert_eq!(adder.send(6), Ok(Step::Complete("enough")));
    /// ```
    pub fn native<R>(coroutine: C) -> Self
    where
        C: Coroutine<Received<S>, Return = Result<R, Raised<Infallible>>> + Unpin,
    {
        Self::created(NativeBody { coroutine, types: PhantomData })
    }
}

impl<S, E, C> Generator<NativeBody<S, Fallible<E>, C>> {
    /// Makes a generator of a `#[coroutine]` closure that can raise an `E`.
    ///
    /// As [`native`](Generator::native); `Err(error)?` raises.
    ///
    /// # Examples
    ///
    /// ```
    /// #![feature(coroutines)]
    /// use twin_generators::{Generator, Raised};
    ///
    /// let mut numbers = Generator::fallible_native(
    ///     #[coroutine]
    ///     |_| {
    ///         (yield 1)?;
    ///         Err("hovercraft")?;
    ///         Ok(())
    ///     },
    /// );
    /// assert_eq!(numbers.next(), Some(Ok(1)));
    /// assert_eq!(numbers.next(), Some(Err("hovercraft")));
    /// assert_eq!(numbers.next(), None);
    /// ```
    pub fn fallible_native<R>(coroutine: C) -> Self
    where
        C: Coroutine<Received<S, E>, Return = Result<R, Raised<E>>> + Unpin,
    {
        Self::created(NativeBody { coroutine, types: PhantomData })
    }
}

impl<S, M, R, C> Engine for NativeBody<S, M, C>
where
    M: Mode,
    C: Coroutine<Received<S, M::Error>, Return = Result<R, Raised<M::Error>>> + Unpin,
{
    type Yield = C::Yield;
    type Send = S;
    type Return = R;
    type Error = M::Error;
    type Mode = M;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        // A coroutine takes an argument for its first run too, where no `yield` waits for one.
        // An exit is the one value at hand whatever `S` and `E` are; the body ignores it.
        self.throw(Thrown::Exit)
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        step(Pin::new(&mut self.coroutine).resume(Ok(value)))
    }

    #[inline]
    fn throw(&mut self, thrown: Thrown<M::Error>) -> Outcome<Self> {
        step(Pin::new(&mut self.coroutine).resume(Err(thrown)))
    }

    #[inline]
    fn start_or_resume(&mut self, _: bool, value: S) -> Outcome<Self> {
        self.resume(value)
    }
}

#[inline]
fn step<Y, R, E>(state: CoroutineState<Y, Result<R, E>>) -> Result<Step<Y, R>, E> {
    match state {
        CoroutineState::Yielded(value) => Ok(Step::Yielded(value)),
        CoroutineState::Complete(result) => result.map(Step::Complete),
    }
}
