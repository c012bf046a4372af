//! The stable engine: an async block with a handle to yield by, as the crate `genawaiter` has it.
//!
//! Not on that crate: its airlock takes no throw and no exit, and a second one beside it made a
//! `send` cost 1.3 times as much as its own, and a new generator twice. With one set of slots for
//! the whole protocol the two are about even (`crates/bench` measures both).

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::co::{Co, Signal, Slots};
use super::{Engine, Fallible, Mode, Outcome};
use crate::error::{Raised, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// A body on the stable engine: an async block.
pub struct AwaitBody<Y, S, M: Mode, F: Future> {
    slots: Rc<Slots<Y, S, M::Error>>,
    future: Pin<Box<F>>,
}

impl<Y, S, F: Future> Generator<AwaitBody<Y, S, Infallible, F>> {
    /// Makes a generator of an async block that cannot fail.
    ///
    /// The closure gets the handle to yield with. Nothing runs before the first step. An async
    /// closure will do as well; the [front page](crate#a-bodys-types) says when it is better.
    ///
    /// # Panics
    ///
    /// A step panics if the body has to wait for anything but its [`Co`]; bodies that do are what
    /// `twin-async-generators` has.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let countdown = Generator::new(|mut co| async move {
    ///     for second in (1..=3).rev() {
    ///         co.yield_(second).await;
    ///     }
    /// });
    /// assert_eq!(countdown.collect::<Vec<_>>(), [3, 2, 1]);
    /// ```
    pub fn new(body: impl FnOnce(Co<Y, S>) -> F) -> Self {
        Self::created(AwaitBody::new(body))
    }
}

impl<Y, S, R, E, F> Generator<AwaitBody<Y, S, Fallible<E>, F>>
where
    F: Future<Output = Result<R, E>>,
{
    /// Makes a generator of an async block that can raise: it ends with a `Result`.
    ///
    /// As [`new`](Generator::new), but iterating gives `Result<Y, E>`, so that an error is never
    /// lost, and an `E` can be thrown in.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let mut halves = Generator::fallible(|mut co| async move {
    ///     co.yield_(8 / 2).await;
    ///     Err::<(), _>("7 is odd")
    /// });
    /// assert_eq!(halves.next(), Some(Ok(4)));
    /// assert_eq!(halves.next(), Some(Err("7 is odd")));
    /// assert_eq!(halves.next(), None);
    /// ```
    pub fn fallible(body: impl FnOnce(Co<Y, S, E>) -> F) -> Self {
        Self::created(AwaitBody::new(body))
    }
}

impl<Y, S, R, E, F> Generator<RaisingBody<Y, S, E, F>>
where
    F: Future<Output = Result<R, Raised<E>>>,
{
    /// Makes a generator of an async block that hands on by `?` what it catches and does not
    /// handle: Python's `except` with a plain `raise`.
    ///
    /// As [`fallible`](Generator::fallible), but the block ends with `Result<R, Raised<E>>`. So a
    /// `?` takes what [`try_yield`](Co::try_yield) and [`try_yield_from`](Co::try_yield_from)
    /// give, the exit included, and an `E`. It turns no other error into an `E`, as a `fallible`
    /// body's does; there, what was caught goes on by [`co.raise(…).await`](Co::raise).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Raised, Step, Thrown};
    ///
    /// let mut careful = Generator::raising(|mut co| async move {
    ///     match co.try_yield("working").await {
    ///         Err(Thrown::Error("boom")) => Ok("recovered"),
    ///         received => {
    ///             received?;
    ///             Ok("undisturbed")
    ///         }
    ///     }
    /// });
    /// careful.start().unwrap();
    /// assert_eq!(careful.throw("bang"), Err(Raised::Error("bang")));
    /// ```
    pub fn raising(body: impl FnOnce(Co<Y, S, E>) -> F) -> Self {
        Self::created(RaisingBody(AwaitBody::new(body)))
    }
}

impl<Y, S, M: Mode, F: Future> AwaitBody<Y, S, M, F> {
    fn new(body: impl FnOnce(Co<Y, S, M::Error>) -> F) -> Self {
        let slots = Rc::new(Slots::new());
        let future = Box::pin(body(Co { slots: slots.clone() }));
        Self { slots, future }
    }

    /// Runs the body to its next `yield`, or to its output.
    #[inline]
    fn run(&mut self, sent: Option<S>) -> Result<Step<Y, F::Output>, Raised<M::Error>> {
        let slots = &*self.slots;
        slots.signal.set(Signal::Running);
        slots.sent.set(sent);
        // Nobody is woken: a body waits for its driver, who polls it.
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => {
                slots.must_run(slots.signal.get());
                Ok(Step::Complete(output))
            }
            Poll::Pending => match slots.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => {
                    Ok(Step::Yielded(slots.yielded.take().expect("a yield fills its slot")))
                }
                Signal::Raised => Err(slots.raised.take().expect("a raise fills its slot")),
                Signal::Delegated | Signal::DelegatedCatching => {
                    unreachable!("only a recursive body hands delegates over")
                }
                Signal::Running => panic!("{NOT_CO}"),
            },
        }
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Result<Step<Y, F::Output>, Raised<M::Error>> {
        if self.slots.signal.get() == Signal::YieldedCatching {
            self.slots.thrown.set(Some(thrown));
            self.run(None)
        } else {
            Err(thrown.into())
        }
    }
}

