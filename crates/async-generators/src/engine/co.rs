//! The handle with which a body on the genawaiter engine yields.

use std::cell::Cell;
use std::convert::Infallible;
use std::future;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use genawaiter::rc;
use twin_generators::{Raised, Thrown};

use crate::start::POLLED_AFTER_END;

/// The handle with which a body on the genawaiter engine yields.
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
    pub(super) airlock: rc::Co<Y>,
    pub(super) side: Rc<Side<S, E>>,
}

/// What the body and its driver tell each other beside the yielded value.
pub(super) struct Side<S, E> {
    pub(super) signal: Cell<Signal>,
    /// On its way into the body, to a `yield_` or `try_yield`.
    pub(super) sent: Cell<Option<S>>,
    /// On its way into the body, to a `try_yield`.
    pub(super) thrown: Cell<Option<Thrown<E>>>,
    /// On its way out of the body, which is not to be run again.
    pub(super) raised: Cell<Option<Raised<E>>>,
}

/// What the body did last.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Signal {
    /// Nothing yet: it runs.
    Running,
    /// It has not begun, or waits for something else than a `yield`: nobody polls it.
    Away,
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
    /// # Cancellation, panics
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

const OUTSIDE: &str = "a `yield_` was awaited outside its body, where nobody waits for the value: \
                       a body yields itself, and what it spawns hands it values, as through a channel";

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
                // Else the value would lie there, and the task that waits for it would never be woken.
                assert!(side.signal.get() == Signal::Withdrawn, "{OUTSIDE}");
                // The airlock is still taken, until this poll of the body is over: come again.
                self.progress = Progress::Ahead(value);
                context.waker().wake_by_ref();
            }
            Progress::Over => panic!("{POLLED_AFTER_END}"),
            Progress::Waits => {
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
