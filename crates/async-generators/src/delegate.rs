//! Delegation: `yield from` in async generators, PEP 828, by the rules of PEP 380.
//!
//! ```text
//! caller ──asend──▶ generator ──asend──▶ delegate    while the delegate runs, the caller talks
//! caller ◀──yield── generator ◀──yield── delegate    to it through the generator
//!                   generator ◀──return value        then the generator goes on with its value
//! ```
//!
//! A throw goes to the delegate too. An exit closes the delegate, whose clean-up is awaited, and
//! is then raised in the generator itself, so that what the delegate returns can't be taken for
//! an ordinary end.
//!
//! `twin-generators` has the same rules in [`Forward`]; how a delegate is driven is written here
//! once more, for here each step may wait.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Forward, Raised, SendNone, Step, Thrown};

use crate::engine::co::{Signal, Slots};
use crate::engine::{Co, Engine, Outcome};
use crate::generator::{AsyncGenerator, Stage};
use crate::start::POLLED_AFTER_END;

impl<Y, S, E> Co<Y, S, E> {
    /// Lets a delegate yield in this body's place, and gives what it returns: PEP 828's
    /// `v = yield from g` in an async generator.
    ///
    /// The delegate receives what is sent and thrown meanwhile. If it raises, this body ends
    /// there with the same error. It raises what this body raises, or nothing; another error
    /// becomes this body's by [`map_err`](AsyncGenerator::map_err). An error that is thrown in passes
    /// through a delegate that can't raise: its clean-up runs (its `try_yield` gives
    /// [`Thrown::Exit`]), and then the error is raised here.
    ///
    /// A delegate that is *handed over* starts here and gives what it returns. One that is
    /// *lent*, `yield_from(&mut g)`, may have been started, and then goes on, or have ended, and
    /// then yields nothing: it gives an `Option`, `None` if it had ended, as Python does. So does
    /// what is left of one, [`g.rest()`](AsyncGenerator::rest). Going on sends the delegate `None`,
    /// so what is sent has to have one ([`SendNone`]).
    ///
    /// # Cost
    ///
    /// Each item passes through every level, as in Python: ten levels cost ten calls an item. And
    /// each level's frame lies on the stack while an item is awaited, closed or dropped: with 2 MiB
    /// of stack, some 6,500 levels of a release build end the process, or 750 of a debug build
    /// (x86-64), where Python raises `RecursionError` at 1,000. Recursion of unknown depth is what
    /// [`AsyncGenerator::recursive`] is for.
    ///
    /// # Panics
    ///
    /// If a delegate that is handed over has been started or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::StreamExt;
    /// use twin_async_generators::{AsyncGenerator, Body};
    ///
    /// fn words() -> AsyncGenerator<impl Body<&'static str, (), usize>> {
    ///     AsyncGenerator::new(|mut co| async move {
    ///         co.yield_("spam").await;
    ///         co.yield_("eggs").await;
    ///         2
    ///     })
    /// }
    ///
    /// let menu = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_("menu:").await;
    ///     let count = co.yield_from(words()).await;
    ///     co.yield_(if count == 2 { "two dishes" } else { "?" }).await;
    /// });
    /// let lines: Vec<_> = smol::block_on(menu.collect());
    /// assert_eq!(lines, ["menu:", "spam", "eggs", "two dishes"]);
    /// ```
    #[inline]
    pub fn yield_from<D: Delegate<Y, S, E>>(&mut self, delegate: D) -> YieldFrom<'_, Y, S, E, D> {
        YieldFrom(self.try_yield_from(delegate))
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
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, Raised, Step};
    ///
    /// # smol::block_on(async {
    /// let mut outer = AsyncGenerator::fallible(|mut co| async move {
    ///     match co.try_yield_from(AsyncGenerator::over(stream::iter(0..10))).await {
    ///         Err(Raised::Error("tomato")) => Ok("recovered"),
    ///         Err(raised) => co.raise(raised).await,
    ///         Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(outer.next().await, Some(Ok(0)));
    /// assert_eq!(outer.athrow("tomato").await, Ok(Step::Complete("recovered")));
    /// # });
    /// ```
    pub fn try_yield_from<D: Delegate<Y, S, E>>(
        &mut self,
        delegate: D,
    ) -> TryYieldFrom<'_, Y, S, E, D> {
        let passing = Passing::default();
        TryYieldFrom { slots: self.slots(), delegate, place: Place::Ahead, passing, exits: false }
    }

    /// Yields each item of an iterable: Python's `for x in iterable: yield x`.
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
    /// use futures_lite::StreamExt;
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// let menu = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_("menu:").await;
    ///     co.yield_from_iter(["spam", "eggs"]).await;
    /// });
    /// let lines: Vec<_> = smol::block_on(menu.collect());
    /// assert_eq!(lines, ["menu:", "spam", "eggs"]);
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
fn refuse_sent<S: SendNone>(sent: &S) {
    assert!(
        sent.is_none(),
        "a value was sent to an iterator, which has no `asend`: delegate to an async generator, or \
         `yield_` each item and take what is sent"
    );
}

