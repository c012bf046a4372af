//! What happens to a generator that is dropped before its end: Python's asyncgen hooks.
//!
//! Dropping runs destructors, but can't await. Where a body has asynchronous clean-up, close it
//! (`aclose`, `aclosing`). Where somebody forgot to, what happens next depends on the generator
//! ([`finalized`](AsyncGenerator::finalized)) and on the thread:
//!
//! | dropped before its end | a finalizer is set | inside `twin_tasks::run` | else |
//! |---|---|---|---|
//! | finalized | it decides | closed by the loop, before `run` returns | dropped |
//! | not finalized, or it borrows | it is notified | dropped | dropped |
//!
//! This crate knows no event loop, and none knows it: they meet at `twin-hooks`, as asyncio and
//! the interpreter do at `sys.set_asyncgen_hooks`.
//!
//! Python's other hook, `firstiter`, lets the event loop remember all generators and close them at
//! its end. Here an owner remembers its generators, so there is none.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;

use twin_generators::State;

use crate::engine::Engine;
use crate::error::CloseError;
use crate::generator::AsyncGenerator;

/// What a thread does with generators that are dropped on it before their end.
type Finalizer = Rc<dyn Fn(Unclosed)>;

/// The close of a generator that its owner has dropped.
type Closing = Pin<Box<dyn Future<Output = Result<(), CloseError<()>>>>>;

thread_local! {
    static FINALIZER: RefCell<Option<Finalizer>> = const { RefCell::new(None) };
}

/// Sets what this thread does with an async generator that is dropped, on it, after its first
/// step and before its end: Python's `sys.set_asyncgen_hooks(finalizer=…)`.
///
/// # Examples
///
/// asyncio's own finalizer closes the generator in a new task. The same on smol:
///
/// ```
/// use std::rc::Rc;
/// use smol::LocalExecutor;
/// use twin_async_generators::{AsyncGenerator, set_finalizer};
///
/// let executor = Rc::new(LocalExecutor::new());
/// let spawner = executor.clone();
/// set_finalizer(move |unclosed| {
///     eprintln!("{unclosed}");
///     if let Some(closing) = unclosed.aclose() {
///         spawner.spawn(closing).detach();
///     }
/// });
///
/// # let (tell, told) = smol::channel::bounded(1);
/// smol::block_on(executor.run(async {
///     let mut numbers = AsyncGenerator::new(|mut co| async move {
///         if co.try_yield(1).await.is_err() {
///             smol::future::yield_now().await; // clean-up that awaits
///             # tell.send(()).await.unwrap();
///         }
///     })
///     .finalized();
///     assert_eq!(numbers.next().await, Some(1));
///     drop(numbers);
///     # told.recv().await.unwrap();
/// }));
/// # twin_async_generators::unset_finalizer();
/// ```
pub fn set_finalizer(finalizer: impl Fn(Unclosed) + 'static) {
    FINALIZER.set(Some(Rc::new(finalizer)));
}

/// Undoes [`set_finalizer`] on this thread.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use twin_async_generators::{AsyncGenerator, set_finalizer, unset_finalizer};
///
/// async fn leave_after_first() {
///     let mut numbers = AsyncGenerator::new(|mut co| async move { co.yield_(1).await });
///     assert_eq!(numbers.next().await, Some(1));
/// }
///
/// let reports = Rc::new(Cell::new(0));
/// let count = reports.clone();
/// set_finalizer(move |_| count.set(count.get() + 1));
/// smol::block_on(leave_after_first());
/// unset_finalizer();
/// smol::block_on(leave_after_first());
/// assert_eq!(reports.get(), 1);
/// ```
pub fn unset_finalizer() {
    FINALIZER.set(None);
}

/// A generator that was dropped before its end.
///
/// Its text says where it was made.
#[must_use = "to drop it is to drop the generator"]
pub struct Unclosed {
    created_at: &'static Location<'static>,
    state: State,
    closing: Option<Closing>,
}

impl Unclosed {
    /// Where the generator was made.
    pub fn created_at(&self) -> &'static Location<'static> {
        self.created_at
    }

