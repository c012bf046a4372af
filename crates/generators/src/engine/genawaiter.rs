//! The stable engine: an async block that [`genawaiter`] drives.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use genawaiter::{GeneratorState, rc};
use pin_project_lite::pin_project;

use super::co::{Co, NOT_AWAITED, Side, Signal};
use super::{Engine, Fallible, Mode, Outcome, sealed};
use crate::error::{Raised, Thrown};
use crate::generator::Generator;
use crate::step::Step;

/// A body on the genawaiter engine: an async block.
pub struct AwaitBody<Y, S, M: Mode, F: Future> {
    engine: rc::Gen<Y, (), Watched<F, S, M::Error>>,
    side: Rc<Side<S, M::Error>>,
    /// Filled at the end, unless the body has raised. Apart, so that what `genawaiter` hands back
    /// at each step fits into registers.
    output: Rc<Cell<Option<F::Output>>>,
}

impl<Y, S, F: Future> Generator<AwaitBody<Y, S, Infallible, F>> {
    /// Makes a generator of an async block that cannot fail.
    ///
    /// The closure gets the handle to yield with. Nothing runs before the first step. An async
    /// closure will do as well; the [front page](crate#a-bodys-types) says when it is better.
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
            sent: Cell::new(None),
            thrown: Cell::new(None),
            raised: Cell::new(None),
        });
        let output = Rc::new(Cell::new(None));
        let engine = rc::Gen::new(|airlock| Watched {
            future: body(Co { airlock, side: side.clone() }),
            side: side.clone(),
            output: output.clone(),
        });
        Self { engine, side, output }
    }

    /// Runs the body to its next `yield`, or to its output.
    #[inline]
    fn run(&mut self, sent: Option<S>) -> Result<Step<Y, F::Output>, Raised<M::Error>> {
        self.side.signal.set(Signal::Running);
        self.side.sent.set(sent);
        match self.engine.resume() {
            GeneratorState::Yielded(value) => Ok(Step::Yielded(value)),
            GeneratorState::Complete(()) => match self.output.take() {
                Some(output) => Ok(Step::Complete(output)),
                None => Err(self.side.raised.take().expect("a raise fills its slot")),
            },
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
    struct Watched<F: Future, S, E> {
        #[pin]
        future: F,
        side: Rc<Side<S, E>>,
        output: Rc<Cell<Option<F::Output>>>,
    }
}

const NOT_CO: &str = "the body of a generator awaited something other than its `co`: a generator \
    can't wait; an async generator can, see the crate `twin-async-generators`";

impl<F: Future, S, E> Future for Watched<F, S, E> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(context) {
            Poll::Ready(output) => {
                assert!(this.side.signal.get() == Signal::Running, "{NOT_AWAITED}");
                this.output.set(Some(output));
                Poll::Ready(())
            }
            Poll::Pending => match this.side.signal.get() {
                Signal::Yielded | Signal::YieldedCatching => Poll::Pending,
                Signal::Raised => Poll::Ready(()),
                Signal::Running => panic!("{NOT_CO}"),
            },
        }
    }
}