/// What a body can delegate to that yields `Y`, is sent `S` and raises `E`: an async generator,
/// handed over or lent.
///
/// See [`Co::yield_from`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async generator to delegate to",
    note = "delegate to a stream by `yield_from(AsyncGenerator::over(stream))`, to an iterable by \
            `yield_from_iter(iterable)`"
)]
pub trait Delegate<Y, S, E> {
    /// The delegate's body.
    type Body: Engine<Yield = Y, Send = S, Mode: Forward<E>>;
    /// What `yield from` gives: what the delegate returns, or an `Option` of it if it is lent.
    type Return;

    /// The delegate.
    #[doc(hidden)]
    fn generator(&mut self) -> &mut AsyncGenerator<Self::Body>;

    /// Lays down what its first step here takes, if it has not ended before.
    #[doc(hidden)]
    fn begin(&mut self) -> ControlFlow<Self::Return>;

    #[doc(hidden)]
    fn returned(value: <Self::Body as Engine>::Return) -> Self::Return;
}

impl<Y, S, E, B> Delegate<Y, S, E> for AsyncGenerator<B>
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
    fn begin(&mut self) -> ControlFlow<B::Return> {
        match self.stage {
            Stage::Created => ControlFlow::Continue(()),
            Stage::Suspended | Stage::Unfinished | Stage::Closing => panic!(
                "`yield_from` was handed an async generator that has been started: hand over what \
                 is left of it, `yield_from(g.rest())`, or lend it, `yield_from(&mut g)`"
            ),
            Stage::Closed => panic!(
                "`yield_from` was handed an async generator that has ended, and has no value to \
                 give: `yield_from(g.rest())` and `yield_from(&mut g)` give `None`"
            ),
        }
    }

    #[inline]
    fn returned(value: B::Return) -> B::Return {
        value
    }
}

impl<Y, S, E, B> Delegate<Y, S, E> for &mut AsyncGenerator<B>
where
    S: SendNone,
    B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
{
    type Body = B;
    type Return = Option<B::Return>;

    #[inline]
    fn generator(&mut self) -> &mut AsyncGenerator<B> {
        self
    }

    fn begin(&mut self) -> ControlFlow<Option<B::Return>> {
        match &mut self.body {
            None => return ControlFlow::Break(None),
            Some(body) if self.stage == Stage::Suspended => body.send(S::none()),
            // It begins, or goes on from the `await` where a step was dropped.
            Some(_) => {}
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn returned(value: B::Return) -> Option<B::Return> {
        Some(value)
    }
}

/// What is left of an async generator, to delegate to. Made by [`rest`](AsyncGenerator::rest).
#[must_use = "it is to be delegated to: `yield_from(g.rest())`"]
pub struct Rest<B>(AsyncGenerator<B>);

impl<B> AsyncGenerator<B> {
    /// Hands over what is left of a generator, whatever its past: `yield_from(g.rest())`.
    ///
    /// As if it were lent (`yield_from(&mut g)`), and not wanted back: it goes on where it stands,
    /// and gives `None` if it has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::{StreamExt, stream};
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut letters = AsyncGenerator::over(stream::iter("abc".chars()));
    /// assert_eq!(letters.next().await, Some('a'));
    /// let word = AsyncGenerator::new(|mut co| async move { co.yield_from(letters.rest()).await });
    /// assert_eq!(word.collect::<String>().await, "bc");
    /// # });
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
    fn generator(&mut self) -> &mut AsyncGenerator<B> {
        &mut self.0
    }

    fn begin(&mut self) -> ControlFlow<Option<B::Return>> {
        <&mut AsyncGenerator<B> as Delegate<Y, S, E>>::begin(&mut &mut self.0)
    }

    #[inline]
    fn returned(value: B::Return) -> Option<B::Return> {
        Some(value)
    }
}

/// Future of [`Co::try_yield_from`].
#[must_use = "a delegate yields nothing until the delegation is awaited"]
pub struct TryYieldFrom<'co, Y, S, E, D> {
    slots: &'co Slots<Y, S, E>,
    delegate: D,
    place: Place,
    passing: Passing<E>,
    /// Whether the delegate has been asked to exit.
    exits: bool,
}

/// Future of [`Co::yield_from`].
#[must_use = "a delegate yields nothing until the delegation is awaited"]
pub struct YieldFrom<'co, Y, S, E, D>(TryYieldFrom<'co, Y, S, E, D>);

