//! The stable engine: an async block that [`genawaiter`] drives, with a `co` handle to yield.
//!
//! `genawaiter` tells a body that yields from a body that waits: its airlock holds a value, or
//! none. What is yielded goes through it. Its asynchronous side takes no argument, so what is
//! sent lies in a slot at its side, together with what happens rarely: a throw, an exit, an error.

use std::cell::Cell;
use std::convert::Infallible;
use std::future;
use std::mem;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use genawaiter::{GeneratorState, rc};
use twin_generators::{Fallible, Mode, Raised, Step, Thrown};

use super::{Engine, Outcome, sealed};
use crate::generator::AsyncGenerator;

/// The handle with which a body on the genawaiter engine yields.
///
/// `Y`, `S` and `E` are what the body yields, what is sent to it, and what can be thrown into it.
///
/// To yield borrows the handle mutably until the answer comes, so two yields at once don't
/// compile:
///
/// ```compile_fail,E0499
/// use futures_lite::future;
/// use twin_async_generators::Co;
///
/// async fn body(mut co: Co<i32>) {
///     future::zip(co.yield_(1), co.yield_(2)).await;
/// }
/// ```
pub struct Co<Y, S = (), E = Infallible> {
    airlock: rc::Co<Y>,
    side: Rc<Side<S, E>>,
}

/// What the body and its driver tell each other beside the yielded value.
struct Side<S, E> {
    signal: Cell<Signal>,
    /// On its way into the body, to a `yield_` or `try_yield`.
    sent: Cell<Option<S>>,
    /// On its way into the body, to a `try_yield`.
    thrown: Cell<Option<Thrown<E>>>,
    /// On its way out of the body, which is not to be run again.
    raised: Cell<Option<Raised<E>>>,
}

/// What the body did last.
#[derive(Clone, Copy, PartialEq)]
enum Signal {
    /// Nothing yet: it runs, or waits for something else than a `yield`.
    Running,
    /// It waits at a `yield_`, its value in the airlock or taken.
    Yielded,
    /// It waits at a `try_yield`, which catches.
    YieldedCatching,
    /// It gave up a `yield` (in a `race`, say) whose value is still in the airlock.
    Withdrawn,
    /// It waits where it never goes on from, or has ended.
    Ended,
}

impl<Y, S, E> Co<Y, S, E> {
    /// Yields a value and gives what is sent back: Python's `v = yield y`.
    ///
    /// What is thrown in here is not caught: the body ends, its destructors run (Python's
    /// `finally`), and the caller of `athrow` gets the error.
    ///
    /// # Cancellation
    ///
    /// If the returned future is dropped before the value has reached the consumer, the value is
    /// taken back. If it is dropped after, what was sent in answer is dropped with it.
    ///
    /// Joined with other futures (`zip`, `race`), it must be polled whenever the body is: an
    /// answer doesn't wake it. A set that polls only what was woken (`FuturesUnordered`) would
    /// not see the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut letters = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_('a').await;
    ///     co.yield_('b').await;
    /// });
    /// assert_eq!(letters.next().await, Some('a'));
    /// assert_eq!(letters.next().await, Some('b'));
    /// assert_eq!(letters.next().await, None);
    /// # });
    /// ```
    #[inline]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y, S, E> {
        Yield(Suspend { co: self, progress: Progress::Ahead(value) })
    }

    /// Yields a value and catches what is thrown in: Python's `yield` inside `try`.
    ///
    /// The code after it may await: this is where asynchronous clean-up goes.
    ///
    /// # Errors
    ///
    /// What `athrow` raises here, or [`Thrown::Exit`] when the generator is being closed.
    ///
    /// # Cancellation
    ///
    /// As [`yield_`](Self::yield_).
    #[inline]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, E> {
        TryYield(Suspend { co: self, progress: Progress::Ahead(value) })
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
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut polite = AsyncGenerator::new(|mut co| async move {
    ///     if let Err(exit) = co.try_yield(1).await {
    ///         println!("body: closing");
    ///         co.raise(exit).await;
    ///     }
    ///     "not closed"
    /// });
    /// assert_eq!(polite.next().await, Some(1));
    /// assert_eq!(polite.aclose().await, Ok(None));
    /// # });
    /// ```
    pub async fn raise(&mut self, raised: impl Into<Raised<E>>) -> Infallible {
        self.side.raised.set(Some(raised.into()));
        self.side.signal.set(Signal::Ended);
        future::pending().await
    }
}

/// Future of [`Co::yield_`].
#[must_use = "a yield hands its value out only when awaited"]
pub struct Yield<'co, Y, S, E>(Suspend<'co, Y, S, E, false>);

