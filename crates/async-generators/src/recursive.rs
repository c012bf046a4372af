//! Recursive delegation: `yield from` to any depth, at the cost of one level.
//!
//! The plain delegation nests: each item passes through every level, on the way out and, with what
//! is sent, on the way in. Here the bodies lie side by side on a stack, which the outermost
//! generator holds. A body that delegates hands its delegate to the stack and waits; the body on
//! top is polled.
//!
//! ```text
//! nested:  caller ◀─▶ a ◀─▶ b ◀─▶ c        flat:  caller ◀────────────▶ c   top
//!                                                                      b   waits for c
//!                                                                      a   waits for b
//! ```
//!
//! When the top ends, how it ended goes to the one below: a value through the slot that its
//! `yield_from` waits at, an error level by level to the first that catches. An exit goes to the
//! top, too, and each level that has ended by it hands it to the next.

use std::cell::Cell;
use std::convert::Infallible;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use twin_generators::{Fallible, IntoRaised, Mode, Raised, SendNone, Step, Thrown};

use crate::delegate::{Delegate, Passing, TryYieldFrom, map_raised};
use crate::engine::co::{Signal, Slots};
use crate::engine::{Co, Engine, Outcome, Split, TryYield, Yield};
use crate::generator::{AsyncGenerator, Stage};
use crate::start::POLLED_AFTER_END;

/// An async generator that delegates to others of its kind at the cost of one level, to any depth.
/// Made by [`AsyncGenerator::recursive`].
///
/// The type names its types only, so that it stands in struct fields and in the signature of a
/// recursive function.
pub type Recursive<'a, Y, S = (), R = ()> = AsyncGenerator<RecursiveBody<'a, Y, S, R, Infallible>>;

/// A [`Recursive`] whose bodies can raise an `E`. Made by [`AsyncGenerator::fallible_recursive`].
pub type FallibleRecursive<'a, Y, S, R, E> =
    AsyncGenerator<RecursiveBody<'a, Y, S, R, Fallible<E>>>;

