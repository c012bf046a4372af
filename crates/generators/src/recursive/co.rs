//! The handle of a recursive body: as the plain one, and with a slot for the delegate.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::task::Poll;

use super::await_body::{Frame, RecursiveDelegate, Slot};
use crate::delegate::{Delegate, Delegation, refuse_sent};
use crate::engine::{Mode, Signal, Slots, TryYield, Yield};
use crate::error::{IntoRaised, Raised};
use crate::iterate::SendNone;

/// The handle with which a [`Recursive`](crate::Recursive) body yields and delegates.
///
/// `Y` and `S` are what the body yields and is sent; `M` tells what it can raise:
/// [`Infallible`], or [`Fallible<E>`](crate::Fallible). `'a` is how long the delegates live that
/// it hands over, which is as long as the generator itself may.
///
/// # Examples
///
/// A body that is an `async fn` names it:
///
/// ```
/// use twin_generators::{Generator, Recursive, RecursiveCo};
///
/// async fn powers(mut co: RecursiveCo<'_, u64>, base: u64, power: u64) {
///     if power < 1_000 {
///         co.yield_(power).await;
///         co.yield_from(powers_of(base, power * base)).await;
///     }
/// }
///
/// fn powers_of<'a>(base: u64, power: u64) -> Recursive<'a, u64> {
///     Generator::recursive(move |co| powers(co, base, power))
/// }
///
/// assert_eq!(powers_of(10, 1).collect::<Vec<_>>(), [1, 10, 100]);
/// ```
pub struct RecursiveCo<'a, Y, S = (), M: Mode = Infallible> {
    pub(super) slots: Rc<FrameSlots<'a, Y, S, M, dyn Erased + 'a>>,
}

/// What a body and the driver tell each other, and what the body returns at last.
pub(super) struct FrameSlots<'a, Y, S, M: Mode, R: ?Sized> {
    pub(super) slots: Slots<Y, S, M::Error>,
    /// On its way out of the body, to run in its place.
    pub(super) delegate: Cell<Option<Frame<'a, Y, S, M>>>,
    /// At the end, for who delegated to the body. Its type is none of the body's business.
    pub(super) returned: R,
}

/// What a body returns, to the body.
pub(super) trait Erased {}

impl<T> Erased for T {}

