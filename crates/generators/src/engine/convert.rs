//! Bodies seen through other types: of what is sent, of what is raised.

use std::marker::PhantomData;

use super::{Engine, Fallible, Outcome};
use crate::delegate::Passing;
use crate::error::Thrown;
use crate::generator::Generator;
use crate::step::Step;

impl<B: Engine> Generator<B> {
    /// Turns what the body raises into another type of error: a delegate then fits a body that
    /// raises that type.
    ///
    /// An error of the new type that is thrown in is none that the body knows. It passes through
    /// as any exception passes a Python generator that has no `except` for it: the body's
    /// clean-up runs (its `try_yield` gives [`Thrown::Exit`]), and then the error is raised.
    ///
    /// # Examples
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
    /// let mut menu = Generator::fallible(|mut co| async move {
    ///     co.yield_from(numbers("1 two").map_err(|error| format!("no price: {error}"))).await;
    ///     Ok(())
    /// });
    /// assert_eq!(menu.next(), Some(Ok(1)));
    /// assert_eq!(menu.next(), Some(Err("no price: invalid digit found in string".to_owned())));
    /// ```
    pub fn map_err<E, F>(self, convert: F) -> Generator<MapErr<B, E, F>>
    where
        F: FnMut(B::Error) -> E,
    {
        self.map(|body| MapErr { body, convert, passing: Passing::default() })
    }

    /// Turns what is sent into what the body is sent.
    ///
    /// So a delegate fits a body that is sent another type; and a generator that is sent an
    /// `Option` can be iterated. ([`sending_none`](Self::sending_none) does the latter with one
    /// that is still wanted.)
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut outer = Generator::new(|mut co| async move {
    ///     let deaf = Generator::over(["spam"]);
    ///     co.yield_from(deaf.map_sent(|_: Option<i32>| ())).await;
    ///     co.yield_("eggs").await
    /// });
    /// outer.start().unwrap();
    /// assert_eq!(outer.send(Some(1)), Ok(Step::Yielded("eggs")));
    /// assert_eq!(outer.send(Some(2)), Ok(Step::Complete(Some(2))));
    /// ```
    pub fn map_sent<S, F>(self, convert: F) -> Generator<MapSent<B, S, F>>
    where
        F: FnMut(S) -> B::Send,
    {
        self.map(|body| MapSent { body, convert, types: PhantomData })
    }
}

/// The body of a generator made by [`map_err`](Generator::map_err).
pub struct MapErr<B, E, F> {
    body: B,
    convert: F,
    passing: Passing<E>,
}

impl<B, E, F> MapErr<B, E, F>
where
    B: Engine,
    F: FnMut(B::Error) -> E,
{
    #[inline]
    fn settle(&mut self, outcome: Outcome<B>) -> Outcome<Self> {
        match outcome {
            Ok(Step::Yielded(value)) => Ok(Step::Yielded(value)),
            Ok(Step::Complete(value)) => self.passing.end(Ok(value)).map(Step::Complete),
            Err(raised) => {
                let raised = raised.map(&mut self.convert);
                Err(self.passing.end::<()>(Err(raised)).expect_err("an error is none less"))
            }
        }
    }
}

impl<B, E, F> Engine for MapErr<B, E, F>
where
    B: Engine,
    F: FnMut(B::Error) -> E,
{
    type Yield = B::Yield;
    type Send = B::Send;
    type Return = B::Return;
    type Error = E;
    type Mode = Fallible<E>;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        let outcome = self.body.start();
        self.settle(outcome)
    }

    #[inline]
    fn resume(&mut self, value: B::Send) -> Outcome<Self> {
        let outcome = self.body.resume(value);
        self.settle(outcome)
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Outcome<Self> {
        self.passing = Passing::of(thrown);
        let outcome = self.body.throw(Thrown::Exit);
        self.settle(outcome)
    }

    #[inline]
    fn start_or_resume(&mut self, is_created: bool, value: B::Send) -> Outcome<Self> {
        let outcome = self.body.start_or_resume(is_created, value);
        self.settle(outcome)
    }
}

/// The body of a generator made by [`map_sent`](Generator::map_sent).
pub struct MapSent<B, S, F> {
    body: B,
    convert: F,
    types: PhantomData<fn(S)>,
}

impl<B, S, F> Engine for MapSent<B, S, F>
where
    B: Engine,
    F: FnMut(S) -> B::Send,
{
    type Yield = B::Yield;
    type Send = S;
    type Return = B::Return;
    type Error = B::Error;
    type Mode = B::Mode;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        self.body.start()
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        self.body.resume((self.convert)(value))
    }

    fn throw(&mut self, thrown: Thrown<B::Error>) -> Outcome<Self> {
        self.body.throw(thrown)
    }

    #[inline]
    fn start_or_resume(&mut self, is_created: bool, value: S) -> Outcome<Self> {
        self.body.start_or_resume(is_created, (self.convert)(value))
    }
}