impl<'a, Y, S, R> Recursive<'a, Y, S, R> {
    /// Makes an async generator for recursion: its [`yield_from`](RecursiveCo::yield_from) takes
    /// others of its kind, to any depth, and an item costs as much from the deepest as from the
    /// first.
    ///
    /// Building, stepping and closing it never recurse, whatever the stack of the thread, and neither does
    /// dropping it. (One that holds another which has not started is a chain of values: that is dropped
    /// level by level, as any such chain in Rust.)
    /// (Python raises `RecursionError` at 1,000 levels.) Each body lies in a box of its own, so that
    /// the first step of a level costs more than a plain one's: use [`new`](AsyncGenerator::new)
    /// where the depth is known and small.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::{StreamExt, future};
    /// use twin_async_generators::{AsyncGenerator, Recursive};
    ///
    /// enum Tree {
    ///     Leaf(u32),
    ///     Node(Vec<Tree>),
    /// }
    ///
    /// fn leaves(tree: &Tree) -> Recursive<'_, u32> {
    ///     AsyncGenerator::recursive(|mut co| async move {
    ///         match tree {
    ///             Tree::Leaf(value) => {
    ///                 future::yield_now().await;
    ///                 co.yield_(*value).await;
    ///             }
    ///             Tree::Node(children) => {
    ///                 for child in children {
    ///                     co.yield_from(leaves(child)).await;
    ///                 }
    ///             }
    ///         }
    ///     })
    /// }
    ///
    /// let tree = Tree::Node(vec![Tree::Leaf(1), Tree::Node(vec![Tree::Leaf(2), Tree::Leaf(3)])]);
    /// let values: Vec<_> = smol::block_on(leaves(&tree).collect());
    /// assert_eq!(values, [1, 2, 3]);
    /// ```
    #[track_caller]
    pub fn recursive<F>(body: impl FnOnce(RecursiveCo<'a, Y, S>) -> F) -> Self
    where
        F: Future<Output = R> + 'a,
        Y: 'a,
        S: 'a,
        R: 'a,
    {
        Self::created(RecursiveBody::new(body, Ok))
    }
}

impl<'a, Y, S, R, E> FallibleRecursive<'a, Y, S, R, E> {
    /// As [`recursive`](AsyncGenerator::recursive), for bodies that can raise: they end with a
    /// `Result`.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, FallibleRecursive};
    ///
    /// fn down<'a>(level: u32) -> FallibleRecursive<'a, u32, (), (), String> {
    ///     AsyncGenerator::fallible_recursive(move |mut co| async move {
    ///         if level == 0 {
    ///             return Err("the bottom".to_owned());
    ///         }
    ///         co.yield_(level).await;
    ///         co.yield_from(down(level - 1)).await;
    ///         Ok(())
    ///     })
    /// }
    ///
    /// # smol::block_on(async {
    /// let mut down = down(2);
    /// assert_eq!(down.next().await, Some(Ok(2)));
    /// assert_eq!(down.next().await, Some(Ok(1)));
    /// assert_eq!(down.next().await, Some(Err("the bottom".to_owned())));
    /// assert_eq!(down.next().await, None);
    /// # });
    /// ```
    #[track_caller]
    pub fn fallible_recursive<F>(body: impl FnOnce(RecursiveCo<'a, Y, S, Fallible<E>>) -> F) -> Self
    where
        F: Future<Output = Result<R, E>> + 'a,
        Y: 'a,
        S: 'a,
        R: 'a,
        E: 'a,
    {
        Self::created(RecursiveBody::new(body, |output: Result<R, E>| {
            output.map_err(Raised::Error)
        }))
    }
}

/// The handle with which a [`Recursive`] body yields and delegates.
///
/// `Y` and `S` are what the body yields and is sent; `M` tells what it can raise: [`Infallible`], or
/// [`Fallible<E>`](Fallible). `'a` is how long the delegates live that it hands over, which is as
/// long as the generator itself may.
pub struct RecursiveCo<'a, Y, S = (), M: Mode = Infallible> {
    co: Co<Y, S, M::Error>,
    levels: Rc<Levels<'a, Y, S, M::Error>>,
}

/// What a body and the stack hand each other, beside what [`Slots`] are for.
struct Levels<'a, Y, S, E> {
    /// On its way to the stack.
    delegate: Cell<Option<Frame<'a, Y, S, E>>>,
    /// What the delegate has raised, on its way to a `try_yield_from`.
    raised: Cell<Option<Raised<E>>>,
}

impl<'a, Y: 'a, S: 'a, M: Mode<Error: 'a>> RecursiveCo<'a, Y, S, M> {
    /// Yields a value and gives what is sent back: see [`Co::yield_`].
    #[inline]
    pub fn yield_(&mut self, value: Y) -> Yield<'_, Y, S, M::Error> {
        self.co.yield_(value)
    }

