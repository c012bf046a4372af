//! The generator: Python's protocol, written once for every engine.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;

use crate::engine::{Engine, Mode, Outcome};
use crate::error::{CloseError, Raised, ResumeError, SendError, StartError, Thrown};
use crate::step::{State, Step};

/// A function that can pause: it runs to a `yield`, hands out a value, and waits to be resumed.
///
/// `B` is the body; a function that returns a generator names it by its types, as
/// `Generator<impl Body<Y, S, R>>`. Where nothing is sent (`S = ()`), a generator is an
/// [`Iterator`]: over `Y` if the body can't fail, over `Result<Y, E>` if it can.
///
/// Dropping a generator drops what the body holds, and destructors run; the body itself is not
/// resumed and can't react. [`close`](Self::close) lets it.
#[must_use = "a generator runs nothing until its first step"]
pub struct Generator<B> {
    slot: Slot<B>,
}

enum Slot<B> {
    Created(B),
    Suspended(B),
    Closed,
}

impl<B: Engine> Generator<B> {
    /// Runs the body from its beginning to its first `yield`: Python's first `next(g)`.
    ///
    /// # Errors
    ///
    /// If the body has been started before, or raises before it yields.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut echo = Generator::new(|mut co| async move {
    ///     let heard = co.yield_("say something").await;
    ///     format!("you said {heard}")
    /// });
    /// assert_eq!(echo.start(), Ok(Step::Yielded("say something")));
    /// assert_eq!(echo.send("moo"), Ok(Step::Complete("you said moo".to_owned())));
    /// ```
    pub fn start(&mut self) -> Outcome<B, StartError<B::Error>> {
        match mem::replace(&mut self.slot, Slot::Closed) {
            // If the body panics it is dropped here, and the slot stays closed.
            Slot::Created(mut body) => match body.start() {
                Ok(Step::Yielded(value)) => {
                    self.slot = Slot::Suspended(body);
                    Ok(Step::Yielded(value))
                }
                Ok(complete) => Ok(complete),
                Err(raised) => Err(StartError::Raised(raised)),
            },
            suspended @ Slot::Suspended(_) => {
                self.slot = suspended;
                Err(StartError::AlreadyStarted)
            }
            Slot::Closed => Err(StartError::Finished),
        }
    }

    /// Resumes the body with a value, which its `yield` gives: Python's `g.send(v)`.
    ///
    /// Rust calls this *resume with an argument*.
    ///
    /// # Errors
    ///
    /// The value comes back if no `yield` waits for it: before [`start`](Self::start), and after
    /// the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, SendError, Step};
    ///
    /// let mut sum = Generator::new(|mut co| async move {
    ///     let left = co.yield_("left").await;
    ///     let right = co.yield_("right").await;
    ///     left + right
    /// });
    /// assert_eq!(sum.send(1), Err(SendError::JustStarted(1)));
    /// sum.start().unwrap();
    /// assert_eq!(sum.send(1), Ok(Step::Yielded("right")));
    /// assert_eq!(sum.send(2), Ok(Step::Complete(3)));
    /// assert_eq!(sum.send(3), Err(SendError::Finished(3)));
    /// ```
    #[inline]
    pub fn send(&mut self, value: B::Send) -> Outcome<B, SendError<B::Send, B::Error>> {
        match self.slot {
            Slot::Suspended(_) => self.run(|body| body.resume(value)).map_err(SendError::Raised),
            Slot::Created(_) => Err(SendError::JustStarted(value)),
            Slot::Closed => Err(SendError::Finished(value)),
        }
    }

    /// Raises an error at the `yield` where the body waits: Python's `g.throw(e)`.
    ///
    /// A body that catches it (`try_yield`) carries on, and its next step comes back. Else the
    /// body ends, its destructors run, and the error comes back. A generator that has not been
    /// started is closed without running a line of it.
    ///
    /// # Errors
    ///
    /// What the body raises: what was thrown in and not caught, or what it raised instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Raised, State};
    ///
    /// let mut deaf = Generator::fallible(|mut co| async move {
    ///     co.yield_(1).await;
    ///     Ok(())
    /// });
    /// deaf.next();
    /// assert_eq!(deaf.throw("boom"), Err(Raised::Error("boom")));
    /// assert_eq!(deaf.state(), State::Closed);
    /// ```
    pub fn throw(&mut self, thrown: impl Into<Thrown<B::Error>>) -> Outcome<B> {
        let thrown = thrown.into();
        match self.slot {
            Slot::Suspended(_) => self.run(|body| body.throw(thrown)),
            Slot::Created(_) | Slot::Closed => {
                self.slot = Slot::Closed;
                Err(thrown.into())
            }
        }
    }