impl<Y, S, E, D: Delegate<Y, S, E>> Future for YieldFrom<'_, Y, S, E, D> {
    type Output = D::Return;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<D::Return> {
        match Pin::new(&mut self.0).poll(context) {
            Poll::Ready(Ok(value)) => Poll::Ready(value),
            Poll::Ready(Err(raised)) => {
                // The body ends here: it is not polled again.
                self.0.slots.raise(raised);
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Where the delegation stands.
enum Place {
    Ahead,
    /// In a step of the delegate.
    Delegate,
    /// At a `yield` of the body.
    Yield,
    Over,
}

// Nothing in it is pinned: an async generator can be moved between two polls.
impl<Y, S, E, D> Unpin for TryYieldFrom<'_, Y, S, E, D> {}

impl<Y, S, E, D: Delegate<Y, S, E>> Future for TryYieldFrom<'_, Y, S, E, D> {
    type Output = Result<D::Return, Raised<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // What most polls do: what was sent goes to the delegate.
        match (&this.place, this.slots.sent.take()) {
            (Place::Yield, Some(sent)) => match &mut this.delegate.generator().body {
                Some(body) => body.send(sent),
                None => unreachable!("a delegate that waits at a yield has a body"),
            },
            (Place::Delegate, None) => {}
            (_, sent) => {
                if let ControlFlow::Break(polled) = this.begin_or_hand_on(sent) {
                    return polled;
                }
            }
        }
        match this.delegate.generator().poll_body(context) {
            Poll::Ready(Ok(Step::Yielded(value))) if !this.exits => {
                this.slots.suspend(value, Signal::YieldedCatching);
                this.place = Place::Yield;
                Poll::Pending
            }
            Poll::Pending => {
                this.place = Place::Delegate;
                Poll::Pending
            }
            Poll::Ready(outcome) => Poll::Ready(this.end(outcome)),
        }
    }
}

impl<Y, S, E, D: Delegate<Y, S, E>> TryYieldFrom<'_, Y, S, E, D> {
    /// How the delegation ends with the delegate.
    #[cold]
    fn end(&mut self, outcome: Outcome<D::Body>) -> Result<D::Return, Raised<E>> {
        self.place = Place::Over;
        let outcome = outcome.map_err(outward::<D::Body, E>);
        if self.exits {
            return Err(match outcome {
                Ok(Step::Yielded(_)) => Raised::IgnoredExit,
                Ok(Step::Complete(_)) => Raised::Exit,
                Err(raised) => raised,
            });
        }
        match self.passing.settle(outcome)? {
            Step::Complete(value) => Ok(D::returned(value)),
            Step::Yielded(_) => unreachable!("it was handed out"),
        }
    }

    /// Begins, or hands the delegate what was thrown; breaks if the delegation ends by it, or if there
    /// is nothing to hand on.
    #[cold]
    fn begin_or_hand_on(
        &mut self,
        sent: Option<S>,
    ) -> ControlFlow<Poll<Result<D::Return, Raised<E>>>> {
        match self.place {
            Place::Ahead => match self.delegate.begin() {
                ControlFlow::Break(value) => {
                    self.place = Place::Over;
                    ControlFlow::Break(Poll::Ready(Ok(value)))
                }
                ControlFlow::Continue(()) => ControlFlow::Continue(()),
            },
            Place::Yield => match self.slots.thrown.take() {
                // Polled for other reasons: beside it something else is awaited.
                None => ControlFlow::Break(Poll::Pending),
                Some(thrown) => match self.hand_on(thrown) {
                    None => ControlFlow::Continue(()),
                    Some(ended) => {
                        self.place = Place::Over;
                        ControlFlow::Break(Poll::Ready(Err(ended)))
                    }
                },
            },
            Place::Delegate => {
                drop(sent);
                unreachable!("what is sent goes to a yield")
            }
            Place::Over => panic!("{POLLED_AFTER_END}"),
        }
    }

    /// Hands the delegate what is thrown; gives how the delegation ends there, if the delegate does
    /// not catch it.
    fn hand_on(&mut self, thrown: Thrown<E>) -> Option<Raised<E>> {
        let generator = self.delegate.generator();
        let body = generator.body.as_mut().expect("a delegate that waits at a yield has a body");
        let thrown = match thrown {
            Thrown::Error(error) => match <D::Body as Engine>::Mode::inward(error) {
                Ok(error) => body.throw(Thrown::Error(error)).map_err(outward_thrown::<D::Body, E>),
                Err(error) => match body.throw(Thrown::Exit) {
                    Ok(()) => {
                        self.passing = Passing::of(error);
                        Ok(())
                    }
                    Err(_) => Err(Thrown::Error(error)),
                },
            },
            Thrown::Exit => {
                self.exits = true;
                let caught = body.throw(Thrown::Exit);
                if caught.is_ok() {
                    generator.stage = Stage::Closing;
                }
                caught.map_err(|_| Thrown::Exit)
            }
        };
        thrown.err().map(|thrown| {
            generator.discard();
            thrown.into()
        })
    }
}