    /// Yields a value and catches what is thrown in: see [`Co::try_yield`].
    #[inline]
    pub fn try_yield(&mut self, value: Y) -> TryYield<'_, Y, S, M::Error> {
        self.co.try_yield(value)
    }

    /// Ends the body here: see [`Co::raise`].
    pub async fn raise(&mut self, raised: impl IntoRaised<M::Error>) -> ! {
        self.co.raise(raised).await
    }

    /// Lets a delegate yield in this body's place, and gives what it returns, at the cost of one
    /// level: Python's `v = yield from g`.
    ///
    /// As [`Co::yield_from`], for a delegate of the kind that has not been started; a level costs
    /// nothing, neither time for an item nor stack. Any other delegate goes by
    /// [`yield_from_nested`](Self::yield_from_nested).
    ///
    /// While the delegate runs, this body stands. What it awaits beside the delegation (`zip`,
    /// `race`, a timeout around it) is polled again when the delegate has ended, and a cancellation
    /// does not reach a `catch_cancelled` around it. Where that matters, nest the delegation.
    ///
    /// # Panics
    ///
    /// If the delegate has been started or has ended.
    pub async fn yield_from<D: RecursiveDelegate<'a, Y, S, M>>(
        &mut self,
        delegate: D,
    ) -> D::Return {
        match self.delegation(delegate, Signal::Delegates).await {
            Ok(value) => value,
            Err(_) => unreachable!("the stack does not resume a body that does not catch"),
        }
    }

    /// As [`yield_from`](Self::yield_from), and catches: `yield from` inside `try`.
    ///
    /// # Errors
    ///
    /// What the delegate raises, what is thrown in and the delegate does not catch,
    /// [`Raised::Exit`] when the generator is being closed, and [`Raised::IgnoredExit`] if the
    /// delegate then yields.
    ///
    /// # Panics
    ///
    /// As [`yield_from`](Self::yield_from).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, FallibleRecursive, Raised, Step};
    ///
    /// fn numbers<'a>() -> FallibleRecursive<'a, u32, (), (), &'static str> {
    ///     AsyncGenerator::fallible_recursive(|mut co| async move {
    ///         for number in 1.. {
    ///             co.yield_(number).await;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    ///
    /// # smol::block_on(async {
    /// let mut outer = AsyncGenerator::fallible_recursive(|mut co| async move {
    ///     match co.try_yield_from(numbers()).await {
    ///         Err(Raised::Error("tomato")) => Ok("recovered"),
    ///         Err(raised) => co.raise(raised).await,
    ///         Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(outer.next().await, Some(Ok(1)));
    /// assert_eq!(outer.athrow("tomato").await, Ok(Step::Complete("recovered")));
    /// # });
    /// ```
    pub async fn try_yield_from<D: RecursiveDelegate<'a, Y, S, M>>(
        &mut self,
        delegate: D,
    ) -> Result<D::Return, Raised<M::Error>> {
        self.delegation(delegate, Signal::DelegatesCatching).await
    }

    /// Delegates to any async generator: one that is lent, that has been started, or whose body is of
    /// another kind. [`Co::yield_from`], with its cost a level.
    ///
    /// # Panics
    ///
    /// If a delegate that is handed over has been started or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::{StreamExt, stream};
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut letters = AsyncGenerator::over(stream::iter(["a", "b", "c"]));
    /// assert_eq!(letters.next().await, Some("a"));
    /// let rest = AsyncGenerator::recursive(|mut co| {
    ///     let letters = &mut letters;
    ///     async move { co.yield_from_nested(letters).await }
    /// });
    /// let rest: Vec<_> = rest.collect().await;
    /// assert_eq!(rest, ["b", "c"]);
    /// # });
    /// ```
    pub async fn yield_from_nested<D: Delegate<Y, S, M::Error>>(
        &mut self,
        delegate: D,
    ) -> D::Return {
        self.co.yield_from(delegate).await
    }

    /// As [`yield_from_nested`](Self::yield_from_nested), and catches.
    ///
    /// # Errors
    ///
    /// See [`Co::try_yield_from`].
    ///
    /// # Panics
    ///
    /// As [`yield_from_nested`](Self::yield_from_nested).
    pub fn try_yield_from_nested<D: Delegate<Y, S, M::Error>>(
        &mut self,
        delegate: D,
    ) -> TryYieldFrom<'_, Y, S, M::Error, D> {
        self.co.try_yield_from(delegate)
    }

    /// Yields each item of an iterable: see [`Co::yield_from_iter`].
    ///
    /// # Panics
    ///
    /// If something is sent.
    pub async fn yield_from_iter(&mut self, iterable: impl IntoIterator<Item = Y>)
    where
        S: SendNone,
    {
        self.co.yield_from_iter(iterable).await;
    }

    fn delegation<D: RecursiveDelegate<'a, Y, S, M>>(
        &mut self,
        delegate: D,
        signal: Signal,
    ) -> Delegation<'_, 'a, Y, S, M::Error, D::Return> {
        let (frame, returned) = delegate.into_frame();
        let slots = self.co.slots();
        Delegation {
            slots,
            levels: &self.levels,
            delegate: Some(frame),
            returned: returned.0,
            signal,
            is_over: false,
        }
    }
}

