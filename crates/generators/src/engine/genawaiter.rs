//! The stable engine: an async block that [`genawaiter`] drives, with a `co` handle to yield.
//!
//! Every step of a generator goes through `genawaiter`'s airlock, which carries plain values:
//! what is yielded one way, what is sent the other. What happens rarely (a throw, an exit, an
//! error) lies in a slot at its side, so that a plain step doesn't pay for it.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use genawaiter::{GeneratorState, rc};
use pin_project_lite::pin_project;

use super::{Engine, Fallible, Mode, Outcome, sealed};
use crate::error::{Raised, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// The handle with which a body on the genawaiter engine yields.
///
/// `Y`, `S` and `E` are what the body yields, what is sent to it, and what can be thrown into it.
pub struct Co<Y, S = (), E = Infallible> {
    airlock: rc::Co<Y, Option<S>>,
    side: Rc<Side<E>>,
}

/// What the body and its driver tell each other beside the values.
struct Side<E> {
    signal: Cell<Signal>,
    /// On its way into the body, to a `try_yield`.
    thrown: Cell<Option<Thrown<E>>>,
    /// On its way out of the body, which is not to be run again.
    raised: Cell<Option<Raised<E>>>,
}

/// What the body did last.
#[derive(Clone, Copy, PartialEq)]
enum Signal {
    /// Nothing yet: it runs.
    Running,
    /// It waits at a `yield_`.
    Yielded,
    /// It waits at a `try_yield`, which catches.
    YieldedCatching,
    /// It waits where it never goes on from.
    Raised,
}

impl<Y, S, E> Co<Y, S, E> {
    /// Yields a value and gives what is sent back: Python's `v = yield y`.
    ///
    /// What is thrown in here is not caught: the body ends, its destructors run (Python's
    /// `finally`), and the caller of [`throw`](Generator::throw) gets the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step};
    ///
    /// let mut greeter = Generator::new(|mut co| async move {
    ///     let name = co.yield_("who is it?").await;
    ///     format!("hello, {name}")
    /// });
    /// greeter.start().unwrap();
    /// assert_eq!(greeter.send("ann"), Ok(Step::Complete("hello, ann".to_owned())));
    /// ```
    pub async fn yield_(&mut self, value: Y) -> S {
        match self.suspend(value, Signal::Yielded).await {
            Some(sent) => sent,
            None => unreachable!("only a catching yield is thrown into"),
        }
    }

    /// Yields a value and catches what is thrown in: Python's `yield` inside `try`.
    ///
    /// # Errors
    ///
    /// What [`throw`](Generator::throw) raises here, or [`Thrown::Exit`] when the generator is
    /// being closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step, Thrown};
    ///
    /// let mut careful = Generator::fallible(|mut co| async move {
    ///     match co.try_yield("working").await {
    ///         Ok(()) => Ok("undisturbed"),
    ///         Err(Thrown::Error("boom")) => Ok("recovered"),
    ///         Err(Thrown::Error(error)) => Err(error),
    ///         Err(Thrown::Exit) => Ok("closed"),
    ///     }
    /// });
    /// careful.start().unwrap();
    /// assert_eq!(careful.throw("boom"), Ok(Step::Complete("recovered")));
    /// ```
    pub async fn try_yield(&mut self, value: Y) -> Result<S, Thrown<E>> {
        match self.suspend(value, Signal::YieldedCatching).await {
            Some(sent) => Ok(sent),
            None => Err(self.side.thrown.take().expect("a throw fills its slot")),
        }
    }

    /// Ends the body here: Python's `raise`.
    ///
    /// The future never completes. The body is dropped at this await, its destructors run, and
    /// the caller gets the error. A fallible body may as well end with `Err(error)`; this also
    /// raises from a body that can't fail (`Thrown::Exit`), and hands on what was caught.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let mut polite = Generator::new(|mut co| async move {
    ///     if let Err(exit) = co.try_yield(1).await {
    ///         println!("body: closing");
    ///         co.raise(exit).await;
    ///     }
    ///     "not closed"
    /// });
    /// assert_eq!(polite.next(), Some(1));
    /// assert_eq!(polite.close(), Ok(None));
    /// ```
    pub async fn raise(&mut self, raised: impl Into<Raised<E>>) -> Infallible {
        self.side.raised.set(Some(raised.into()));
        self.side.signal.set(Signal::Raised);
        std::future::pending().await
    }

    fn suspend(&self, value: Y, signal: Signal) -> impl Future<Output = Option<S>> {
        self.side.signal.set(signal);
        self.airlock.yield_(value)
    }
}

/// A body on the genawaiter engine: an async block.
pub struct AwaitBody<Y, S, M: Mode, F: Future> {
    engine: rc::Gen<Y, Option<S>, Watched<F, M::Error>>,
    side: Rc<Side<M::Error>>,
}

impl<Y, S, F: Future> Generator<AwaitBody<Y, S, Infallible, F>> {
    /// Makes a generator of an async block that cannot fail.
    ///
    /// The closure gets the handle to yield with. Nothing runs before the first step.
    ///
    /// # Panics
    ///
    /// A step panics if the body awaits anything but its [`Co`]; bodies that do are what
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

impl<Y, S, M: Mode, F: Future> AwaitBody<Y, S, M, F> {
    fn new(body: impl FnOnce(Co<Y, S, M::Error>) -> F) -> Self {
        let side = Rc::new(Side {
            signal: Cell::new(Signal::Running),
            thrown: Cell::new(None),
            raised: Cell::new(None),
        });
        let engine = rc::Gen::new(|airlock| Watched {
            future: body(Co { airlock, side: side.clone() }),
            side: side.clone(),
        });
        Self { engine, side }
    }

    #[inline]
    fn run<R>(&mut self, sent: Option<S>) -> Result<Step<Y, R>, Raised<M::Error>>
    where
        F::Output: Ending<M, Return = R>,
    {
        self.side.signal.set(Signal::Running);
        match self.engine.resume_with(sent) {
            GeneratorState::Yielded(value) => Ok(Step::Yielded(value)),
            GeneratorState::Complete(Ok(output)) => Ok(Step::Complete(output.end()?)),
            GeneratorState::Complete(Err(raised)) => Err(raised),
        }
    }
}

impl<Y, S, M: Mode, F: Future> sealed::Sealed for AwaitBody<Y, S, M, F> {}

impl<Y, S, M, F> Engine for AwaitBody<Y, S, M, F>
where
    M: Mode,
    F: Future<Output: Ending<M>>,
{
    type Yield = Y;
    type Send = S;
    type Return = <F::Output as Ending<M>>::Return;
    type Error = M::Error;
    type Mode = M;

    #[inline]
    fn start(&mut self) -> Outcome<Self> {
        self.run(None)
    }

    #[inline]
    fn resume(&mut self, value: S) -> Outcome<Self> {
        self.run(Some(value))
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Outcome<Self> {
        if self.side.signal.get() == Signal::YieldedCatching {
            self.side.thrown.set(Some(thrown));
            self.run(None)
        } else {
            Err(thrown.into())
        }
    }
}

/// How an async block of this output ends: with a value, or in a [`Fallible`] body with an error.
pub trait Ending<M: Mode> {
    /// What the body returns.
    type Return;

    #[doc(hidden)]
    fn end(self) -> Result<Self::Return, M::Error>;
}

impl<R> Ending<Infallible> for R {
    type Return = R;

    #[inline]
    fn end(self) -> Result<R, Infallible> {
        Ok(self)
    }
}

impl<R, E> Ending<Fallible<E>> for Result<R, E> {
    type Return = R;

    #[inline]
    fn end(self) -> Self {
        self
    }
}

pin_project! {
    /// The body, with an eye on why it is pending: `genawaiter` takes each for a `yield`.
    struct Watched<F, E> {
        #[pin]
        future: F,
        side: Rc<Side<E>>,
    }
}

impl<F: Future, E> Future for Watched<F, E> {
    type Output = Result<F::Output, Raised<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => match this.side.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => Poll::Pending,
                Signal::Raised => {
                    Poll::Ready(Err(this.side.raised.take().expect("a raise fills its slot")))
                }
                Signal::Running => panic!(
                    "the body of a generator awaited something other than its `co`: a generator \
                     can't wait; an async generator can, see the crate `twin-async-generators`"
                ),
            },
        }
    }
}