/// Future of [`Co::try_yield`].
#[must_use = "a yield hands its value out only when awaited"]
pub struct TryYield<'co, Y, S, E>(Suspend<'co, Y, S, E, true>);

/// One stay at a `yield`, which catches or does not.
struct Suspend<'co, Y, S, E, const CATCHES: bool> {
    co: &'co mut Co<Y, S, E>,
    progress: Progress<Y>,
}

/// How far a stay at a `yield` is.
enum Progress<Y> {
    /// The value is here.
    Ahead(Y),
    /// The value is in the airlock, or with the consumer.
    Waits,
    /// The answer has come.
    Over,
}

impl<Y, S, E, const CATCHES: bool> Unpin for Suspend<'_, Y, S, E, CATCHES> {}

impl<Y, S, E, const CATCHES: bool> Suspend<'_, Y, S, E, CATCHES> {
    const SIGNAL: Signal = if CATCHES { Signal::YieldedCatching } else { Signal::Yielded };

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<S, Thrown<E>>> {
        let side = &*self.co.side;
        match mem::replace(&mut self.progress, Progress::Waits) {
            Progress::Ahead(value) if side.signal.get() == Signal::Running => {
                side.signal.set(Self::SIGNAL);
                drop(self.co.airlock.yield_(value));
            }
            Progress::Ahead(value) => {
                self.progress = Progress::Ahead(value);
                if side.signal.get() == Signal::Withdrawn {
                    // The airlock is still taken, until this poll of the body is over: come again.
                    context.waker().wake_by_ref();
                }
            }
            Progress::Waits | Progress::Over => {
                let answer = match side.sent.take() {
                    Some(sent) => Some(Ok(sent)),
                    None if CATCHES => side.thrown.take().map(Err),
                    None => None,
                };
                if let Some(answer) = answer {
                    self.progress = Progress::Over;
                    return Poll::Ready(answer);
                }
                // Polled for other reasons: beside it something else is awaited.
            }
        }
        Poll::Pending
    }
}

impl<Y, S, E, const CATCHES: bool> Drop for Suspend<'_, Y, S, E, CATCHES> {
    #[inline]
    fn drop(&mut self) {
        if let Progress::Waits = self.progress {
            self.co.side.give_up(Self::SIGNAL);
        }
    }
}

impl<S, E> Side<S, E> {
    /// Leaves a `yield` that has had no answer, or has not read it.
    #[cold]
    fn give_up(&self, signal: Signal) {
        if self.signal.get() == signal {
            // An answer would have set `Running`: so the value has not reached the consumer.
            self.signal.set(Signal::Withdrawn);
        }
        // The answer must not reach the next yield.
        self.sent.set(None);
        self.thrown.set(None);
    }
}

impl<Y, S, E> Future for Yield<'_, Y, S, E> {
    type Output = S;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<S> {
        match self.0.poll(context) {
            Poll::Ready(Ok(sent)) => Poll::Ready(sent),
            Poll::Ready(Err(_)) => unreachable!("only a catching yield is thrown into"),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<Y, S, E> Future for TryYield<'_, Y, S, E> {
    type Output = Result<S, Thrown<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context)
    }
}

/// A body on the genawaiter engine: an async block.
pub struct AwaitBody<Y, S, M: Mode, F: Future> {
    engine: rc::Gen<Y, (), F>,
    side: Rc<Side<S, M::Error>>,
}

/// How a run of the body ended, before anyone asks whether its output is a `Result`.
type Ran<Y, O, E> = Result<Step<Y, O>, Raised<E>>;