/// What a recursive body can delegate to flatly: a [`Recursive`] generator that has not been started.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no recursive async generator to delegate to",
    label = "is none that `AsyncGenerator::recursive` made",
    note = "delegate to any other async generator by `yield_from_nested(g)`",
    note = "delegate to an iterable by `yield_from_iter(iterable)`"
)]
pub trait RecursiveDelegate<'a, Y, S, M: Mode> {
    /// What it returns.
    type Return;

    /// Its frame, and where what it returns will lie.
    #[doc(hidden)]
    fn into_frame(self) -> (Frame<'a, Y, S, M::Error>, Slot<Self::Return>);
}

/// Where what a body returns lies.
#[doc(hidden)]
pub struct Slot<R>(Rc<Cell<Option<R>>>);

impl<'a, Y: 'a, S: 'a, R, M, N> RecursiveDelegate<'a, Y, S, M>
    for AsyncGenerator<RecursiveBody<'a, Y, S, R, N>>
where
    M: Mode<Error: 'a>,
    N: Within<M> + Mode<Error: 'a>,
{
    type Return = R;

    fn into_frame(mut self) -> (Frame<'a, Y, S, M::Error>, Slot<R>) {
        assert!(
            self.stage == Stage::Created,
            "`yield_from` was handed a recursive generator that has been started or has ended: hand \
             over what is left of it, `yield_from_nested(g.rest())`, or lend it, \
             `yield_from_nested(&mut g)`"
        );
        self.stage = Stage::Closed;
        let mut body = self.body.take().expect("what has not begun has a body");
        let frame = body.stack.0.pop().expect("what has not begun is one frame");
        (N::frame(frame), Slot(body.returned.clone()))
    }
}

/// A mode whose bodies can be delegates of bodies of the mode `M` on one stack: they raise the same,
/// or nothing.
#[diagnostic::on_unimplemented(
    message = "the recursive generator raises other errors than the body that delegates to it",
    label = "raises another error than the body around it",
    note = "a body that delegates to one that raises an `E` raises an `E` too: make it by \
            `AsyncGenerator::fallible_recursive`",
    note = "turn errors into the body's own, at the cost of a level: \
            `yield_from_nested(g.map_err(|error| …))`"
)]
pub trait Within<M: Mode>: Mode {
    #[doc(hidden)]
    fn frame<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self::Error>) -> Frame<'a, Y, S, M::Error>
    where
        Self::Error: 'a,
        M::Error: 'a;
}

impl Within<Self> for Infallible {
    fn frame<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, Self> {
        frame
    }
}

impl<E> Within<Self> for Fallible<E> {
    fn frame<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, E>) -> Frame<'a, Y, S, E>
    where
        E: 'a,
    {
        frame
    }
}

impl<E> Within<Fallible<E>> for Infallible {
    fn frame<'a, Y: 'a, S: 'a>(frame: Frame<'a, Y, S, Self>) -> Frame<'a, Y, S, E>
    where
        E: 'a,
    {
        Frame(Box::new(Passes { frame, passing: Passing::default() }))
    }
}

/// A delegation, in the body that waits for it.
struct Delegation<'co, 'a, Y, S, E, R> {
    slots: &'co Slots<Y, S, E>,
    levels: &'co Levels<'a, Y, S, E>,
    /// Until it is handed over.
    delegate: Option<Frame<'a, Y, S, E>>,
    returned: Rc<Cell<Option<R>>>,
    signal: Signal,
    is_over: bool,
}

// Nothing in it is pinned.
impl<Y, S, E, R> Unpin for Delegation<'_, '_, Y, S, E, R> {}

