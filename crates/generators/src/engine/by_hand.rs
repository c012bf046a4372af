//! Bodies written by hand: an iterator, a function from one step to the next, or any type that
//! implements [`Engine`].

use std::convert::Infallible;
use std::marker::PhantomData;

use super::{Engine, Outcome};
use crate::error::Thrown;
use crate::generator::Generator;
use crate::step::Step;

/// The body of a generator made by [`over`](Generator::over).
#[derive(Clone, Debug)]
pub struct IterBody<I>(I);

impl<B: Engine> Generator<B> {
    /// Makes a generator of a body written by hand, a type that implements [`Engine`]; its page has
    /// an example.
    pub fn of(body: B) -> Self {
        Self::created(body)
    }
}

impl<I: Iterator> Generator<IterBody<I>> {
    /// Makes a generator of anything iterable, a nightly `gen` block included: it can be closed,
    /// and delegated to.
    ///
    /// Nothing is caught in it: a throw drops the iterator.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, State};
    ///
    /// let mut numbers = Generator::over(1..);
    /// assert_eq!(numbers.next(), Some(1));
    /// assert_eq!(numbers.close(), Ok(None));
    /// assert_eq!(numbers.next(), None);
    /// ```
    pub fn over(iterable: impl IntoIterator<IntoIter = I>) -> Self {
        Self::created(IterBody(iterable.into_iter()))
    }
}

impl<I: Iterator> Engine for IterBody<I> {
    type Yield = I::Item;
    type Send = ();
    type Return = ();
    type Error = Infallible;
    type Mode = Infallible;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        self.resume(())
    }

    #[inline]
    fn resume(&mut self, (): ()) -> Outcome<Self> {
        Ok(match self.0.next() {
            Some(value) => Step::Yielded(value),
            None => Step::Complete(()),
        })
    }

    fn throw(&mut self, thrown: Thrown<Infallible>) -> Outcome<Self> {
        Err(thrown.into())
    }

    #[inline]
    fn start_or_resume(&mut self, _: bool, (): ()) -> Outcome<Self> {
        self.resume(())
    }
}

/// The body of a generator made by [`from_fn`](Generator::from_fn).
#[derive(Clone, Debug)]
pub struct FnBody<S, F> {
    step: F,
    types: PhantomData<fn(S)>,
}

impl<S, Y, R, F> Generator<FnBody<S, F>>
where
    F: FnMut(Option<S>) -> Step<Y, R>,
{
    /// Makes a generator of a function that takes one step: the state machine that `yield` saves
    /// you from writing.
    ///
    /// The function gets what is sent, and `None` at its first step.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut count = 0;
    /// let mut adder = Generator::from_fn(|sent: Option<i32>| {
    ///     count += sent.unwrap_or(0);
    ///     if count < 10 { Step::Yielded(count) } else { Step::Complete("enough") }
    /// });
    /// assert_eq!(adder.start(), Ok(Step::Yielded(0)));
    /// assert_eq!(adder.send(5), Ok(Step::Yielded(5)));
    /// assert_eq!(adder.send(6), Ok(Step::Complete("enough")));
    /// ```
    pub fn from_fn(step: F) -> Self {
        Self::created(FnBody { step, types: PhantomData })
    }
}

impl<S, Y, R, F> Engine for FnBody<S, F>
where
    F: FnMut(Option<S>) -> Step<Y, R>,
{
    type Yield = Y;
    type Send = S;
    type Return = R;
    type Error = Infallible;
    type Mode = Infallible;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        Ok((self.step)(None))
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        Ok((self.step)(Some(value)))
    }

    fn throw(&mut self, thrown: Thrown<Infallible>) -> Outcome<Self> {
        Err(thrown.into())
    }
}
