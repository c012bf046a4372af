//! Bodies seen through other types: of what is sent, of what is raised.
//!
//! `twin-generators` has the same conversions. They are written here once more, for a body there
//! answers each step at once, and here an answer is polled for.

use std::marker::PhantomData;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Thrown};

use super::{Engine, Outcome};
use crate::delegate::{Passing, map_raised};
use crate::generator::AsyncGenerator;

impl<B: Engine> AsyncGenerator<B> {
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
    /// let mut menu = AsyncGenerator::fallible(|mut co| async move {
    ///     co.yield_from(numbers("1 two").map_err(|error| format!("no price: {error}"))).await;
    ///     Ok(())
    /// });
    /// assert_eq!(menu.next().await, Some(Ok(1)));
    /// let error = "no price: invalid digit found in string".to_owned();
    /// assert_eq!(menu.next().await, Some(Err(error)));
    /// # });
    /// ```
    pub fn map_err<E, F>(self, convert: F) -> AsyncGenerator<MapErr<B, E, F>>
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
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, Step};
    ///
    /// # smol::block_on(async {
    /// let mut outer = AsyncGenerator::new(|mut co| async move {
    ///     let deaf = AsyncGenerator::over(stream::iter(["spam"]));
    ///     co.yield_from(deaf.map_sent(|_: Option<i32>| ())).await;
    ///     co.yield_("eggs").await
    /// });
    /// outer.start().await.unwrap();
    /// assert_eq!(outer.asend(Some(1)).await, Ok(Step::Yielded("eggs")));
    /// assert_eq!(outer.asend(Some(2)).await, Ok(Step::Complete(Some(2))));
    /// # });
    /// ```
    pub fn map_sent<S, F>(self, convert: F) -> AsyncGenerator<MapSent<B, S, F>>
    where
        F: FnMut(S) -> B::Send,
    {
        self.map(|body| MapSent { body, convert, types: PhantomData })
    }
}

/// The body of an async generator made by [`map_err`](AsyncGenerator::map_err).
pub struct MapErr<B, E, F> {
    body: B,
    convert: F,
    passing: Passing<E>,
}

// Nothing in it is pinned but by the body itself.
impl<B: Unpin, E, F> Unpin for MapErr<B, E, F> {}

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
    fn send(&mut self, value: B::Send) {
        self.body.send(value);
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        if self.body.throw(Thrown::Exit).is_err() {
            return Err(thrown);
        }
        if let Thrown::Error(error) = thrown {
            self.passing = Passing::of(error);
        }
        Ok(())
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.body.poll(context).map(|outcome| {
            self.passing.settle(outcome.map_err(|raised| map_raised(raised, &mut self.convert)))
        })
    }

    fn discard(&mut self) {
        self.body.discard();
    }
}

/// The body of an async generator made by [`map_sent`](AsyncGenerator::map_sent).
pub struct MapSent<B, S, F> {
    body: B,
    convert: F,
    types: PhantomData<fn(S)>,
}

// As `MapErr`.
impl<B: Unpin, S, F> Unpin for MapSent<B, S, F> {}

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
    fn send(&mut self, value: S) {
        self.body.send((self.convert)(value));
    }

    fn throw(&mut self, thrown: Thrown<B::Error>) -> Result<(), Thrown<B::Error>> {
        self.body.throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.body.poll(context)
    }

    fn discard(&mut self) {
        self.body.discard();
    }
}
