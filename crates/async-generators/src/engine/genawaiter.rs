//! The stable engine: an async block that [`genawaiter`] drives, with a `co` handle to yield.
//!
//! `genawaiter` tells a body that yields from a body that waits: its airlock holds a value, or
//! none. What is yielded goes through it. Its asynchronous side takes no argument, so what is
//! sent lies in a slot at its side, together with what happens rarely: a throw, an exit, an error.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use genawaiter::{GeneratorState, rc};
use twin_generators::{Fallible, Mode, Raised, Step, Thrown};

use super::co::{Co, Side, Signal};
use super::{Engine, Outcome, sealed};
use crate::generator::AsyncGenerator;

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
    /// The body may await what it likes, under any executor. An async closure will do as well;
    /// the [front page](crate#a-bodys-types) says when it is better.
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
            signal: Cell::new(Signal::Away),
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
        if self.side.signal.get() == Signal::Away {
            self.side.signal.set(Signal::Running);
        }
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
        match self.side.raised.take() {
            Some(raised) => Poll::Ready(Err(raised)),
            None => {
                self.side.signal.set(Signal::Away);
                Poll::Pending
            }
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
