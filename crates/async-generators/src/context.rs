//! Guards made from async generators: Python's `contextlib.asynccontextmanager`.

use std::error::Error;
use std::fmt;

use twin_generators::{Forward, Raised, Step, Thrown};

use crate::delegate::map_raised;
use crate::engine::Engine;
use crate::error::{ResumeError, ThrowError};
use crate::generator::AsyncGenerator;

/// Runs a block between the two halves of an async generator: Python's `async with` and
/// `@asynccontextmanager`.
///
/// The generator yields once. What comes before its `yield` prepares, what it yields is the
/// block's, what comes after cleans up. An error of the block is thrown in at the `yield`.
///
/// Gives what the block returned, or `None` if the generator caught the block's error. An error
/// that the generator can't take passes through it: a body that can't raise is closed, so that its
/// clean-up runs, and the error comes back.
///
/// # Errors
///
/// What the block or the generator raises, or an [`AsyncContextError`] that tells that the
/// generator did not yield exactly once.
///
/// # Cancellation
///
/// If the future is dropped, or the block panics, nobody waits for the second half: the generator
/// is dropped where it stands. One that is [`finalized`](AsyncGenerator::finalized) is then closed
/// by the event loop, though nobody waits for it before `run` returns.
///
/// Python throws the `CancelledError` into the generator. Inside `twin_tasks::run` a block that
/// catches its own cancellation does the same, and the second half is awaited first:
///
/// ```
/// # use std::{cell::RefCell, future::pending, rc::Rc, time::Duration};
/// # use twin_async_generators::{AsyncGenerator, async_with};
/// # use twin_tasks::{catch_cancelled, run, sleep, timeout};
/// # let log = Rc::new(RefCell::new(Vec::new()));
/// # let (call_log, main_log) = (log.clone(), log.clone());
/// # run(async move {
/// # let call = AsyncGenerator::new(|mut co| async move {
/// #     let _ = co.try_yield("Rome").await;
/// #     sleep(Duration::from_millis(1)).await;
/// #     call_log.borrow_mut().push("hung up");
/// # });
/// # let speech = async |_: &str| pending::<()>().await;
/// # let talk = async {
/// let spoken = async_with(call, async |line| {
///     Ok::<_, std::convert::Infallible>(catch_cancelled(speech(line)).await)
/// });
/// if let Ok(Some(Err(cancelled))) = spoken.await {
///     cancelled.propagate().await;
/// }
/// # };
/// # assert!(timeout(Duration::from_millis(5), talk).await.is_err());
/// # main_log.borrow_mut().push("no more coins");
/// # });
/// # assert_eq!(log.take(), ["hung up", "no more coins"]);
/// ```
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use futures_lite::future;
/// use twin_async_generators::{AsyncGenerator, Thrown, async_with};
///
/// # smol::block_on(async {
/// let open = Cell::new(0);
/// let connection = || {
///     AsyncGenerator::fallible(|mut co| {
///         let open = &open;
///         async move {
///             open.set(open.get() + 1);
///             let result = co.try_yield("rows").await;
///             future::yield_now().await; // say goodbye
///             open.set(open.get() - 1);
///             match result {
///                 Err(Thrown::Error(error)) => Err(error),
///                 _ => Ok(()),
///             }
///         }
///     })
/// };
///
/// let length = async_with(connection(), async |rows| {
///     assert_eq!(open.get(), 1);
///     Ok::<_, &str>(rows.len())
/// });
/// assert_eq!(length.await, Ok(Some(4)));
/// assert!(async_with(connection(), async |_| Err::<(), _>("unreadable")).await.is_err());
/// assert_eq!(open.get(), 0);
/// # });
/// ```
pub async fn async_with<B, T, E>(
    generator: AsyncGenerator<B>,
    block: impl AsyncFnOnce(B::Yield) -> Result<T, E>,
) -> Result<Option<T>, AsyncContextError<E>>
where
    B: Engine<Send = (), Mode: Forward<E>>,
{
    let (context, value) = AsyncContext::enter(generator).await.map_err(outward::<B, E>)?;
    match block(value).await {
        Ok(value) => {
            context.exit().await.map_err(outward::<B, E>)?;
            Ok(Some(value))
        }
        Err(error) => {
            context.athrow(error).await?;
            Ok(None)
        }
    }
}

/// An async generator between its two halves: what `async with` has entered.
///
/// [`async_with`] is the way to use it; this is for a block that isn't one closure. Dropped without
/// [`exit`](Self::exit) or [`athrow`](Self::athrow), it drops the generator.
#[must_use = "a context that is dropped at once has not been exited"]
pub struct AsyncContext<B>(AsyncGenerator<B>);

impl<B: Engine<Send = ()>> AsyncContext<B> {
    /// Runs the generator to its `yield`: Python's `__aenter__`.
    ///
    /// # Errors
    ///
    /// If the body raises, or ends without a `yield`.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncContext, AsyncGenerator};
    ///
    /// # smol::block_on(async {
    /// let once = AsyncGenerator::over(stream::once(42));
    /// let (context, value) = AsyncContext::enter(once).await?;
    /// assert_eq!(value, 42);
    /// context.exit().await?;
    /// # Ok::<(), twin_async_generators::AsyncContextError<std::convert::Infallible>>(())
    /// # }).unwrap();
    /// ```
    pub async fn enter(
        mut generator: AsyncGenerator<B>,
    ) -> Result<(Self, B::Yield), AsyncContextError<B::Error>> {
        match generator.resume().await {
            Ok(Step::Yielded(value)) => Ok((Self(generator), value)),
            Ok(Step::Complete(_)) | Err(ResumeError::Finished) => {
                Err(AsyncContextError::DidNotYield)
            }
            Err(ResumeError::Raised(raised)) => Err(AsyncContextError::Raised(raised)),
        }
    }

