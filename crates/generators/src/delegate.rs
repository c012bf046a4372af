//! Delegation: Python's `yield from`, PEP 380.
//!
//! ```text
//! caller ──send──▶ generator ──send──▶ delegate     while the delegate runs, the caller talks
//! caller ◀─yield── generator ◀─yield── delegate     to it through the generator
//!                  generator ◀──return value        then the generator goes on with its value
//! ```
//!
//! A throw goes to the delegate too. An exit closes the delegate, and is then raised in the
//! generator itself, so that what the delegate returns can't be taken for an ordinary end.

use std::convert::Infallible;
use std::ops::ControlFlow;

use crate::engine::{Co, Engine, Fallible, Mode, Outcome};
use crate::error::{CloseError, Raised, Thrown};
use crate::generator::Generator;
use crate::iterate::SendNone;
use crate::step::{State, Step};

impl<Y, S, E> Co<Y, S, E> {
    /// Lets a delegate yield in this body's place, and gives what it returns: Python's
    /// `v = yield from g`.
    ///
    /// The delegate receives what is sent and thrown meanwhile. If it raises, this body ends
    /// there with the same error. It raises what this body raises, or nothing; another error
    /// becomes this body's by [`map_err`](Generator::map_err). An error that is thrown in passes
    /// through a delegate that can't raise: its clean-up runs (its `try_yield` gives
    /// [`Thrown::Exit`]), and then the error is raised here.
    ///
    /// A delegate that is *handed over* starts here and gives what it returns. One that is
    /// *lent*, `yield_from(&mut g)`, may have been started, and then goes on, or have ended, and
    /// then yields nothing: it gives an `Option`, `None` if it had ended, as Python does. So does
    /// what is left of one, [`g.rest()`](Generator::rest). Going on sends the delegate `None`, so
    /// what is sent has to have one ([`SendNone`]).
    ///
    /// # Cost
    ///
    /// Each item passes through every level, as in Python: ten levels cost ten calls an item. And
    /// each level's frame lies on the stack while an item is fetched: with 2 MiB of stack, some
    /// 10,000 levels of a release build end the process, or 1,000 of a debug build, where Python
    /// raises `RecursionError` at 1,000. For recursion of unknown depth there is
    /// [`Generator::recursive`], whose levels cost neither.
    ///
    /// # Panics
    ///
    /// If a delegate that is handed over has been started or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::{Body, Generator};
    ///
    /// fn words() -> Generator<impl Body<&'static str, (), usize>> {
    ///     Generator::new(|mut co| async move {
    ///         co.yield_("spam").await;
    ///         co.yield_("eggs").await;
    ///         2
    ///     })
    /// }
    ///
    /// let menu = Generator::new(|mut co| async move {
    ///     co.yield_("menu:").await;
    ///     let count = co.yield_from(words()).await;
    ///     co.yield_(if count == 2 { "two dishes" } else { "?" }).await;
    /// });
    /// assert_eq!(menu.collect::<Vec<_>>(), ["menu:", "spam", "eggs", "two dishes"]);
    /// ```
    pub async fn yield_from<D: Delegate<Y, S, E>>(&mut self, delegate: D) -> D::Return {
        match self.try_yield_from(delegate).await {
            Ok(value) => value,
            Err(raised) => self.raise(raised).await,
        }
    }