impl<'a, Y: 'a, S: 'a, M: Mode + 'a> RecursiveCo<'a, Y, S, M> {
    /// [`Co::yield_`](crate::Co::yield_): Python's `v = yield y`.
    #[inline]
    #[track_caller]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y, S, M::Error> {
        self.slots.slots.yield_(value)
    }

    /// [`Co::try_yield`](crate::Co::try_yield): Python's `yield` inside `try`.
    ///
    /// # Errors
    ///
    /// What is thrown in here, the exit included.
    #[inline]
    #[track_caller]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, M::Error> {
        self.slots.slots.try_yield(value)
    }

    /// [`Co::raise`](crate::Co::raise): Python's `raise`.
    pub async fn raise(&mut self, raised: impl IntoRaised<M::Error>) -> ! {
        self.slots.slots.raise(raised.into_raised());
        std::future::pending().await
    }

    /// Lets a recursive delegate yield in this body's place, and gives what it returns: Python's
    /// `v = yield from g`.
    ///
    /// As [`Co::yield_from`](crate::Co::yield_from), for a delegate that has not been started; a
    /// level costs nothing, neither time for an item nor stack. Any other delegate goes by
    /// [`yield_from_nested`](Self::yield_from_nested).
    ///
    /// # Panics
    ///
    /// If the delegate has been started or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Recursive};
    ///
    /// /// Yields a tree's leaves, and returns its height.
    /// fn leaves<'a>(tree: &'a [char]) -> Recursive<'a, char, (), u32> {
    ///     Generator::recursive(move |mut co| async move {
    ///         if let [leaf] = tree {
    ///             co.yield_(*leaf).await;
    ///             return 0;
    ///         }
    ///         let (left, right) = tree.split_at(tree.len() / 2);
    ///         let left = co.yield_from(leaves(left)).await;
    ///         let right = co.yield_from(leaves(right)).await;
    ///         left.max(right) + 1
    ///     })
    /// }
    ///
    /// let mut word = String::new();
    /// assert_eq!(leaves(&['s', 'p', 'a', 'm']).consume(|leaf| word.push(leaf)), Ok(2));
    /// assert_eq!(word, "spam");
    /// ```
    pub async fn yield_from<D>(&mut self, delegate: D) -> D::Return
    where
        D: RecursiveDelegate<'a, Y, S, M>,
    {
        let returned = self.hand_over(delegate, Signal::Delegated);
        self.ended().await;
        returned.take()
    }

    /// As [`yield_from`](Self::yield_from), and catches: Python's `yield from` inside `try`.
    ///
    /// # Errors
    ///
    /// See [`Co::try_yield_from`](crate::Co::try_yield_from).
    ///
    /// # Panics
    ///
    /// As [`yield_from`](Self::yield_from).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{FallibleRecursive, Generator, Raised, Step};
    ///
    /// fn shaft<'a>(depth: u32) -> FallibleRecursive<'a, u32, (), u32, &'static str> {
    ///     Generator::fallible_recursive(move |mut co| async move {
    ///         if depth == 3 {
    ///             co.yield_(depth).await;
    ///             return Ok(depth);
    ///         }
    ///         match co.try_yield_from(shaft(depth + 1)).await {
    ///             Err(Raised::Error("water")) if depth == 1 => Ok(depth),
    ///             Err(raised) => co.raise(raised).await,
    ///             Ok(reached) => Ok(reached),
    ///         }
    ///     })
    /// }
    ///
    /// let mut shaft = shaft(0);
    /// assert_eq!(shaft.next(), Some(Ok(3)));
    /// assert_eq!(shaft.throw("water"), Ok(Step::Complete(1)));
    /// ```
    pub async fn try_yield_from<D>(&mut self, delegate: D) -> Result<D::Return, Raised<M::Error>>
    where
        D: RecursiveDelegate<'a, Y, S, M>,
    {
        let returned = self.hand_over(delegate, Signal::DelegatedCatching);
        self.ended().await;
        // A delegate that was closed may have returned a value, which is nobody's.
        match self.slots.slots.raised.take() {
            Some(raised) => Err(raised),
            None => Ok(returned.take()),
        }
    }

    /// Delegates to any generator: one that is lent, that has been started, or whose body is of
    /// another kind. [`Co::yield_from`](crate::Co::yield_from), with its cost a level.
    ///
    /// # Panics
    ///
    /// If a delegate that is handed over has been started or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Generator, Recursive};
    ///
    /// fn row<'a>(words: &'a [&'a str]) -> Recursive<'a, char> {
    ///     Generator::recursive(move |mut co| async move {
    ///         if let Some((first, rest)) = words.split_first() {
    ///             co.yield_from_nested(Generator::over(first.chars())).await;
    ///             co.yield_from(row(rest)).await;
    ///         }
    ///     })
    /// }
    ///
    /// assert_eq!(row(&["spam", "eggs"]).collect::<String>(), "spameggs");
    /// ```
    pub async fn yield_from_nested<D: Delegate<Y, S, M::Error>>(
        &mut self,
        delegate: D,
    ) -> D::Return {
        match self.try_yield_from_nested(delegate).await {
            Ok(value) => value,
            Err(raised) => self.raise(raised).await,
        }
    }

    /// As [`yield_from_nested`](Self::yield_from_nested), and catches.
    ///
    /// # Errors
    ///
    /// See [`Co::try_yield_from`](crate::Co::try_yield_from).
    ///
    /// # Panics
    ///
    /// As [`yield_from_nested`](Self::yield_from_nested).
    pub async fn try_yield_from_nested<D: Delegate<Y, S, M::Error>>(
        &mut self,
        delegate: D,
    ) -> Result<D::Return, Raised<M::Error>> {
        let mut delegation = Delegation::new(delegate);
        let mut step = delegation.start();
        loop {
            match step {
                ControlFlow::Continue(value) => {
                    step = delegation.resume(self.try_yield(value).await);
                }
                ControlFlow::Break(result) => return result,
            }
        }
    }

    /// [`Co::yield_from_iter`](crate::Co::yield_from_iter): Python's `yield from iterable`.
    ///
    /// # Panics
    ///
    /// If something is sent.
    pub async fn yield_from_iter(&mut self, iterable: impl IntoIterator<Item = Y>)
    where
        S: SendNone,
    {
        for item in iterable {
            refuse_sent(&self.yield_(item).await);
        }
    }

    /// Hands the delegate's frame out, and keeps where its value will lie.
    #[track_caller]
    fn hand_over<D>(&mut self, delegate: D, signal: Signal) -> Slot<'a, D::Return>
    where
        D: RecursiveDelegate<'a, Y, S, M>,
    {
        let (frame, returned) = delegate.into_frame();
        self.slots.slots.delegate(signal);
        self.slots.delegate.set(Some(frame));
        returned
    }

    /// Waits for the delegate's end.
    fn ended(&self) -> impl Future<Output = ()> {
        poll_fn(|_| match self.slots.slots.signal.get() {
            Signal::Running => Poll::Ready(()),
            _ => Poll::Pending,
        })
    }
}
