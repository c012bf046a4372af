//! The stable engine: an async block with a handle to yield by, as the crate `genawaiter` has it.
//!
//! Not on that crate: its airlock takes no throw and no exit, and its asynchronous side no answer.
//! A second set of slots beside it cost half of a step.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use twin_generators::{Fallible, Mode, Raised, Step, Thrown};

use super::co::{Co, Signal, Slots};
use super::{Engine, Outcome};
use crate::generator::AsyncGenerator;

/// A body on the stable engine: an async block.
pub struct AwaitBody<Y, S, M: Mode, F: Future> {
    slots: Rc<Slots<Y, S, M::Error>>,
    future: Pin<Box<F>>,
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

impl<Y, S, R, E, F> AsyncGenerator<RaisingBody<Y, S, E, F>>
where
    F: Future<Output = Result<R, Raised<E>>>,
{
    /// Makes an async generator of an async block that hands on by `?` what it catches and does not
    /// handle: Python's `except` with a plain `raise`.
    ///
    /// As [`fallible`](AsyncGenerator::fallible), but the block ends with `Result<R, Raised<E>>`. So
    /// a `?` takes what [`try_yield`](Co::try_yield) and [`try_yield_from`](Co::try_yield_from)
    /// give, the exit included, and an `E`. It turns no other error into an `E`, as a `fallible`
    /// body's does; there, what was caught goes on by [`co.raise(…).await`](Co::raise).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Raised, Step, ThrowError, Thrown};
    ///
    /// # smol::block_on(async {
    /// let mut careful = AsyncGenerator::raising(|mut co| async move {
    ///     match co.try_yield("working").await {
    ///         Err(Thrown::Error("boom")) => Ok("recovered"),
    ///         received => {
    ///             received?;
    ///             Ok("undisturbed")
    ///         }
    ///     }
    /// });
    /// careful.start().await.unwrap();
    /// let raised = careful.athrow("bang").await;
    /// assert_eq!(raised, Err(ThrowError::Raised(Raised::Error("bang"))));
    /// # });
    /// ```
    #[track_caller]
    pub fn raising(body: impl FnOnce(Co<Y, S, E>) -> F) -> Self {
        Self::created(RaisingBody(AwaitBody::new(body)))
    }
}

impl<Y, S, M: Mode, F: Future> AwaitBody<Y, S, M, F> {
    fn new(body: impl FnOnce(Co<Y, S, M::Error>) -> F) -> Self {
        let slots = Rc::new(Slots::new());
        let future = Box::pin(body(Co::new(slots.clone())));
        Self { slots, future }
    }

    #[inline]
    fn send(&mut self, value: S) {
        self.slots.sent.set(Some(value));
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Result<(), Thrown<M::Error>> {
        self.slots.throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Ran<Y, F::Output, M::Error>> {
        let slots = &*self.slots;
        slots.signal.set(Signal::Running);
        match self.future.as_mut().poll(context) {
            Poll::Ready(output) => {
                slots.must_run();
                // What a task of the body yields from now on is outside it.
                slots.signal.set(Signal::Away);
                Poll::Ready(Ok(Step::Complete(output)))
            }
            Poll::Pending => match slots.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => {
                    let value = slots.yielded.take().expect("a yield fills its slot");
                    Poll::Ready(Ok(Step::Yielded(value)))
                }
                Signal::Raised => {
                    Poll::Ready(Err(slots.raised.take().expect("a raise fills its slot")))
                }
                _ => {
                    slots.signal.set(Signal::Away);
                    Poll::Pending
                }
            },
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
        self.poll(context).map(raise_error)
    }
}

/// The body of an async generator made by [`raising`](AsyncGenerator::raising): an async block that
/// ends with `Result<R, Raised<E>>`.
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
    fn send(&mut self, value: S) {
        self.0.send(value);
    }

    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        self.0.throw(thrown)
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        self.0.poll(context).map(raise_error)
    }
}

/// A fallible body that ends with `Err` has raised.
#[inline]
fn raise_error<Y, R, E, X: Into<Raised<E>>>(
    step: Ran<Y, Result<R, X>, E>,
) -> Result<Step<Y, R>, Raised<E>> {
    match step? {
        Step::Yielded(value) => Ok(Step::Yielded(value)),
        Step::Complete(output) => output.map(Step::Complete).map_err(Into::into),
    }
}