    /// Asks the body to end: Python's `g.close()`.
    ///
    /// [`Thrown::Exit`] is raised at the `yield` where the body waits. A body that catches it may
    /// clean up and return a value, which comes back (as in Python 3.13). Closing a generator
    /// that has ended does nothing.
    ///
    /// # Errors
    ///
    /// If the body raises while it cleans up, or yields again: the generator then stays suspended
    /// and can be closed once more.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Thrown};
    ///
    /// let mut counter = Generator::new(|mut co| async move {
    ///     let mut count = 0;
    ///     while let Ok(()) = co.try_yield(count).await {
    ///         count += 1;
    ///     }
    ///     count
    /// });
    /// assert_eq!(counter.by_ref().take(3).collect::<Vec<_>>(), [0, 1, 2]);
    /// assert_eq!(counter.close(), Ok(Some(2)));
    /// assert_eq!(counter.close(), Ok(None));
    /// ```
    pub fn close(&mut self) -> Result<Option<B::Return>, CloseError<B::Error>> {
        match self.throw(Thrown::Exit) {
            Ok(Step::Complete(value)) => Ok(Some(value)),
            Err(Raised::Exit) => Ok(None),
            Ok(Step::Yielded(_)) | Err(Raised::IgnoredExit) => Err(CloseError::IgnoredExit),
            Err(Raised::Error(error)) => Err(CloseError::Raised(error)),
        }
    }

    /// Tells where the generator stands: Python's `inspect.getgeneratorstate(g)`.
    ///
    /// ```
    /// use twin_generators::{Generator, State};
    ///
    /// let mut one = Generator::new(|mut co| async move { co.yield_(1).await; });
    /// assert_eq!(one.state(), State::Created);
    /// assert_eq!(one.next(), Some(1));
    /// assert_eq!(one.state(), State::Suspended);
    /// assert_eq!(one.close(), Ok(None));
    /// assert_eq!(one.state(), State::Closed);
    /// ```
    pub fn state(&self) -> State {
        match self.slot {
            Slot::Created(_) => State::Created,
            Slot::Suspended(_) => State::Suspended,
            Slot::Closed => State::Closed,
        }
    }

    /// Python's `next(g)`: starts the body, or resumes it with this stand-in for nothing.
    #[inline]
    fn start_or_send(&mut self, nothing: B::Send) -> Outcome<B, ResumeError<B::Error>> {
        match self.slot {
            Slot::Suspended(_) => {
                self.run(|body| body.resume(nothing)).map_err(ResumeError::Raised)
            }
            Slot::Created(_) => self.start().map_err(|error| match error {
                StartError::Raised(raised) => ResumeError::Raised(raised),
                StartError::AlreadyStarted | StartError::Finished => ResumeError::Finished,
            }),
            Slot::Closed => Err(ResumeError::Finished),
        }
    }

    /// Runs a suspended body one step, and closes the generator if the body ended.
    ///
    /// The body is gone, and its destructors have run, before the caller learns the outcome.
    #[inline]
    pub(crate) fn run(&mut self, step: impl FnOnce(&mut B) -> Outcome<B>) -> Outcome<B> {
        let closing = CloseOnPanic(&mut self.slot);
        let Slot::Suspended(body) = &mut *closing.0 else {
            unreachable!("the caller has looked: a body waits at a yield");
        };
        let outcome = step(body);
        if let Ok(Step::Yielded(_)) = outcome {
            mem::forget(closing);
        }
        outcome
    }
}

/// Closes the slot when dropped: at the end of a body, and when it panics.
struct CloseOnPanic<'a, B>(&'a mut Slot<B>);

impl<B> Drop for CloseOnPanic<'_, B> {
    fn drop(&mut self) {
        *self.0 = Slot::Closed;
    }
}

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

impl<B: Engine<Send = ()>> Generator<B> {
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

impl<B> Generator<B> {
    pub(crate) fn created(body: B) -> Self {
        Self { slot: Slot::Created(body) }
    }

    /// Drops the body where it stands.
    pub(crate) fn discard(&mut self) {
        self.slot = Slot::Closed;
    }

    /// The same generator, its body in another form.
    pub(crate) fn map<C>(self, convert: impl FnOnce(B) -> C) -> Generator<C> {
        Generator {
            slot: match self.slot {
                Slot::Created(body) => Slot::Created(convert(body)),
                Slot::Suspended(body) => Slot::Suspended(convert(body)),
                Slot::Closed => Slot::Closed,
            },
        }
    }
}

impl<B: Engine> fmt::Debug for Generator<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Generator").field(&self.state()).finish()
    }
}
