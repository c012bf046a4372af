//! The handle of a body on the stable engine.
//!
//! What goes in and out lies in slots that the body and its driver share, one for each kind, so
//! that a plain step doesn't pay for what is rare: a throw, an exit, an error.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::error::{IntoRaised, Raised, Thrown};

/// The handle with which a body on the stable engine yields.
///
/// `Y`, `S` and `E` are what the body yields, what is sent to it, and what can be thrown into it.
/// Inference mostly finds them; a body that is an `async fn` names them, and so does one that
/// calls a method on what is sent: `|mut co: Co<_, &str>| …`.
///
/// # Examples
///
/// ```
/// use twin_generators::{Co, Generator};
///
/// async fn countdown(mut co: Co<u32>) {
///     for second in (1..=3).rev() {
///         co.yield_(second).await;
///     }
/// }
///
/// assert_eq!(Generator::new(countdown).collect::<Vec<_>>(), [3, 2, 1]);
/// ```
///
/// To yield borrows the handle mutably until the answer comes, so two yields at once don't
/// compile:
///
/// ```compile_fail,E0499
/// use twin_generators::Co;
///
/// async fn body(mut co: Co<u32>) {
///     let first = co.yield_(1);
///     let second = co.yield_(2);
///     first.await;
///     second.await;
/// }
/// ```
pub struct Co<Y, S = (), E = Infallible> {
    pub(crate) slots: Rc<Slots<Y, S, E>>,
}

/// What the body and its driver tell each other.
pub(crate) struct Slots<Y, S, E> {
    pub(crate) signal: Cell<Signal>,
    /// On its way out of the body.
    pub(crate) yielded: Cell<Option<Y>>,
    /// On its way into the body.
    pub(crate) sent: Cell<Option<S>>,
    /// On its way into the body, to a `try_yield`.
    pub(crate) thrown: Cell<Option<Thrown<E>>>,
    /// On its way out of the body, which is not to be run again.
    pub(crate) raised: Cell<Option<Raised<E>>>,
}

/// What the body did last.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Signal {
    /// Nothing yet: it runs.
    Running,
    /// It waits at a `yield_`.
    Yielded,
    /// It waits at a `try_yield`, which catches.
    YieldedCatching,
    /// It waits for a delegate that the driver runs, in a recursive body.
    Delegated,
    /// It waits for such a delegate at a `try_yield_from`, which catches.
    DelegatedCatching,
    /// It waits where it never goes on from.
    Raised,
}

impl<Y, S, E> Co<Y, S, E> {
    /// Yields a value and gives what is sent back: Python's `v = yield y`.
    ///
    /// What is thrown in here is not caught: the body ends, its destructors run (Python's
    /// `finally`), and the caller of [`throw`](crate::Generator::throw) gets the error.
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
    #[track_caller]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y, S, E> {
        self.slots.yield_(value)
    }

    /// Yields a value and catches what is thrown in: Python's `yield` inside `try`.
    ///
    /// # Errors
    ///
    /// What [`throw`](crate::Generator::throw) raises here, or [`Thrown::Exit`] when the generator is
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
    #[track_caller]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, E> {
        self.slots.try_yield(value)
    }

    /// Ends the body here: Python's `raise`.
    ///
    /// The future never completes. The body is dropped at this await, its destructors run, and
    /// the caller gets the error. A fallible body may as well end with `Err(error)`; this also
    /// raises from a body that can't fail (`Thrown::Exit`), and hands on what was caught: its
    /// `.await` has the type `!`, which stands where any value does.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Step, Thrown};
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
    ///
    /// let mut choosy = Generator::fallible(|mut co| async move {
    ///     let word = match co.try_yield("say a word").await {
    ///         Err(Thrown::Error("no idea")) => "spam",
    ///         Err(thrown) => co.raise(thrown).await,
    ///         Ok(word) => word,
    ///     };
    ///     Ok(word)
    /// });
    /// choosy.start().unwrap();
    /// assert_eq!(choosy.throw("no idea"), Ok(Step::Complete("spam")));
    /// ```
    pub async fn raise(&mut self, raised: impl IntoRaised<E>) -> ! {
        self.slots.raise(raised.into_raised());
        std::future::pending().await
    }
}