    /// As [`yield_from`](Self::yield_from), and catches: Python's `yield from` inside `try`.
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
    /// use twin_generators::{Generator, Raised, Step};
    ///
    /// let mut outer = Generator::fallible(|mut co| async move {
    ///     match co.try_yield_from(Generator::over(0..10)).await {
    ///         Err(Raised::Error("tomato")) => Ok("recovered"),
    ///         Err(raised) => co.raise(raised).await,
    ///         Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(outer.next(), Some(Ok(0)));
    /// assert_eq!(outer.throw("tomato"), Ok(Step::Complete("recovered")));
    /// ```
    pub async fn try_yield_from<D: Delegate<Y, S, E>>(
        &mut self,
        delegate: D,
    ) -> Result<D::Return, Raised<E>> {
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

    /// Yields each item of an iterable: Python's `yield from iterable`.
    ///
    /// An iterator takes nothing that is sent, so nothing may be: what is sent is `()`, or an
    /// `Option` that is `None`.
    ///
    /// # Panics
    ///
    /// If something is sent. Python: `AttributeError`, "object has no attribute 'send'".
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let menu = Generator::new(|mut co| async move {
    ///     co.yield_("menu:").await;
    ///     co.yield_from_iter(["spam", "eggs"]).await;
    /// });
    /// assert_eq!(menu.collect::<Vec<_>>(), ["menu:", "spam", "eggs"]);
    /// ```
    pub async fn yield_from_iter(&mut self, iterable: impl IntoIterator<Item = Y>)
    where
        S: SendNone,
    {
        for item in iterable {
            refuse_sent(&self.yield_(item).await);
        }
    }
}

/// An iterator is sent nothing.
#[doc(hidden)]
#[inline]
pub fn refuse_sent<S: SendNone>(sent: &S) {
    assert!(
        sent.is_none(),
        "a value was sent to an iterator, which has no `send`: delegate to a generator, or \
         `yield_` each item and take what is sent"
    );
}

/// Lets a delegate yield in this body's place, in a body on the native engine: Python's
/// `v = yield from g`.
///
/// A macro, since a coroutine can only yield in its own body. See
/// [`Co::yield_from`](crate::Co::yield_from) for what it does.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, yield_from};
///
/// let menu = Generator::native(
///     #[coroutine]
///     |_| {
///         (yield "menu:")?;
///         yield_from!(Generator::over(["spam", "eggs"]));
///         Ok(())
///     },
/// );
/// assert_eq!(menu.collect::<Vec<_>>(), ["menu:", "spam", "eggs"]);
/// ```
#[cfg(feature = "nightly")]
#[macro_export]
macro_rules! yield_from {
    ($delegate:expr) => {
        $crate::try_yield_from!($delegate)?
    };
}

/// As [`yield_from!`](crate::yield_from), and catches: Python's `yield from` inside `try`.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, Raised, Step, try_yield_from};
///
/// let mut outer = Generator::fallible_native(
///     #[coroutine]
///     |_| match try_yield_from!(Generator::over(0..10)) {
///         Err(Raised::Error("tomato")) => Ok("recovered"),
///         Err(raised) => Err(raised),
///         Ok(()) => Ok("undisturbed"),
///     },
/// );
/// assert_eq!(outer.next(), Some(Ok(0)));
/// assert_eq!(outer.throw("tomato"), Ok(Step::Complete("recovered")));
/// ```
#[cfg(feature = "nightly")]
#[macro_export]
macro_rules! try_yield_from {
    ($delegate:expr) => {{
        let mut delegation = $crate::Delegation::new($delegate);
        let mut step = delegation.start();
        loop {
            match step {
                ::core::ops::ControlFlow::Continue(value) => {
                    let received = yield value;
                    step = delegation.resume(received);
                }
                ::core::ops::ControlFlow::Break(result) => break result,
            }
        }
    }};
}

/// As [`Co::yield_from_iter`](crate::Co::yield_from_iter), in a body on the native engine.
///
/// # Examples
///
/// ```
/// #![feature(coroutines)]
/// use twin_generators::{Generator, yield_from_iter};
///
/// let menu = Generator::native(
///     #[coroutine]
///     |_| {
///         (yield "menu:")?;
///         yield_from_iter!(["spam", "eggs"]);
///         Ok(())
///     },
/// );
/// assert_eq!(menu.collect::<Vec<_>>(), ["menu:", "spam", "eggs"]);
/// ```
#[cfg(feature = "nightly")]
#[macro_export]
macro_rules! yield_from_iter {
    ($iterable:expr) => {
        for item in $iterable {
            $crate::refuse_sent(&(yield item)?);
        }
    };
}

/// What a body can delegate to that yields `Y`, is sent `S` and raises `E`: a generator, handed
/// over or lent.
///
/// See [`Co::yield_from`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no generator to delegate to",
    note = "delegate to an iterable by `yield_from_iter(iterable)`"
)]
pub trait Delegate<Y, S, E> {
    /// The delegate's body.
    type Body: Engine<Yield = Y, Send = S, Mode: Forward<E>>;
    /// What `yield from` gives: what the delegate returns, or an `Option` of it if it is lent.
    type Return;