    /// Runs the generator to its end, which the block has reached without error: Python's
    /// `__aexit__(None, None, None)`.
    ///
    /// # Errors
    ///
    /// If the body raises, or yields again; it is closed then, as in Python.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncContext, AsyncGenerator};
    ///
    /// # smol::block_on(async {
    /// let timer = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_("started").await;
    ///     "stopped"
    /// });
    /// let (context, value) = AsyncContext::enter(timer).await.unwrap();
    /// assert_eq!((value, context.exit().await), ("started", Ok("stopped")));
    /// # });
    /// ```
    pub async fn exit(mut self) -> Result<B::Return, AsyncContextError<B::Error>> {
        match self.0.resume().await {
            Ok(Step::Complete(value)) => Ok(value),
            Ok(Step::Yielded(_)) | Err(ResumeError::Finished) => {
                let _ = self.0.aclose().await;
                Err(AsyncContextError::DidNotStop)
            }
            Err(ResumeError::Raised(raised)) => Err(AsyncContextError::Raised(raised)),
        }
    }

    /// Throws the block's error into the generator: Python's `__aexit__` with an exception.
    ///
    /// `Ok` tells that the generator has caught it, as Python's `True` does.
    ///
    /// # Errors
    ///
    /// The same error if the generator does not catch it; what the body raises instead, or an
    /// [`AsyncContextError`] if it yields again; it is closed then, as in Python.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::stream;
    /// use twin_async_generators::{AsyncContext, AsyncContextError, AsyncGenerator, Raised};
    ///
    /// # smol::block_on(async {
    /// let once = AsyncGenerator::over(stream::once(()));
    /// let (context, ()) = AsyncContext::enter(once).await.unwrap();
    /// let error = context.athrow("out of paper").await.unwrap_err();
    /// assert_eq!(error, AsyncContextError::Raised(Raised::Error("out of paper")));
    /// # });
    /// ```
    pub async fn athrow<E>(mut self, error: E) -> Result<B::Return, AsyncContextError<E>>
    where
        B::Mode: Forward<E>,
    {
        // An error that the body can't take passes through it, and nothing can catch it.
        let (thrown, passes) = match <B::Mode as Forward<E>>::inward(error) {
            Ok(error) => (Thrown::Error(error), None),
            Err(error) => (Thrown::Exit, Some(error)),
        };
        let raised = match self.0.athrow(thrown).await {
            Ok(Step::Yielded(_)) => {
                let _ = self.0.aclose().await;
                return Err(AsyncContextError::DidNotStopAfterAthrow);
            }
            Ok(Step::Complete(value)) => match passes {
                None => return Ok(value),
                Some(error) => Raised::Error(error),
            },
            Err(ThrowError::Raised(raised)) => match (raised, passes) {
                (Raised::Exit, Some(error)) => Raised::Error(error),
                (raised, _) => map_raised(raised, <B::Mode as Forward<E>>::outward),
            },
            Err(ThrowError::Unfinished(_) | ThrowError::Finished(_)) => {
                unreachable!("it waits at its yield")
            }
        };
        Err(AsyncContextError::Raised(raised))
    }
}

impl<B> fmt::Debug for AsyncContext<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncContext").field(&self.0.state()).finish()
    }
}

fn outward<B: Engine<Mode: Forward<E>>, E>(
    error: AsyncContextError<B::Error>,
) -> AsyncContextError<E> {
    match error {
        AsyncContextError::DidNotYield => AsyncContextError::DidNotYield,
        AsyncContextError::DidNotStop => AsyncContextError::DidNotStop,
        AsyncContextError::DidNotStopAfterAthrow => AsyncContextError::DidNotStopAfterAthrow,
        AsyncContextError::Raised(raised) => {
            AsyncContextError::Raised(map_raised(raised, <B::Mode as Forward<E>>::outward))
        }
    }
}

/// The error of [`async_with`]: of the block, of the generator, or of a generator that does not
/// yield exactly once.
///
/// ```
/// use futures_lite::stream;
/// use twin_async_generators::{AsyncContextError, AsyncGenerator, async_with};
///
/// # smol::block_on(async {
/// let twice = AsyncGenerator::over(stream::iter([1, 2]));
/// let result = async_with(twice, async |_| Ok::<_, &str>(())).await;
/// assert_eq!(result, Err(AsyncContextError::DidNotStop));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AsyncContextError<E> {
    /// The body ended before its first `yield`: nothing was entered.
    DidNotYield,
    /// The body yielded again at the end of the block.
    DidNotStop,
    /// The body caught the block's error and yielded again.
    DidNotStopAfterAthrow,
    /// The error of the block that the generator did not catch, or an error of the body.
    Raised(Raised<E>),
}

// CPython's texts.
impl<E: fmt::Display> fmt::Display for AsyncContextError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidNotYield => f.write_str("generator didn't yield"),
            Self::DidNotStop => f.write_str("generator didn't stop"),
            Self::DidNotStopAfterAthrow => f.write_str("generator didn't stop after athrow()"),
            Self::Raised(raised) => raised.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> Error for AsyncContextError<E> {}
