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
    #[inline]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, impl Future<Output = Option<S>> + Unpin, E> {
        Yield(self.suspend(value, Signal::Yielded))
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
    #[inline]
    pub fn try_yield(
        &mut self,
        value: Y,
    ) -> TryYield<'_, impl Future<Output = Option<S>> + Unpin, E> {
        TryYield(self.suspend(value, Signal::YieldedCatching))
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

    /// Hands the value over and suspends.
    #[inline]
    fn suspend(
        &mut self,
        value: Y,
        signal: Signal,
    ) -> Suspend<'_, impl Future<Output = Option<S>> + Unpin, E> {
        // The airlock holds one value: a second one would overwrite it.
        assert!(
            self.side.signal.replace(signal) == Signal::Running,
            "a `yield_` was dropped before it was resumed: await each one where it stands"
        );
        Suspend { resumed: self.airlock.yield_(value), side: &self.side }
    }
}

// Futures by hand: an `async fn` around the airlock's future costs a third of a step.

/// Future of [`Co::yield_`].
#[must_use = "the body is suspended by the `.await`"]
pub struct Yield<'a, F, E>(Suspend<'a, F, E>);

impl<S, E, F: Future<Output = Option<S>> + Unpin> Future for Yield<'_, F, E> {
    type Output = S;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<S> {
        self.0.poll(context).map(|sent| sent.expect("only a catching yield is thrown into"))
    }
}

/// Future of [`Co::try_yield`].
#[must_use = "the body is suspended by the `.await`"]
pub struct TryYield<'a, F, E>(Suspend<'a, F, E>);

impl<S, E, F: Future<Output = Option<S>> + Unpin> Future for TryYield<'_, F, E> {
    type Output = Result<S, Thrown<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context).map(|sent| {
            sent.ok_or_else(|| self.0.side.thrown.take().expect("a throw fills its slot"))
        })
    }
}

/// Waits for what is sent, or for `None`: a throw.
struct Suspend<'a, F, E> {
    resumed: F,
    side: &'a Side<E>,
}

impl<S, E, F: Future<Output = Option<S>> + Unpin> Suspend<'_, F, E> {
    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<S>> {
        // Asking the airlock would do, but takes longer.
        if self.side.signal.get() != Signal::Running {
            return Poll::Pending;
        }
        Pin::new(&mut self.resumed).poll(context)
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

    /// Runs the body to its next `yield`, or to its output.
    #[inline]
    fn run(&mut self, sent: Option<S>) -> Result<Step<Y, F::Output>, Raised<M::Error>> {
        self.side.signal.set(Signal::Running);
        match self.engine.resume_with(sent) {
            GeneratorState::Yielded(value) => Ok(Step::Yielded(value)),
            GeneratorState::Complete(Some(output)) => Ok(Step::Complete(output)),
            GeneratorState::Complete(None) => {
                Err(self.side.raised.take().expect("a raise fills its slot"))
            }
        }
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Result<Step<Y, F::Output>, Raised<M::Error>> {
        if self.side.signal.get() == Signal::YieldedCatching {
            self.side.thrown.set(Some(thrown));
            self.run(None)
        } else {
            Err(thrown.into())
        }
    }
}

impl<Y, S, M: Mode, F: Future> sealed::Sealed for AwaitBody<Y, S, M, F> {}

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
}

/// A fallible body that ends with `Err` has raised.
#[inline]
fn raise_error<Y, R, E>(
    step: Result<Step<Y, Result<R, E>>, Raised<E>>,
) -> Result<Step<Y, R>, Raised<E>> {
    match step? {
        Step::Yielded(value) => Ok(Step::Yielded(value)),
        Step::Complete(output) => Ok(Step::Complete(output?)),
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
    /// `None`: the body has raised.
    type Output = Option<F::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => match this.side.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => Poll::Pending,
                Signal::Raised => Poll::Ready(None),
                Signal::Running => panic!(
                    "the body of a generator awaited something other than its `co`: a generator \
                     can't wait; an async generator can, see the crate `twin-async-generators`"
                ),
            },
        }
    }
}
