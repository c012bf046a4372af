//! The generator: Python's protocol, written once for every engine.

use std::fmt;

use crate::engine::{Engine, Outcome};
use crate::error::{CloseError, IntoThrown, Raised, ResumeError, SendError, StartError, Thrown};
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
    /// Never [`State::Running`]: while the body runs, and if it panics, the generator counts as
    /// closed.
    state: State,
    /// Gone when the body has ended. A body that has panicked may still lie here.
    body: Option<B>,
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
    #[inline]
    pub fn start(&mut self) -> Outcome<B, StartError<B::Error>> {
        match self.state {
            State::Created => self.run(B::start).map_err(StartError::Raised),
            State::Suspended => Err(StartError::AlreadyStarted),
            State::Running | State::Closed => Err(StartError::Finished),
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
        match self.state {
            State::Suspended => self.run(|body| body.resume(value)).map_err(SendError::Raised),
            State::Created => Err(SendError::JustStarted(value)),
            State::Running | State::Closed => Err(SendError::Finished(value)),
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
    pub fn throw(&mut self, thrown: impl IntoThrown<B::Error>) -> Outcome<B> {
        let thrown = thrown.into_thrown();
        if self.state == State::Suspended {
            return self.run(|body| body.throw(thrown));
        }
        self.discard();
        Err(thrown.into())
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
        self.state
    }

    /// Python's `next(g)`: starts the body, or resumes it with this stand-in for nothing.
    #[inline]
    pub(crate) fn start_or_send(&mut self, nothing: B::Send) -> Outcome<B, ResumeError<B::Error>> {
        match self.state {
            State::Created | State::Suspended => {
                let is_created = self.state == State::Created;
                self.run(|body| body.start_or_resume(is_created, nothing))
                    .map_err(ResumeError::Raised)
            }
            State::Running | State::Closed => Err(ResumeError::Finished),
        }
    }

    /// Runs a body that can run one step, and closes the generator if the body ended.
    ///
    /// The body is gone, and its destructors have run, before the caller learns the outcome.
    #[inline]
    pub(crate) fn run(&mut self, step: impl FnOnce(&mut B) -> Outcome<B>) -> Outcome<B> {
        // Said beforehand, so that a panic finds it done.
        self.state = State::Closed;
        let body = self.body.as_mut().expect("what is not closed has a body");
        let outcome = step(body);
        if let Ok(Step::Yielded(_)) = outcome {
            self.state = State::Suspended;
        } else {
            self.body = None;
        }
        outcome
    }
}

impl<B> Generator<B> {
    pub(crate) fn created(body: B) -> Self {
        Self { state: State::Created, body: Some(body) }
    }

    /// Drops the body where it stands.
    pub(crate) fn discard(&mut self) {
        self.state = State::Closed;
        self.body = None;
    }

    /// The generator, lent to be the body of another, which stands where it does.
    pub(crate) fn lent<'a, C>(&'a mut self, body: impl FnOnce(&'a mut Self) -> C) -> Generator<C> {
        Generator { state: self.state, body: Some(body(self)) }
    }

    /// The body of a generator that has not been started.
    pub(crate) fn into_created(self) -> Option<B> {
        self.body.filter(|_| self.state == State::Created)
    }

    /// The same generator, its body in another form.
    pub(crate) fn map<C>(self, convert: impl FnOnce(B) -> C) -> Generator<C> {
        Generator { state: self.state, body: self.body.map(convert) }
    }
}

impl<B: Engine> fmt::Debug for Generator<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Generator").field(&self.state()).finish()
    }
}