impl<Y, S, E, D> Drop for TryYieldFrom<'_, Y, S, E, D> {
    fn drop(&mut self) {
        if let Place::Yield = self.place {
            self.slots.give_up(Signal::YieldedCatching);
        }
    }
}

/// An error on its way through a body that can't take it: raised when the body's clean-up ends.
pub(crate) struct Passing<E>(Option<E>);

impl<E> Passing<E> {
    pub(crate) fn of(error: E) -> Self {
        Self(Some(error))
    }

    /// How the body ends: with the error that passes, unless its clean-up raises another.
    #[inline]
    pub(crate) fn settle<Y, R>(
        &mut self,
        outcome: Result<Step<Y, R>, Raised<E>>,
    ) -> Result<Step<Y, R>, Raised<E>> {
        match outcome {
            Ok(Step::Complete(_)) | Err(Raised::Exit) if self.0.is_some() => {
                Err(self.0.take().map_or(Raised::Exit, Raised::Error))
            }
            outcome => outcome,
        }
    }
}

impl<E> Default for Passing<E> {
    fn default() -> Self {
        Self(None)
    }
}

fn outward<B: Engine<Mode: Forward<E>>, E>(raised: Raised<B::Error>) -> Raised<E> {
    map_raised(raised, <B::Mode as Forward<E>>::outward)
}

fn outward_thrown<B: Engine<Mode: Forward<E>>, E>(thrown: Thrown<B::Error>) -> Thrown<E> {
    match thrown {
        Thrown::Error(error) => Thrown::Error(<B::Mode as Forward<E>>::outward(error)),
        Thrown::Exit => Thrown::Exit,
    }
}

pub(crate) fn map_raised<E, F>(raised: Raised<E>, convert: impl FnOnce(E) -> F) -> Raised<F> {
    match raised {
        Raised::Error(error) => Raised::Error(convert(error)),
        Raised::Exit => Raised::Exit,
        Raised::IgnoredExit => Raised::IgnoredExit,
    }
}