    /// The delegate.
    #[doc(hidden)]
    fn generator(&mut self) -> &mut Generator<Self::Body>;

    /// Its first step, if it has not ended before.
    #[doc(hidden)]
    fn begin(&mut self) -> ControlFlow<Self::Return, Outcome<Self::Body>>;

    #[doc(hidden)]
    fn returned(value: <Self::Body as Engine>::Return) -> Self::Return;
}

impl<Y, S, E, B> Delegate<Y, S, E> for Generator<B>
where
    B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
{
    type Body = B;
    type Return = B::Return;

    #[inline]
    fn generator(&mut self) -> &mut Self {
        self
    }

    #[inline]
    fn begin(&mut self) -> ControlFlow<B::Return, Outcome<B>> {
        match self.state() {
            State::Created => ControlFlow::Continue(self.run(B::start)),
            State::Running | State::Suspended => panic!(
                "`yield_from` was handed a generator that has been started: hand over what is \
                 left of it, `yield_from(g.rest())`, or lend it, `yield_from(&mut g)`"
            ),
            State::Closed => panic!(
                "`yield_from` was handed a generator that has ended, and has no value to give: \
                 `yield_from(g.rest())` and `yield_from(&mut g)` give `None`"
            ),
        }
    }

    #[inline]
    fn returned(value: B::Return) -> B::Return {
        value
    }
}

impl<Y, S, E, B> Delegate<Y, S, E> for &mut Generator<B>
where
    S: SendNone,
    B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
{
    type Body = B;
    type Return = Option<B::Return>;

    #[inline]
    fn generator(&mut self) -> &mut Generator<B> {
        self
    }

    fn begin(&mut self) -> ControlFlow<Option<B::Return>, Outcome<B>> {
        match self.state() {
            State::Created => ControlFlow::Continue(self.run(B::start)),
            State::Running | State::Suspended => {
                ControlFlow::Continue(self.run(|body| body.resume(S::none())))
            }
            State::Closed => ControlFlow::Break(None),
        }
    }

    #[inline]
    fn returned(value: B::Return) -> Option<B::Return> {
        Some(value)
    }
}

/// What is left of a generator, to delegate to. Made by [`rest`](Generator::rest).
#[must_use = "it is to be delegated to: `yield_from(g.rest())`"]
pub struct Rest<B>(Generator<B>);

impl<B> Generator<B> {
    /// Hands over what is left of a generator, whatever its past: `yield_from(g.rest())`.
    ///
    /// As if it were lent (`yield_from(&mut g)`), and not wanted back: it goes on where it stands,
    /// and gives `None` if it has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_generators::Generator;
    ///
    /// let mut letters = Generator::over("abc".chars());
    /// assert_eq!(letters.next(), Some('a'));
    /// let mut word = Generator::new(|mut co| async move { co.yield_from(letters.rest()).await });
    /// assert_eq!(word.by_ref().collect::<String>(), "bc");
    /// ```
    pub fn rest(self) -> Rest<B> {
        Rest(self)
    }
}

impl<Y, S, E, B> Delegate<Y, S, E> for Rest<B>
where
    S: SendNone,
    B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
{
    type Body = B;
    type Return = Option<B::Return>;

    #[inline]
    fn generator(&mut self) -> &mut Generator<B> {
        &mut self.0
    }

    fn begin(&mut self) -> ControlFlow<Option<B::Return>, Outcome<B>> {
        <&mut Generator<B> as Delegate<Y, S, E>>::begin(&mut &mut self.0)
    }

    #[inline]
    fn returned(value: B::Return) -> Option<B::Return> {
        Some(value)
    }
}

/// A delegate at work: what `yield from` does between two yields of the delegating body.
#[doc(hidden)]
pub struct Delegation<D, E> {
    delegate: D,
    passing: Passing<E>,
}

/// The delegate's next value, or how the delegation ended.
type Delegated<R, Y, E> = ControlFlow<Result<R, Raised<E>>, Y>;

impl<D, E> Delegation<D, E> {
    // Bounded, so that the message is about the delegate, not about `start`.
    #[doc(hidden)]
    pub fn new<Y, S>(delegate: D) -> Self
    where
        D: Delegate<Y, S, E>,
    {
        Self { delegate, passing: Passing::default() }
    }

