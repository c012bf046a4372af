//! Running a program of tasks: asyncio's event loop.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::rc::Rc;

use crate::event_loop::{Entered, EventLoop};
use crate::failure::Failure;
use crate::local::TaskContext;
use crate::task::{Outcome, Task, spawn};

/// Runs a program to its end and returns what it returns: Python's `asyncio.run(main())`.
///
/// `main` is a task like those that it spawns: it has a [`TaskHandle`](crate::TaskHandle), which
/// may outlive it, and can be cancelled. A task is `'static`, it owns what it uses: move values into
/// it (`async move`), and borrow from them inside.
///
/// # Cancellation
///
/// Tasks that are left when `main` ends are cancelled, and `run` waits for their clean-up.
///
/// # Blocking
///
/// It blocks the thread: this is the way from ordinary code into asynchronous code.
///
/// # Panics
///
/// If it is called inside of itself, as `asyncio.run` raises `RuntimeError`. A panic of `main` goes
/// on to the caller, after the clean-up of the other tasks; so does a panic of a task that nobody
/// awaited. If `main` is cancelled.
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
pub fn run<F>(main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let mut runner = Runner::new();
    let outcome = runner.try_run(main);
    runner.close();
    give(outcome)
}

fn give<T>(outcome: Result<T, Failure>) -> T {
    match outcome {
        Ok(value) => value,
        Err(Failure::Panicked(panic)) => resume_unwind(panic),
        Err(Failure::Cancelled(cancelled)) => panic!("the main task was {cancelled}"),
    }
}

/// Several runs on one event loop: Python's `asyncio.Runner`.
///
/// Tasks that are left over from one run go on in the next; task-local variables stay. Dropping
/// the runner closes it, as [`close`](Self::close) does.
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
    closed: bool,
}

impl Runner {
    /// A runner with an event loop of its own.
    #[must_use]
    pub fn new() -> Self {
        Self { event_loop: EventLoop::new(), context: TaskContext::copy(), closed: false }
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
    pub fn run<F>(&mut self, main: F) -> F::Output
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        give(self.try_run(main))
    }

    fn try_run<F>(&mut self, main: F) -> Result<F::Output, Failure>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _entered = Entered::new(self.event_loop.clone());
        let main = spawn(main).in_context(&self.context);
        self.event_loop.drive(|| main.done());
        outcome(main)
    }

    /// Calls a function with each panic of a task that nobody awaits any more, in place of letting
    /// the first of them out at the end: Python's `loop.set_exception_handler`.
    ///
    /// ```
    /// use twin_tasks::{Runner, sleep, spawn};
    ///
    /// let mut runner = Runner::new();
    /// runner.on_panic(|panic| assert_eq!(panic.downcast_ref(), Some(&"spilt")));
    /// runner.run(async { spawn(async { panic!("spilt") }).detach() });
    /// runner.close();
    /// ```
    pub fn on_panic(&mut self, handler: impl Fn(Box<dyn Any + Send>) + 'static) {
        self.event_loop.set_on_panic(Rc::new(handler));
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
    pub fn close(mut self) {
        self.wind_up();
        if let Some(panic) = self.event_loop.take_unclaimed() {
            resume_unwind(panic);
        }
    }

    fn wind_up(&mut self) {
        let closed = std::mem::replace(&mut self.closed, true);
        // Inside of another loop nothing can be waited for; `run` has refused to be there.
        if !closed && EventLoop::current().is_none() {
            let _entered = Entered::new(self.event_loop.clone());
            self.event_loop.wind_up();
        }
    }
}

/// How a task ended that has ended.
fn outcome<T>(task: Task<T>) -> Result<T, Failure> {
    match task.shared().outcome.take() {
        Some(Outcome::Value(value)) => Ok(value),
        Some(Outcome::Panicked(panic)) => Err(Failure::Panicked(*panic)),
        Some(Outcome::Cancelled) => Err(Failure::Cancelled(task.shared().state.cancelled_error())),
        Some(Outcome::Failed) | None => unreachable!("a main task ends, and in no group"),
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.wind_up();
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}