impl<Y, S, E, R> Future for Delegation<'_, '_, Y, S, E, R> {
    type Output = Result<R, Raised<E>>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        assert!(!this.is_over, "{POLLED_AFTER_END}");
        if let Some(frame) = this.delegate.take() {
            this.slots.must_run();
            this.slots.signal.set(this.signal);
            this.levels.delegate.set(Some(frame));
            return Poll::Pending;
        }
        if this.slots.signal.get() != Signal::Running {
            // In the poll in which it was handed over.
            return Poll::Pending;
        }
        this.is_over = true;
        Poll::Ready(match this.levels.raised.take() {
            Some(raised) => Err(raised),
            None => Ok(this.returned.take().expect("the delegate has returned")),
        })
    }
}

impl<Y, S, E, R> Drop for Delegation<'_, '_, Y, S, E, R> {
    fn drop(&mut self) {
        if self.slots.signal.get() == self.signal && !self.is_over {
            // It lost a race in the poll in which it was handed over: nobody has seen it.
            if let Some(frame) = self.levels.delegate.take() {
                self.slots.signal.set(Signal::Running);
                drop(frame);
            }
        }
        self.levels.raised.set(None);
    }
}

/// One body on the stack.
#[doc(hidden)]
pub struct Frame<'a, Y, S, E>(Box<dyn Level<'a, Y, S, E> + 'a>);

trait Level<'a, Y, S, E> {
    /// Raises at the `yield` where it waits, if that catches.
    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>>;

    /// Raises at the delegation where it waits, if that catches.
    fn raise(&mut self, raised: Raised<E>) -> Result<(), Raised<E>>;

    /// Polls it, with what is sent to the `yield` where it waits.
    fn poll(&mut self, sent: Option<S>, context: &mut Context<'_>) -> Poll<Did<'a, Y, S, E>>;
}

/// What a body did.
enum Did<'a, Y, S, E> {
    Yielded(Y),
    Delegated(Frame<'a, Y, S, E>),
    Ended(Ended<E>),
}

/// How a body ended. What it returned lies in its slot.
enum Ended<E> {
    Returned,
    Raised(Raised<E>),
}

struct AwaitLevel<'a, Y, S, R, E, F: Future, C> {
    slots: Rc<Slots<Y, S, E>>,
    levels: Rc<Levels<'a, Y, S, E>>,
    returned: Rc<Cell<Option<R>>>,
    future: Pin<Box<F>>,
    /// Asks whether the output is a `Result`.
    convert: C,
}

impl<'a, Y, S, R, E, F, C> Level<'a, Y, S, E> for AwaitLevel<'a, Y, S, R, E, F, C>
where
    F: Future,
    C: Fn(F::Output) -> Result<R, Raised<E>>,
{
    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        self.slots.throw(thrown)
    }

    fn raise(&mut self, raised: Raised<E>) -> Result<(), Raised<E>> {
        if self.slots.signal.get() != Signal::DelegatesCatching {
            return Err(raised);
        }
        self.levels.raised.set(Some(raised));
        Ok(())
    }

    fn poll(&mut self, sent: Option<S>, context: &mut Context<'_>) -> Poll<Did<'a, Y, S, E>> {
        let slots = &*self.slots;
        slots.signal.set(Signal::Running);
        slots.sent.set(sent);
        let output = match self.future.as_mut().poll(context) {
            Poll::Ready(output) => output,
            Poll::Pending => {
                return match slots.signal.get() {
                    Signal::Yielded | Signal::YieldedCatching => {
                        let value = slots.yielded.take().expect("a yield fills its slot");
                        Poll::Ready(Did::Yielded(value))
                    }
                    Signal::Delegates | Signal::DelegatesCatching => {
                        let frame = self.levels.delegate.take();
                        Poll::Ready(Did::Delegated(frame.expect("a delegation fills its slot")))
                    }
                    Signal::Raised => {
                        let raised = slots.raised.take().expect("a raise fills its slot");
                        Poll::Ready(Did::Ended(Ended::Raised(raised)))
                    }
                    Signal::Running | Signal::Away => {
                        slots.signal.set(Signal::Away);
                        Poll::Pending
                    }
                };
            }
        };
        slots.must_run();
        slots.signal.set(Signal::Away);
        Poll::Ready(Did::Ended(match (self.convert)(output) {
            Ok(value) => {
                self.returned.set(Some(value));
                Ended::Returned
            }
            Err(raised) => Ended::Raised(raised),
        }))
    }
}