    /// Where its body stood: [`State::Suspended`] at a `yield`, or [`State::Running`] at an
    /// `await`.
    pub fn state(&self) -> State {
        self.state
    }

    /// Closes the generator, if it is [`finalized`](AsyncGenerator::finalized): to be awaited or
    /// spawned.
    ///
    /// That the body raises while it cleans up is reported, without the error.
    pub fn aclose(self) -> Option<impl Future<Output = Result<(), CloseError<()>>> + 'static> {
        self.closing
    }
}

impl fmt::Display for Unclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "async generator made at {} was dropped before its end: await its `aclose`, or use \
             `aclosing`",
            self.created_at
        )
    }
}

impl fmt::Debug for Unclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unclosed")
            .field("created_at", &self.created_at)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Turns a generator into its close; known only where the body owns what it holds.
pub(crate) type Closer<B> = fn(AsyncGenerator<B>) -> Closing;

impl<B: Engine + 'static> AsyncGenerator<B> {
    /// Has this generator closed if it is dropped before its end, and its clean-up awaited.
    ///
    /// The event loop does it that runs on the thread: `twin_tasks::run` awaits the clean-up before
    /// it returns, as `asyncio.run` does by `shutdown_asyncgens`, and prints one line to standard
    /// error if it fails. The clean-up that is under way when `run` ends goes on to its end; asyncio
    /// cancels it there. A finalizer takes the loop's place: see [`set_finalizer`]. Where there is
    /// neither, and where a generator is not finalized, the body is dropped where it stands.
    ///
    /// To be called last: [`boxed`](Self::boxed) makes another generator, which is not finalized.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_async_generators::AsyncGenerator;
    /// use twin_tasks::{run, sleep};
    ///
    /// let (log, printed) = std::sync::mpsc::channel();
    /// run(async {
    ///     let mut numbers = AsyncGenerator::new(|mut co| async move {
    ///         let _ = co.try_yield(1).await;
    ///         sleep(Duration::from_millis(1)).await;
    ///         log.send("clean-up").unwrap();
    ///     })
    ///     .finalized();
    ///     assert_eq!(numbers.next().await, Some(1));
    /// });
    /// assert_eq!(printed.recv(), Ok("clean-up"));
    /// ```
    pub fn finalized(mut self) -> Self {
        self.closer = Some(|mut generator| {
            // Of what is closed now, somebody has been told.
            generator.is_told_of = false;
            Box::pin(async move {
                match generator.aclose().await {
                    Ok(_) => Ok(()),
                    Err(CloseError::IgnoredExit) => Err(CloseError::IgnoredExit),
                    Err(CloseError::Raised(_)) => Err(CloseError::Raised(())),
                }
            })
        });
        self
    }
}

/// Tells the thread's finalizer, if there is one; else hands the clean-up to the event loop.
#[cold]
pub(crate) fn finalize<B>(generator: &mut AsyncGenerator<B>) {
    // No finalizer either when the thread is ending and its variables are gone.
    let finalizer = FINALIZER.try_with(|finalizer| finalizer.borrow().clone());
    if let Ok(Some(finalizer)) = finalizer {
        let (created_at, state) = (generator.created_at, generator.state());
        let closer = generator.closer.take();
        finalizer(Unclosed {
            created_at,
            state,
            closing: closer.map(|close| close(generator.take())),
        });
    } else if let Some(close) = generator.closer
        && let Some(event_loop) = twin_hooks::current()
    {
        let created_at = generator.created_at;
        let closing = close(generator.take());
        // It comes back from a loop that has ended: dropped, as anywhere else.
        let _ = event_loop.clean_up(Box::pin(async move {
            if let Err(error) = closing.await {
                // As asyncio does: nobody is left to take it.
                eprintln!(
                    "an error occurred during closing of the async generator made at \
                     {created_at}: {}",
                    match error {
                        CloseError::IgnoredExit => "it ignored GeneratorExit",
                        CloseError::Raised(()) => "its clean-up failed",
                    }
                );
            }
        }));
    }
}
