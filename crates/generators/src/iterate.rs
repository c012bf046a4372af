//! Iteration: Python's `next(g)` and `for x in g`, for generators that need no value sent.

use std::iter::FusedIterator;

use crate::engine::{Engine, Mode, Outcome};
use crate::error::{Raised, ResumeError};
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

/// Python's `g.send(None)`, for generators that are sent an `Option`.
///
/// A trait to import where it is wanted: `next` then starts or resumes, and sends `None`.
///
/// # Examples
///
/// ```
/// use twin_generators::{Body, Generator, SendNone};
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
/// assert_eq!(counter.next(), Some(0));
/// assert_eq!(counter.next(), Some(1));
/// assert_eq!(counter.send(Some(9)).unwrap().yielded(), Some(9));
/// assert_eq!(counter.next(), None);
/// ```
pub trait SendNone<B: Engine> {
    /// Starts the body or sends it `None`, and tells how the step ended; see
    /// [`Generator::resume`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    fn resume(&mut self) -> Outcome<B, ResumeError<B::Error>>;

    /// Starts the body or sends it `None`, and gives the next item.
    fn next(&mut self) -> Option<<B::Mode as Mode>::Item<B::Yield>>;
}

impl<T, B: Engine<Send = Option<T>>> SendNone<B> for Generator<B> {
    fn resume(&mut self) -> Outcome<B, ResumeError<B::Error>> {
        self.start_or_send(None)
    }

    fn next(&mut self) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
        item::<B>(self.start_or_send(None))
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