/// A body that can't raise, on the stack of one that can: errors pass through it.
struct Passes<'a, Y, S, E> {
    frame: Frame<'a, Y, S, Infallible>,
    passing: Passing<E>,
}

impl<'a, Y: 'a, S: 'a, E: 'a> Level<'a, Y, S, E> for Passes<'a, Y, S, E> {
    fn throw(&mut self, thrown: Thrown<E>) -> Result<(), Thrown<E>> {
        if self.frame.0.throw(Thrown::Exit).is_err() {
            return Err(thrown);
        }
        if let Thrown::Error(error) = thrown {
            self.passing = Passing::of(error);
        }
        Ok(())
    }

    fn raise(&mut self, raised: Raised<E>) -> Result<(), Raised<E>> {
        let seen = match raised {
            Raised::Error(_) | Raised::Exit => Raised::Exit,
            Raised::IgnoredExit => Raised::IgnoredExit,
        };
        if self.frame.0.raise(seen).is_err() {
            return Err(raised);
        }
        if let Raised::Error(error) = raised {
            self.passing = Passing::of(error);
        }
        Ok(())
    }

    fn poll(&mut self, sent: Option<S>, context: &mut Context<'_>) -> Poll<Did<'a, Y, S, E>> {
        self.frame.0.poll(sent, context).map(|did| match did {
            Did::Yielded(value) => Did::Yielded(value),
            Did::Delegated(frame) => {
                Did::Delegated(<Infallible as Within<Fallible<E>>>::frame(frame))
            }
            Did::Ended(ended) => {
                let outcome = match ended {
                    Ended::Returned => Ok(Step::<Infallible, ()>::Complete(())),
                    Ended::Raised(raised) => Err(map_raised(raised, |never| match never {})),
                };
                Did::Ended(match self.passing.settle(outcome) {
                    Ok(_) => Ended::Returned,
                    Err(raised) => Ended::Raised(raised),
                })
            }
        })
    }
}

/// The body of a [`Recursive`] or [`FallibleRecursive`] generator: a stack of async blocks.
pub struct RecursiveBody<'a, Y, S, R, M: Mode> {
    stack: Stack<'a, Y, S, M::Error>,
    /// Where the outermost body leaves what it returns.
    returned: Rc<Cell<Option<R>>>,
    /// On its way to the top.
    input: Input<S, M::Error>,
    /// So many bodies, from the bottom, have to end by an exit; the last may do as it likes.
    exiting: usize,
}

/// How a run of the bodies ended.
type Ran<Y, R, E> = Result<Step<Y, R>, Raised<E>>;

/// What the top is to be polled with.
enum Input<S, E> {
    Nothing,
    Send(S),
    /// The top does not catch it.
    Uncaught(Raised<E>),
}

/// The outermost body first. Dropped from the top: inner destructors run before outer ones, and
/// nothing recurses.
struct Stack<'a, Y, S, E>(Vec<Frame<'a, Y, S, E>>);

impl<Y, S, E> Drop for Stack<'_, Y, S, E> {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

// Nothing in it is pinned: each body lies in a box.
impl<Y, S, R, M: Mode> Unpin for RecursiveBody<'_, Y, S, R, M> {}