    #[doc(hidden)]
    pub fn start<Y, S>(&mut self) -> Delegated<D::Return, Y, E>
    where
        D: Delegate<Y, S, E>,
    {
        match self.delegate.begin() {
            ControlFlow::Continue(outcome) => self.settle(outcome),
            ControlFlow::Break(value) => ControlFlow::Break(Ok(value)),
        }
    }

    #[doc(hidden)]
    #[inline]
    pub fn resume<Y, S>(&mut self, received: Result<S, Thrown<E>>) -> Delegated<D::Return, Y, E>
    where
        D: Delegate<Y, S, E>,
    {
        let delegate = self.delegate.generator();
        let outcome = match received {
            Ok(value) => delegate.run(|body| body.resume(value)),
            Err(Thrown::Error(error)) => match <D::Body as Engine>::Mode::inward(error) {
                Ok(error) => delegate.throw(Thrown::Error(error)),
                Err(error) => {
                    self.passing = Passing::of(Thrown::Error(error));
                    delegate.throw(Thrown::Exit)
                }
            },
            Err(Thrown::Exit) => {
                return ControlFlow::Break(Err(match delegate.close() {
                    Ok(_) => Raised::Exit,
                    Err(CloseError::IgnoredExit) => Raised::IgnoredExit,
                    Err(CloseError::Raised(error)) => {
                        Raised::Error(<D::Body as Engine>::Mode::outward(error))
                    }
                }));
            }
        };
        self.settle(outcome)
    }

    #[inline]
    fn settle<Y, S>(&mut self, outcome: Outcome<D::Body>) -> Delegated<D::Return, Y, E>
    where
        D: Delegate<Y, S, E>,
    {
        ControlFlow::Break(self.passing.end(match outcome {
            Ok(Step::Yielded(value)) => return ControlFlow::Continue(value),
            Ok(Step::Complete(value)) => Ok(D::returned(value)),
            Err(raised) => Err(raised.map(<D::Body as Engine>::Mode::outward)),
        }))
    }
}

/// An error on its way through a body that can't take it: raised when the body's clean-up ends.
pub(crate) struct Passing<E>(Option<E>);

impl<E> Passing<E> {
    /// What passes of what is thrown in: an exit is every body's own.
    pub(crate) fn of(thrown: Thrown<E>) -> Self {
        match thrown {
            Thrown::Error(error) => Self(Some(error)),
            Thrown::Exit => Self(None),
        }
    }

    /// How the body ends: with the error that passes, unless its clean-up raises another.
    pub(crate) fn end<R>(&mut self, ended: Result<R, Raised<E>>) -> Result<R, Raised<E>> {
        match (self.0.take(), ended) {
            (Some(error), Ok(_) | Err(Raised::Exit)) => Err(Raised::Error(error)),
            (_, ended) => ended,
        }
    }
}

impl<E> Default for Passing<E> {
    fn default() -> Self {
        Self(None)
    }
}

/// A mode whose errors fit a body that raises `E`: the same error, or none at all.
#[diagnostic::on_unimplemented(
    message = "the generator raises other errors than `{E}`, which is raised around it",
    label = "raises another error than what is around it",
    note = "turn its errors into that one: `g.map_err(|error| …)`",
    note = "a body that can't raise at all becomes one that can by `Generator::fallible`"
)]
pub trait Forward<E>: Mode {
    /// The error as the delegate takes it; back if it can't take any, and then it passes.
    #[doc(hidden)]
    fn inward(error: E) -> Result<Self::Error, E>;

    /// The delegate's error as the delegating body raises it.
    #[doc(hidden)]
    fn outward(error: Self::Error) -> E;
}

impl<E> Forward<E> for Infallible {
    fn inward(error: E) -> Result<Self, E> {
        Err(error)
    }

    fn outward(error: Self) -> E {
        match error {}
    }
}

impl<E> Forward<E> for Fallible<E> {
    fn inward(error: E) -> Result<E, E> {
        Ok(error)
    }

    fn outward(error: E) -> E {
        error
    }
}