impl<Y, S, F: Future> Engine for AwaitBody<Y, S, Infallible, F> {
    type Yield = Y;
    type Send = S;
    type Return = F::Output;
    type Error = Infallible;
    type Mode = Infallible;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        self.run(None)
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        self.run(Some(value))
    }

    fn throw(&mut self, thrown: Thrown<Infallible>) -> Outcome<Self> {
        self.throw(thrown)
    }

    #[inline]
    fn start_or_resume(&mut self, _: bool, value: S) -> Outcome<Self> {
        self.run(Some(value))
    }
}

impl<Y, S, R, E, F> Engine for AwaitBody<Y, S, Fallible<E>, F>
where
    F: Future<Output = Result<R, E>>,
{
    type Yield = Y;
    type Send = S;
    type Return = R;
    type Error = E;
    type Mode = Fallible<E>;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        raise_error(self.run(None))
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        raise_error(self.run(Some(value)))
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Outcome<Self> {
        raise_error(self.throw(thrown))
    }

    #[inline]
    fn start_or_resume(&mut self, _: bool, value: S) -> Outcome<Self> {
        raise_error(self.run(Some(value)))
    }
}

/// The body of a generator made by [`raising`](Generator::raising): an async block that ends with
/// `Result<R, Raised<E>>`.
pub struct RaisingBody<Y, S, E, F: Future>(AwaitBody<Y, S, Fallible<E>, F>);

impl<Y, S, R, E, F> Engine for RaisingBody<Y, S, E, F>
where
    F: Future<Output = Result<R, Raised<E>>>,
{
    type Yield = Y;
    type Send = S;
    type Return = R;
    type Error = E;
    type Mode = Fallible<E>;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        raise_error(self.0.run(None))
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        raise_error(self.0.run(Some(value)))
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Outcome<Self> {
        raise_error(self.0.throw(thrown))
    }

    #[inline]
    fn start_or_resume(&mut self, _: bool, value: S) -> Outcome<Self> {
        raise_error(self.0.run(Some(value)))
    }
}

/// A fallible body that ends with `Err` has raised.
#[inline]
fn raise_error<Y, R, E, X: Into<Raised<E>>>(
    step: Result<Step<Y, Result<R, X>>, Raised<E>>,
) -> Result<Step<Y, R>, Raised<E>> {
    match step? {
        Step::Yielded(value) => Ok(Step::Yielded(value)),
        Step::Complete(output) => output.map(Step::Complete).map_err(Into::into),
    }
}

pub(crate) const NOT_CO: &str = "the body of a generator awaited something other than its `co`: a generator \
    can't wait; an async generator can, see the crate `twin-async-generators`";
