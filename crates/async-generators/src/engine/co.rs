//! The handle with which a body on the stable engine yields.
//!
//! What goes in and out lies in slots that the body and its driver share, one for each kind, so
//! that a plain step doesn't pay for what is rare: a throw, an exit, an error.
//!
//! `twin-generators` has a handle of the same form. They are two: a body there waits for nothing
//! but its driver, so that a `yield` left half-way is a mistake; here it may lose a race.

use std::cell::Cell;
use std::convert::Infallible;
use std::future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use twin_generators::{IntoRaised, Raised, Thrown};

use crate::start::POLLED_AFTER_END;

/// The handle with which a body on the stable engine yields.
///
/// `Y`, `S` and `E` are what the body yields, what is sent to it, and what can be thrown into it.
/// Inference mostly finds them; a body that is an `async fn` names them, and so does one that
/// calls a method on what is sent: `|mut co: Co<_, &str>| …`.
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
    pub(super) slots: Rc<Slots<Y, S, E>>,
}

/// What the body and its driver hand each other.
pub(crate) struct Slots<Y, S, E> {
    pub(crate) signal: Cell<Signal>,
    /// On its way out of the body.
    pub(crate) yielded: Cell<Option<Y>>,
    /// On its way into the body, to a `yield_` or `try_yield`.
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
    /// It has not begun, has ended, or waits for something else than a `yield`: nobody polls it.
    Away,
    /// It waits at a `yield_`, its value in the slot or taken.
    Yielded,
    /// It waits at a `try_yield`, which catches.
    YieldedCatching,
    /// It waits for the delegate that it has handed to the stack (of a `Recursive` generator).
    Delegates,
    /// It does so where it catches.
    DelegatesCatching,
    /// It waits where it never goes on from.
    Raised,
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
    /// # Panics
    ///
    /// If somebody else than the body awaits it (a task that the body has spawned), or if it is
    /// polled after its end.
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
        Yield(Suspend::new(&self.slots, value))
    }

    /// Yields a value and catches what is thrown in: Python's `yield` inside `try`.
    ///
    /// The code after it may await: this is where asynchronous clean-up goes.
    ///
    /// # Errors
    ///
    /// What `athrow` raises here, or [`Thrown::Exit`] when the generator is being closed.
    ///
    /// # Cancellation, panics
    ///
    /// As [`yield_`](Self::yield_).
    #[inline]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, E> {
        TryYield(Suspend::new(&self.slots, value))
    }

    /// Ends the body here: Python's `raise`.
    ///
    /// The future never completes. The body is dropped at this await, its destructors run, and
    /// the caller gets the error. A fallible body may as well end with `Err(error)`; this also
    /// raises from a body that can't fail (`Thrown::Exit`), and hands on what was caught: its
    /// `.await` has the type `!`, which stands where any value does.
    ///
    /// # Panics
    ///
    /// The body, if it goes on all the same: by a race that the `raise` has lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step, Thrown};
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
    ///
    /// let mut choosy = AsyncGenerator::fallible(|mut co| async move {
    ///     let word = match co.try_yield("say a word").await {
    ///         Err(Thrown::Error("no idea")) => "spam",
    ///         Err(thrown) => co.raise(thrown).await,
    ///         Ok(word) => word,
    ///     };
    ///     Ok(word)
    /// });
    /// choosy.start().await.unwrap();
    /// assert_eq!(choosy.athrow("no idea").await, Ok(Step::Complete("spam")));
    /// # });
    /// ```
    pub async fn raise(&mut self, raised: impl IntoRaised<E>) -> ! {
        self.slots.raise(raised.into_raised());
        future::pending().await
    }
}

impl<Y, S, E> Co<Y, S, E> {
    pub(crate) fn new(slots: Rc<Slots<Y, S, E>>) -> Self {
        Self { slots }
    }

    /// What a delegation hands on through.
    pub(crate) fn slots(&mut self) -> &Slots<Y, S, E> {
        &self.slots
    }
}

impl<Y, S, E> Slots<Y, S, E> {
    pub(crate) fn new() -> Self {
        Self {
            signal: Cell::new(Signal::Away),
            yielded: Cell::new(None),
            sent: Cell::new(None),
            thrown: Cell::new(None),
            raised: Cell::new(None),
        }
    }

    /// Hands a value over.
    #[inline]
    pub(crate) fn suspend(&self, value: Y, signal: Signal) {
        self.must_run();
        self.signal.set(signal);
        self.yielded.set(Some(value));
    }

    /// Ends the body, which waits from now on.
    pub(crate) fn raise(&self, raised: Raised<E>) {
        self.must_run();
        self.signal.set(Signal::Raised);
        self.raised.set(Some(raised));
    }

