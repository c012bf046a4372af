//! Running a program of tasks: asyncio's `run` and its `Runner`.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::thread;

use super::{Entered, EventLoop};
use crate::agenda::Clock;
use crate::outcome::{Failure, Panic};
use crate::task::{Task, TaskContext, spawn};

/// Runs a program to its end and returns what it returns: Python's `asyncio.run(main())`.
///
/// `main` is a task like those that it spawns: it has a [`TaskHandle`](crate::TaskHandle), which
/// may outlive it, and can be cancelled. A task is `'static`, it owns what it uses: move values into
/// it (`async move`), and borrow from them inside.
///
/// # Cancellation
///
/// Tasks that are left when `main` ends are cancelled, once, and `run` waits for their clean-up. A
/// task that refuses and waits for ever keeps `run` waiting, as it keeps `asyncio.run`. What is
/// started during that clean-up, and has not ended with it, is dropped where it waits.
///
/// # Blocking
///
/// It blocks the thread: this is the way from ordinary code into asynchronous code.
///
/// # Panics
///
/// If it is called inside of itself, as `asyncio.run` raises `RuntimeError`. A panic of `main` goes
/// on to the caller, after the clean-up of the other tasks; so does a panic of a task that nobody
/// awaited, where `main` has none. If `main` is cancelled.
///
/// # Examples
///
/// ```
/// use twin_tasks::{gather, run};
///
/// async fn boil(water: &str) -> String {
///     format!("hot {water}")
/// }
/// assert_eq!(run(boil("tea")), "hot tea");
///
/// let leaves = vec!["green", "black"];
/// let cups = run(async move { gather(leaves.iter().map(|leaf| boil(leaf))).await });
/// assert_eq!(cups, ["hot green", "hot black"]);
/// ```
#[track_caller]
pub fn run<F>(main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let mut runner = Runner::new();
    let outcome = runner.try_run(main);
    match outcome {
        Ok(value) => {
            runner.close();
            value
        }
        // Main's panic is the one that counts.
        Err(failure) => {
            runner.end();
            drop(runner.event_loop.agenda().unclaimed().take());
            give::<F::Output>(Err(failure))
        }
    }
}

#[track_caller]
fn give<T>(outcome: Result<T, Failure>) -> T {
    match outcome {
        Ok(value) => value,
        Err(Failure::Panicked(panic)) => panic.resume(),
        Err(Failure::Cancelled(cancelled)) => panic!("the main task was {cancelled}"),
    }
}

/// Several runs on one event loop: Python's `asyncio.Runner`.
///
/// Tasks that are left over from one run go on in the next; task-local variables stay. Dropping
/// the runner closes it, as [`close`](Self::close) does; but inside of another loop's run, and while
/// a panic unwinds, nothing can be waited for: there, what is left is dropped where it waits.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{Runner, sleep, spawn};
///
/// let mut runner = Runner::new();
/// let tea = runner.run(async { spawn(async { sleep(Duration::ZERO).await; "tea" }) });
/// assert_eq!(runner.run(tea), "tea");
/// ```
pub struct Runner {
    event_loop: Rc<EventLoop>,
    context: TaskContext,
}

impl Runner {
    /// A runner with an event loop of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Clock::system())
    }

    /// As `new`, with a clock of its own: a virtual one for tests.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{Clock, Runner, sleep};
    ///
    /// // Takes no time.
    /// Runner::with_clock(Clock::jumping()).run(sleep(Duration::from_secs(3600)));
    /// ```
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self { event_loop: EventLoop::new(clock), context: TaskContext::copy() }
    }

    /// Runs a future to its end and returns what it returns.
    ///
    /// # Blocking
    ///
    /// It blocks the thread.
    ///
    /// # Panics
    ///
    /// As [`run`].
    #[track_caller]
    pub fn run<F>(&mut self, main: F) -> F::Output
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        give(self.try_run(main))
    }

    #[track_caller]
    fn try_run<F>(&mut self, main: F) -> Result<F::Output, Failure>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        assert!(
            EventLoop::current().is_none(),
            "twin_tasks::run can't be called inside of itself: await the future instead"
        );
        let _entered = Entered::new(&self.event_loop);
        let main = spawn(main).in_context(&self.context);
        self.event_loop.drive(|| main.done());
        outcome(&main)
    }

    /// Calls a function with each panic of a task that nobody awaits any more, in place of letting
    /// the first of them out at the end: Python's `loop.set_exception_handler`.
    ///
    /// ```
    /// use twin_tasks::{Runner, spawn};
    ///
    /// let mut runner = Runner::new();
    /// runner.on_panic(|panic| assert_eq!(panic.downcast_ref(), Some(&"spilt")));
    /// runner.run(async { spawn(async { panic!("spilt") }).detach() });
    /// runner.close();
    /// ```
    pub fn on_panic(&mut self, handler: impl Fn(Box<dyn Any + Send>) + 'static) {
        self.event_loop.agenda().unclaimed().set_handler(Rc::new(move |panic: Panic| {
            handler(panic.into_payload());
        }));
    }

    /// Cancels the tasks that are left, waits for their clean-up and closes the loop.
    ///
    /// # Panics
    ///
    /// With the first panic of a task that nobody awaited.
    ///
    /// ```
    /// use std::future::pending;
    /// use twin_tasks::{Runner, spawn};
    ///
    /// let mut runner = Runner::new();
    /// let left = runner.run(async { spawn(pending::<()>()) });
    /// runner.close();
    /// assert!(left.cancelled());
    /// ```
    #[track_caller]
    pub fn close(self) {
        // As its drop does.
    }

    fn end(&mut self) {
        if self.event_loop.closed.get() {
            return;
        }
        // Inside of another loop nothing can be waited for.
        let alone = EventLoop::current().is_none() && !thread::panicking();
        let _entered = Entered::new(&self.event_loop);
        if alone {
            self.event_loop.wind_up();
        } else {
            self.event_loop.close();
        }
    }
}

/// How a task ended that has ended.
fn outcome<T>(task: &Task<T>) -> Result<T, Failure> {
    task.take_outcome()
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.end();
        if let Some(panic) = self.event_loop.agenda().unclaimed().take()
            && !thread::panicking()
        {
            panic.resume();
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}