impl<Y, S, E> Slots<Y, S, E> {
    pub(crate) fn new() -> Self {
        Self {
            signal: Cell::new(Signal::Running),
            yielded: Cell::new(None),
            sent: Cell::new(None),
            thrown: Cell::new(None),
            raised: Cell::new(None),
        }
    }

    #[inline]
    #[track_caller]
    pub(crate) fn yield_(&self, value: Y) -> Yield<'_, Y, S, E> {
        self.suspend(value, Signal::Yielded);
        Yield(self)
    }

    #[inline]
    #[track_caller]
    pub(crate) fn try_yield(&self, value: Y) -> TryYield<'_, Y, S, E> {
        self.suspend(value, Signal::YieldedCatching);
        TryYield(self)
    }

    /// Says that a delegate is handed over, in a recursive body.
    #[track_caller]
    pub(crate) fn delegate(&self, signal: Signal) {
        self.must_run(self.signal.replace(signal));
    }

    /// Hands the value over; what comes back is for [`resumed`](Self::resumed).
    ///
    /// Where it panics, `track_caller` points into the body.
    #[inline]
    #[track_caller]
    fn suspend(&self, value: Y, signal: Signal) {
        // The slot holds one value: a second one would overwrite it.
        self.must_run(self.signal.replace(signal));
        self.yielded.set(Some(value));
    }

    #[track_caller]
    pub(crate) fn raise(&self, raised: Raised<E>) {
        self.must_run(self.signal.replace(Signal::Raised));
        self.raised.set(Some(raised));
    }

    /// Refuses what a body does after it has left a `yield_` or a `raise` half-way.
    #[inline]
    #[track_caller]
    pub(crate) fn must_run(&self, signal: Signal) {
        match signal {
            Signal::Running => {}
            Signal::Yielded | Signal::YieldedCatching => panic!("{YIELD_NOT_AWAITED}"),
            Signal::Delegated | Signal::DelegatedCatching => panic!("{DELEGATE_NOT_AWAITED}"),
            Signal::Raised => panic!("{RAISE_NOT_AWAITED}"),
        }
    }

    /// Waits for what is sent, or for `None`: a throw.
    #[inline]
    fn resumed(&self) -> Poll<Option<S>> {
        if self.signal.get() == Signal::Running {
            Poll::Ready(self.sent.take())
        } else {
            Poll::Pending
        }
    }
}

const YIELD_NOT_AWAITED: &str =
    "a `yield_` was dropped before it was resumed: await each one where it stands";

const DELEGATE_NOT_AWAITED: &str =
    "a `yield_from` was dropped before its delegate ended: await each one where it stands";

const RAISE_NOT_AWAITED: &str = "a body went on after its `raise`, which ends it: await each \
    `raise` where it stands, and race it with nothing";

// Futures by hand: an `async fn` would put one more state machine into each step.

/// Future of [`Co::yield_`].
#[must_use = "the body is suspended by the `.await`"]
pub struct Yield<'a, Y, S, E>(&'a Slots<Y, S, E>);

impl<Y, S, E> Future for Yield<'_, Y, S, E> {
    type Output = S;

    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<S> {
        self.0.resumed().map(|sent| sent.expect("only a catching yield is thrown into"))
    }
}

/// Future of [`Co::try_yield`].
#[must_use = "the body is suspended by the `.await`"]
pub struct TryYield<'a, Y, S, E>(&'a Slots<Y, S, E>);

impl<Y, S, E> Future for TryYield<'_, Y, S, E> {
    type Output = Result<S, Thrown<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        self.0
            .resumed()
            .map(|sent| sent.ok_or_else(|| self.0.thrown.take().expect("a throw fills its slot")))
    }
}