    /// Raises at the `yield` where the body waits, if that catches.
    pub(crate) fn throw(&self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        if self.signal.get() != Signal::YieldedCatching {
            return Err(thrown);
        }
        self.thrown.set(Some(thrown));
        Ok(())
    }

    /// What has come back, if it has.
    #[inline]
    pub(crate) fn answer(&self, signal: Signal) -> Option<Result<S, Thrown<E>>> {
        match self.sent.take() {
            Some(sent) => Some(Ok(sent)),
            None if signal == Signal::YieldedCatching => self.thrown.take().map(Err),
            None => None,
        }
    }

    /// Leaves a `yield` that has had no answer, or has not read it.
    #[cold]
    pub(crate) fn give_up(&self, signal: Signal) {
        if self.signal.get() == signal {
            // An answer would have made it run: so the value has not reached the consumer.
            self.signal.set(Signal::Running);
            self.yielded.set(None);
        }
        // The answer must not reach the next yield.
        self.sent.set(None);
        self.thrown.set(None);
    }

    #[inline]
    pub(crate) fn must_run(&self) {
        match self.signal.get() {
            Signal::Running => {}
            Signal::Raised => panic!("{RAISE_NOT_AWAITED}"),
            _ => panic!("{OUTSIDE}"),
        }
    }
}

// Else the value would lie there, and the task that waits for it would never be woken.
const OUTSIDE: &str = "a `yield_` was awaited outside its body, where nobody waits for the \
                       value: a body yields itself, and what it spawns hands it values, as through \
                       a channel";

const RAISE_NOT_AWAITED: &str = "a body went on after its `raise`, which ends it: await each \
                                 `raise` where it stands, and race it with nothing";

/// Future of [`Co::yield_`].
#[must_use = "a yield hands its value out only when awaited"]
pub struct Yield<'co, Y, S, E>(Suspend<'co, Y, S, E, false>);

/// Future of [`Co::try_yield`].
#[must_use = "a yield hands its value out only when awaited"]
pub struct TryYield<'co, Y, S, E>(Suspend<'co, Y, S, E, true>);

/// One stay at a `yield`, which catches or does not.
struct Suspend<'co, Y, S, E, const CATCHES: bool> {
    slots: &'co Slots<Y, S, E>,
    progress: Progress,
}

/// How far a stay at a `yield` is.
#[derive(Clone, Copy)]
enum Progress {
    /// The value is in the slot, and nobody told.
    Ahead,
    /// The value is in the slot, or with the consumer.
    Waits,
    /// The answer has come.
    Over,
}

impl<Y, S, E, const CATCHES: bool> Unpin for Suspend<'_, Y, S, E, CATCHES> {}

impl<'co, Y, S, E, const CATCHES: bool> Suspend<'co, Y, S, E, CATCHES> {
    const SIGNAL: Signal = if CATCHES { Signal::YieldedCatching } else { Signal::Yielded };

    /// Puts the value where it is taken from: moved once, and not through the future.
    #[inline]
    fn new(slots: &'co Slots<Y, S, E>, value: Y) -> Self {
        slots.yielded.set(Some(value));
        Self { slots, progress: Progress::Ahead }
    }

    #[inline]
    fn poll(&mut self) -> Poll<Result<S, Thrown<E>>> {
        match self.progress {
            Progress::Waits => {
                if let Some(answer) = self.slots.answer(Self::SIGNAL) {
                    self.progress = Progress::Over;
                    return Poll::Ready(answer);
                }
                // Polled for other reasons: beside it something else is awaited.
            }
            Progress::Ahead => {
                self.slots.must_run();
                self.slots.signal.set(Self::SIGNAL);
                self.progress = Progress::Waits;
            }
            Progress::Over => panic!("{POLLED_AFTER_END}"),
        }
        Poll::Pending
    }
}

impl<Y, S, E, const CATCHES: bool> Drop for Suspend<'_, Y, S, E, CATCHES> {
    #[inline]
    fn drop(&mut self) {
        match self.progress {
            Progress::Over => {}
            Progress::Waits => self.slots.give_up(Self::SIGNAL),
            Progress::Ahead => self.slots.yielded.set(None),
        }
    }
}

impl<Y, S, E> Future for Yield<'_, Y, S, E> {
    type Output = S;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<S> {
        match self.0.poll() {
            Poll::Ready(Ok(sent)) => Poll::Ready(sent),
            Poll::Ready(Err(_)) => unreachable!("only a catching yield is thrown into"),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<Y, S, E> Future for TryYield<'_, Y, S, E> {
    type Output = Result<S, Thrown<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll()
    }
}