impl<'a, Y, S, R, M: Mode> RecursiveBody<'a, Y, S, R, M> {
    fn new<F>(
        body: impl FnOnce(RecursiveCo<'a, Y, S, M>) -> F,
        convert: impl Fn(F::Output) -> Result<R, Raised<M::Error>> + 'a,
    ) -> Self
    where
        F: Future + 'a,
        Y: 'a,
        S: 'a,
        R: 'a,
        M::Error: 'a,
    {
        let slots = Rc::new(Slots::new());
        let levels = Rc::new(Levels { delegate: Cell::new(None), raised: Cell::new(None) });
        let returned = Rc::new(Cell::new(None));
        let co = RecursiveCo { co: Co::new(slots.clone()), levels: levels.clone() };
        let future = Box::pin(body(co));
        let level = AwaitLevel { slots, levels, returned: returned.clone(), future, convert };
        Self {
            stack: Stack(vec![Frame(Box::new(level))]),
            returned,
            input: Input::Nothing,
            exiting: 1,
        }
    }

    /// Goes on after what the top did, to the next `yield`, or to the end.
    #[cold]
    fn go_on(
        &mut self,
        mut did: Did<'a, Y, S, M::Error>,
        context: &mut Context<'_>,
    ) -> Poll<Ran<Y, R, M::Error>> {
        loop {
            let ended = match did {
                Did::Yielded(value) if self.exiting <= 1 => {
                    return Poll::Ready(Ok(Step::Yielded(value)));
                }
                Did::Yielded(_) => {
                    // The body that was asked to exit, or what it delegates to since.
                    while self.stack.0.len() > self.exiting {
                        self.stack.0.pop();
                    }
                    Some(Ended::Raised(Raised::IgnoredExit))
                }
                Did::Delegated(frame) => {
                    self.stack.0.push(frame);
                    None
                }
                Did::Ended(ended) => Some(ended),
            };
            if let Some(ended) = ended
                && let Some(outcome) = self.end_top(ended)
            {
                return Poll::Ready(outcome.map(Step::Complete));
            }
            let top = self.stack.0.last_mut().expect("a body that has not ended is on the stack");
            did = ready!(top.0.poll(None, context));
        }
    }

    /// Takes the top away, and hands on how it ended; gives how the whole ended, if it did.
    fn end_top(&mut self, mut ended: Ended<M::Error>) -> Option<Result<R, Raised<M::Error>>> {
        loop {
            drop(self.stack.0.pop());
            let depth = self.stack.0.len();
            let Some(below) = self.stack.0.last_mut() else {
                return Some(match ended {
                    Ended::Returned => Ok(self.returned.take().expect("the body has returned")),
                    Ended::Raised(raised) => Err(raised),
                });
            };
            if let Ended::Returned = ended
                && self.exiting == depth + 1
            {
                // What a closed delegate returns can't be taken for an ordinary end.
                ended = Ended::Raised(Raised::Exit);
            }
            self.exiting = self.exiting.min(depth);
            let Ended::Raised(raised) = ended else {
                return None;
            };
            match below.0.raise(raised) {
                Ok(()) => return None,
                Err(raised) => ended = Ended::Raised(raised),
            }
        }
    }
}

impl<Y, S, R, M: Mode + Split> Engine for RecursiveBody<'_, Y, S, R, M> {
    type Yield = Y;
    type Send = S;
    type Return = R;
    type Error = M::Error;
    type Mode = M;

    #[inline]
    fn send(&mut self, value: S) {
        self.input = Input::Send(value);
    }

    fn throw(&mut self, thrown: Thrown<M::Error>) -> Result<(), Thrown<M::Error>> {
        if let Thrown::Exit = thrown {
            self.exiting = self.stack.0.len();
        }
        if let Some(top) = self.stack.0.last_mut()
            && let Err(thrown) = top.0.throw(thrown)
        {
            self.input = Input::Uncaught(thrown.into());
        }
        Ok(())
    }

    #[inline]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome<Self>> {
        let sent = match mem::replace(&mut self.input, Input::Nothing) {
            Input::Send(value) => Some(value),
            Input::Nothing => None,
            Input::Uncaught(raised) => {
                return self.go_on(Did::Ended(Ended::Raised(raised)), context);
            }
        };
        let Some(top) = self.stack.0.last_mut() else {
            unreachable!("a body that has not ended is on the stack")
        };
        match top.0.poll(sent, context) {
            Poll::Ready(Did::Yielded(value)) if self.exiting <= 1 => {
                Poll::Ready(Ok(Step::Yielded(value)))
            }
            Poll::Ready(did) => self.go_on(did, context),
            Poll::Pending => Poll::Pending,
        }
    }
}
