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

use std::borrow::BorrowMut;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use crate::engine::{Co, Engine, Fallible, Mode, Outcome};
use crate::error::{CloseError, Raised, StartError, Thrown};
use crate::generator::Generator;
use crate::step::Step;

impl<Y, S, E> Co<Y, S, E> {
    /// Lets a delegate yield in this body's place, and gives what it returns: Python's
    /// `v = yield from g`.
    ///
    /// The delegate receives what is sent and thrown meanwhile. If it raises, this body ends
    /// there with the same error. A delegate that can't fail fits any body: what is thrown ends
    /// it and is raised here. Any iterator is a delegate by [`Generator::over`].
    ///
    /// # Panics
    ///
    /// If the delegate has been started: no `yield` of this body has a value for it yet. What is
    /// left of a started iterator goes through [`Generator::over`].
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
    pub async fn yield_from<B>(&mut self, delegate: impl BorrowMut<Generator<B>>) -> B::Return
    where
        B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
    {
        match self.try_yield_from(delegate).await {
            Ok(value) => value,
            Err(raised) => match self.raise(raised).await {},
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
    ///         Err(raised) => match co.raise(raised).await {},
    ///         Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(outer.next(), Some(Ok(0)));
    /// assert_eq!(outer.throw("tomato"), Ok(Step::Complete("recovered")));
    /// ```
    pub async fn try_yield_from<B>(
        &mut self,
        delegate: impl BorrowMut<Generator<B>>,
    ) -> Result<B::Return, Raised<E>>
    where
        B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
    {
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

/// A delegate at work: what `yield from` does between two yields of the delegating body.
#[doc(hidden)]
pub struct Delegation<G, B, E> {
    delegate: G,
    types: PhantomData<fn(E) -> B>,
}

/// The delegate's next value, or how the delegation ended.
type Delegated<B, E> = ControlFlow<Result<<B as Engine>::Return, Raised<E>>, <B as Engine>::Yield>;

impl<G, B, E> Delegation<G, B, E>
where
    G: BorrowMut<Generator<B>>,
    B: Engine<Mode: Forward<E>>,
{
    #[doc(hidden)]
    pub fn new(delegate: G) -> Self {
        Self { delegate, types: PhantomData }
    }

    #[doc(hidden)]
    pub fn start(&mut self) -> Delegated<B, E> {
        match self.delegate.borrow_mut().start() {
            Ok(step) => delegated::<B, E>(Ok(step)),
            Err(StartError::Raised(raised)) => delegated::<B, E>(Err(raised)),
            Err(StartError::AlreadyStarted | StartError::Finished) => panic!(
                "`yield_from` starts its delegate, and this one has been started: delegate what \
                 is left of an iterator by `Generator::over`"
            ),
        }
    }

    #[doc(hidden)]
    #[inline]
    pub fn resume(&mut self, received: Result<B::Send, Thrown<E>>) -> Delegated<B, E> {
        let delegate = self.delegate.borrow_mut();
        match received {
            Ok(value) => delegated::<B, E>(delegate.run(|body| body.resume(value))),
            Err(Thrown::Error(error)) => match B::Mode::inward(error) {
                Ok(error) => delegated::<B, E>(delegate.throw(Thrown::Error(error))),
                Err(error) => {
                    delegate.discard();
                    ControlFlow::Break(Err(Raised::Error(error)))
                }
            },
            Err(Thrown::Exit) => ControlFlow::Break(Err(match delegate.close() {
                Ok(_) => Raised::Exit,
                Err(CloseError::IgnoredExit) => Raised::IgnoredExit,
                Err(CloseError::Raised(error)) => Raised::Error(B::Mode::outward(error)),
            })),
        }
    }
}

#[inline]
fn delegated<B: Engine<Mode: Forward<E>>, E>(outcome: Outcome<B>) -> Delegated<B, E> {
    match outcome {
        Ok(Step::Yielded(value)) => ControlFlow::Continue(value),
        Ok(Step::Complete(value)) => ControlFlow::Break(Ok(value)),
        Err(raised) => ControlFlow::Break(Err(raised.map(B::Mode::outward))),
    }
}

/// A mode whose errors fit a body that raises `E`: the same error, or none at all.
pub trait Forward<E>: Mode {
    /// The error as the delegate takes it; back if it can't take any.
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
