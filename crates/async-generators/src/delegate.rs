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

use std::borrow::BorrowMut;

use twin_generators::{Forward, Raised, Step, Thrown};

use crate::engine::{Co, Engine};
use crate::error::{CloseError, SendError, StartError, ThrowError};
use crate::generator::AsyncGenerator;

impl<Y, S, E> Co<Y, S, E> {
    /// Lets a delegate yield in this body's place, and gives what it returns: PEP 828's
    /// `v = yield from g` in an async generator.
    ///
    /// Takes the delegate, or a `&mut` to it. It receives what is sent and thrown meanwhile. If
    /// it raises, this body ends there with the same error. A delegate that can't fail fits any
    /// body: what is thrown ends it and is raised here. Any stream is a delegate by
    /// [`AsyncGenerator::over`].
    ///
    /// # Cost
    ///
    /// Each item passes through every level, as in Python: ten levels cost ten calls an item. And
    /// each level's frame lies on the stack while an item is awaited, closed or dropped: with 2 MiB
    /// of stack, some 6,500 levels of a release build end the process, or 750 of a debug build
    /// (x86-64), where Python raises `RecursionError` at 1,000.
    ///
    /// # Panics
    ///
    /// If the delegate has been started: no `yield` of this body has a value for it yet. What is
    /// left of a started stream goes through [`AsyncGenerator::over`].
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
    pub async fn yield_from<B>(&mut self, delegate: impl BorrowMut<AsyncGenerator<B>>) -> B::Return
    where
        B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
    {
        match self.try_yield_from(delegate).await {
            Ok(value) => value,
            Err(raised) => match self.raise(raised).await {},
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
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncGenerator, Raised, Step};
    ///
    /// # smol::block_on(async {
    /// let mut outer = AsyncGenerator::fallible(|mut co| async move {
    ///     match co.try_yield_from(AsyncGenerator::over(stream::iter(0..10))).await {
    ///         Err(Raised::Error("tomato")) => Ok("recovered"),
    ///         Err(raised) => match co.raise(raised).await {},
    ///         Ok(()) => Ok("undisturbed"),
    ///     }
    /// });
    /// assert_eq!(outer.next().await, Some(Ok(0)));
    /// assert_eq!(outer.athrow("tomato").await, Ok(Step::Complete("recovered")));
    /// # });
    /// ```
    pub async fn try_yield_from<B>(
        &mut self,
        mut delegate: impl BorrowMut<AsyncGenerator<B>>,
    ) -> Result<B::Return, Raised<E>>
    where
        B: Engine<Yield = Y, Send = S, Mode: Forward<E>>,
    {
        let delegate = delegate.borrow_mut();
        let mut outcome = delegate.start().await.map_err(|error| match error {
            StartError::Raised(raised) => raised,
            StartError::AlreadyStarted | StartError::Finished => panic!("{STARTED}"),
        });
        loop {
            let value = match outcome {
                Ok(Step::Yielded(value)) => value,
                Ok(Step::Complete(value)) => return Ok(value),
                Err(raised) => return Err(outward::<B, E>(raised)),
            };
            outcome = match self.try_yield(value).await {
                Ok(sent) => delegate.asend(sent).await.map_err(|error| match error {
                    SendError::Raised(raised) => raised,
                    _ => unreachable!("the delegate waits at a yield"),
                }),
                Err(Thrown::Error(error)) => match <B::Mode as Forward<E>>::inward(error) {
                    Ok(error) => delegate.athrow(error).await.map_err(|error| match error {
                        ThrowError::Raised(raised) => raised,
                        _ => unreachable!("the delegate waits at a yield"),
                    }),
                    // It can't take the error, but what it cleans up it cleans up: its `finally`.
                    // The error of the two that counts is the one that was thrown.
                    Err(error) => {
                        let _ = delegate.aclose().await;
                        return Err(Raised::Error(error));
                    }
                },
                Err(Thrown::Exit) => {
                    return Err(match delegate.aclose().await {
                        Ok(_) => Raised::Exit,
                        Err(CloseError::IgnoredExit) => Raised::IgnoredExit,
                        Err(CloseError::Raised(error)) => {
                            Raised::Error(<B::Mode as Forward<E>>::outward(error))
                        }
                    });
                }
            };
        }
    }
}

const STARTED: &str = "`yield_from` starts its delegate, and this one has been started: delegate \
                       what is left of a stream by `AsyncGenerator::over`";

fn outward<B: Engine<Mode: Forward<E>>, E>(raised: Raised<B::Error>) -> Raised<E> {
    match raised {
        Raised::Error(error) => Raised::Error(<B::Mode as Forward<E>>::outward(error)),
        Raised::Exit => Raised::Exit,
        Raised::IgnoredExit => Raised::IgnoredExit,
    }
}
