//! Iteration: Python's `next(g)` and `for x in g`, for generators that need no value sent.

use std::iter::FusedIterator;

use crate::engine::{Engine, Mode, Outcome};
use crate::error::{Raised, ResumeError, Thrown};
use crate::generator::Generator;
use crate::step::Step;

impl<B: Engine<Send = ()>> Generator<B> {
    /// Starts or resumes the body, and tells how the step ended: Python's `next(g)`, with
    /// `StopIteration.value` in [`Step::Complete`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut one = Generator::new(|mut co| async move {
    ///     co.yield_(1).await;
    ///     "returned"
    /// });
    /// assert_eq!(one.resume(), Ok(Step::Yielded(1)));
    /// assert_eq!(one.resume(), Ok(Step::Complete("returned")));
    /// ```
    #[inline]
    pub fn resume(&mut self) -> Outcome<B, ResumeError<B::Error>> {
        self.start_or_send(())
    }

    /// Runs the body to its end and gives what it returns; `each` gets what it yields.
    ///
    /// A `for` loop that keeps `StopIteration.value`.
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let words = Generator::new(|mut co| async move {
    ///     co.yield_("spam").await;
    ///     co.yield_("eggs").await;
    ///     2
    /// });
    /// let mut menu = Vec::new();
    /// assert_eq!(words.consume(|word| menu.push(word)), Ok(2));
    /// assert_eq!(menu, ["spam", "eggs"]);
    /// ```
    pub fn consume(
        mut self,
        mut each: impl FnMut(B::Yield),
    ) -> Result<B::Return, ResumeError<B::Error>> {
        loop {
            match self.resume()? {
                Step::Yielded(value) => each(value),
                Step::Complete(value) => return Ok(value),
            }
        }
    }
}

/// Python's `next(g)` and `for x in g`. The return value is dropped; [`Generator::resume`] keeps
/// it. A body that raises [`Raised::Exit`] of itself ends the iteration.
impl<B: Engine<Send = ()>> Iterator for Generator<B> {
    type Item = <B::Mode as Mode>::Item<B::Yield>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        item::<B>(self.start_or_send(()))
    }
}

impl<B: Engine<Send = ()>> FusedIterator for Generator<B> {}

impl<T, B: Engine<Send = Option<T>>> Generator<B> {
    /// Lends the generator to be iterated: each step sends `None`, as Python's `next(g)` and
    /// `for x in g` do, the first one starts the body.
    ///
    /// What it gives is a generator that is sent nothing: with `next`, `for`,
    /// [`resume`](Generator::resume), [`consume`](Generator::consume), and to delegate to in a
    /// body that is sent nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Body, Generator, Step};
    ///
    /// fn counter() -> Generator<impl Body<u32, Option<u32>>> {
    ///     Generator::new(|mut co| async move {
    ///         let mut count = 0;
    ///         while count < 10 {
    ///             count = match co.yield_(count).await {
    ///                 Some(jump) => jump,
    ///                 None => count + 1,
    ///             };
    ///         }
    ///     })
    /// }
    ///
    /// let mut counter = counter();
    /// assert_eq!(counter.sending_none().next(), Some(0));
    /// assert_eq!(counter.sending_none().next(), Some(1));
    /// assert_eq!(counter.send(Some(7)), Ok(Step::Yielded(7)));
    /// assert_eq!(counter.sending_none().collect::<Vec<_>>(), [8, 9]);
    /// ```
    pub fn sending_none(&mut self) -> Generator<SendingNone<'_, B>> {
        self.lent(SendingNone)
    }
}

/// The body of a generator made by [`sending_none`](Generator::sending_none).
pub struct SendingNone<'a, B>(&'a mut Generator<B>);

impl<B: Engine<Send: SendNone>> Engine for SendingNone<'_, B> {
    type Yield = B::Yield;
    type Send = ();
    type Return = B::Return;
    type Error = B::Error;
    type Mode = B::Mode;

    fn start(&mut self) -> Outcome<Self> {
        self.0.run(B::start)
    }

    fn resume(&mut self, (): ()) -> Outcome<Self> {
        self.0.run(|body| body.resume(B::Send::none()))
    }

    fn throw(&mut self, thrown: Thrown<B::Error>) -> Outcome<Self> {
        self.0.throw(thrown)
    }
}

/// What has Python's `None` among what can be sent: `()` is nothing else, an `Option` has one.
///
/// Python sends `None` where it advances a generator that nobody sends a value:
/// [`sending_none`](Generator::sending_none), and `yield from` where it begins.
///
/// ```
/// use twin_generators::SendNone;
///
/// assert_eq!(Option::<i32>::none(), None);
/// assert_eq!(<()>::none(), ());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `None` to send",
    note = "where nothing is sent, Python sends `None`: let the body be sent an `Option<{Self}>`",
    note = "a fresh generator needs none: hand it over, `yield_from(g)`, not `yield_from(&mut g)`"
)]
pub trait SendNone {
    /// What is sent for nothing.
    fn none() -> Self;

    /// Whether nothing was sent.
    fn is_none(&self) -> bool;
}

impl SendNone for () {
    fn none() -> Self {}

    fn is_none(&self) -> bool {
        true
    }
}

impl<T> SendNone for Option<T> {
    fn none() -> Self {
        None
    }

    fn is_none(&self) -> bool {
        self.is_none()
    }
}

/// What iterating gives for a step.
#[inline]
fn item<B: Engine>(
    outcome: Outcome<B, ResumeError<B::Error>>,
) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
    match outcome {
        Ok(Step::Yielded(value)) => Some(B::Mode::item(Ok(value))),
        Err(ResumeError::Raised(Raised::Error(error))) => Some(B::Mode::item(Err(error))),
        Ok(Step::Complete(_))
        | Err(ResumeError::Finished)
        | Err(ResumeError::Raised(Raised::Exit | Raised::IgnoredExit)) => None,
    }
}