impl<Y, S, F: Future> AsyncGenerator<AwaitBody<Y, S, Infallible, F>> {
    /// Makes an async generator of an async block that cannot fail.
    ///
    /// The closure gets the handle to yield with. Nothing runs before the first step is awaited.
    /// The body may await what it likes, under any executor.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use smol::Timer;
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut countdown = AsyncGenerator::new(|mut co| async move {
    ///     for second in (1..=2).rev() {
    ///         co.yield_(second).await;
    ///         Timer::after(Duration::from_millis(1)).await;
    ///     }
    /// });
    /// assert_eq!(countdown.next().await, Some(2));
    /// assert_eq!(countdown.next().await, Some(1));
    /// assert_eq!(countdown.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn new(body: impl FnOnce(Co<Y, S>) -> F) -> Self {
        Self::created(AwaitBody::new(body))
    }
}

impl<Y, S, R, E, F> AsyncGenerator<AwaitBody<Y, S, Fallible<E>, F>>
where
    F: Future<Output = Result<R, E>>,
{
    /// Makes an async generator of an async block that can raise: it ends with a `Result`.
    ///
    /// As [`new`](AsyncGenerator::new), but the items are `Result<Y, E>`, so that an error is
    /// never lost, and an `E` can be thrown in.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut halves = AsyncGenerator::fallible(|mut co| async move {
    ///     co.yield_(8 / 2).await;
    ///     Err::<(), _>("7 is odd")
    /// });
    /// assert_eq!(halves.next().await, Some(Ok(4)));
    /// assert_eq!(halves.next().await, Some(Err("7 is odd")));
    /// assert_eq!(halves.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn fallible(body: impl FnOnce(Co<Y, S, E>) -> F) -> Self {
        Self::created(AwaitBody::new(body))
    }
}

impl<Y, S, M: Mode, F: Future> AwaitBody<Y, S, M, F> {
    fn new(body: impl FnOnce(Co<Y, S, M::Error>) -> F) -> Self {
        let side = Rc::new(Side {
            signal: Cell::new(Signal::Running),
            sent: Cell::new(None),
            thrown: Cell::new(None),
            raised: Cell::new(None),
        });
        let engine = rc::Gen::new(|airlock| body(Co { airlock, side: side.clone() }));
        Self { engine, side }
    }

    #[inline]
    fn send(&mut self, value: S) {
        self.side.signal.set(Signal::Running);
        self.side.sent.set(Some(value));
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Result<(), Thrown<M::Error>> {
        if self.side.signal.get() != Signal::YieldedCatching {
            return Err(thrown);
        }
        self.side.signal.set(Signal::Running);
        self.side.thrown.set(Some(thrown));
        Ok(())
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Ran<Y, F::Output, M::Error>> {
        let step = pin!(self.engine.async_resume()).poll(context);
        match step {
            Poll::Ready(GeneratorState::Yielded(value)) => match self.side.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => Poll::Ready(Ok(Step::Yielded(value))),
                // A value that was withdrawn.
                _ => self.raised_or_pending(),
            },
            Poll::Ready(GeneratorState::Complete(output)) => {
                self.side.signal.set(Signal::Ended);
                Poll::Ready(Ok(Step::Complete(output)))
            }
            Poll::Pending => self.raised_or_pending(),
        }
    }

    /// Why a body has not yielded that seems to wait.
    fn raised_or_pending(&self) -> Poll<Ran<Y, F::Output, M::Error>> {
        if self.side.signal.get() == Signal::Withdrawn {
            self.side.signal.set(Signal::Running);
        }
        match self.side.raised.take() {
            Some(raised) => Poll::Ready(Err(raised)),
            None => Poll::Pending,
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
    fn send(&mut self, value: S) {
        self.send(value);
    }

    fn throw(&mut self, thrown: Thrown<Infallible>) -> Result<(), Thrown<Infallible>> {
        self.throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.poll(context)
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
    fn send(&mut self, value: S) {
        self.send(value);
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        self.throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.poll(context).map(|step| match step? {
            Step::Yielded(value) => Ok(Step::Yielded(value)),
            // A fallible body that ends with `Err` has raised.
            Step::Complete(output) => Ok(Step::Complete(output?)),
        })
    }
}
