//! Tasks: futures that run beside the one that started them.

mod body;
mod handle;
mod state;

use std::any::Any;
use std::cell::{Cell, Ref};
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use async_task::Runnable;

use self::body::Body;
pub(crate) use self::body::{NoParent, Parent};
pub use self::handle::{TaskHandle, current_task};
pub(crate) use self::state::{AnyTask, Outcome, Shared};

use crate::cancel::Cancelled;
use crate::event_loop::EventLoop;
use crate::failure::{Failure, ResultError};
use crate::local::TaskContext;
use crate::scope::{Cancel, Entry, Place, raise};

/// Starts a task: Python's `asyncio.create_task(coro)`.
///
/// It begins at its first turn, after the tasks that are ready already; whoever spawned it goes on
/// until its next `await` that has to wait.
///
/// # Cancellation
///
/// A task that is cancelled before its first turn never runs any of its code.
///
/// # Panics
///
/// Outside of [`run`](crate::run), as `asyncio.create_task` raises `RuntimeError`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{run, spawn};
///
/// run(async {
///     let answer = spawn(async { 6 * 7 });
///     assert_eq!(answer.await, 42);
/// });
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let event_loop = EventLoop::expect("twin_tasks::spawn");
    let (task, runnable) = create(&event_loop, future, NoParent);
    event_loop.enroll(task.shared.clone());
    runnable.schedule();
    task
}

/// A task that has no turn yet, and what gives it one.
pub(crate) fn create<F, T, P>(event_loop: &EventLoop, future: F, parent: P) -> (Task<T>, Runnable)
where
    F: Future + 'static,
    T: 'static,
    P: Parent<F::Output, T>,
{
    let shared = Shared::new();
    Place::with_current(|task| shared.state.set_locals(task.state().locals().copied()));
    let runnable = event_loop.runnable(Body::new(future, shared.clone(), parent));
    (Task { shared, entry: None, copy: Cell::new(None) }, runnable)
}

/// `T::clone`, for what does not know that there is one.
type CopyOf<T> = fn(&T) -> T;

/// A running task; awaiting it gives what its future returned.
///
/// Dropping a `Task` lets it run on, as in Python; [`detach`](Self::detach) says so. (A `smol::Task`
/// is cancelled by its drop.) Where the result can be cloned, so can the task: then several can await it.
///
/// # Cancellation
///
/// Awaiting a task that was cancelled raises the cancellation in whoever awaits it, as in Python:
/// [`catch_cancelled`](crate::catch_cancelled)`(task).await` is `Err` then, and so is
/// [`outcome`](Self::outcome).
///
/// A request to cancel the one who awaits goes on to the awaited task. The wait ends when that has
/// cleaned up; if it refuses and returns a value, the wait gives the value.
///
/// # Panics
///
/// A panic of the task goes on to whoever awaits it. If nobody does, it comes out of
/// [`run`](crate::run) at the end.
pub struct Task<T: 'static> {
    shared: Rc<Shared<T>>,
    /// While somebody waits for it. Boxed, so that the many that nobody waits for are small.
    entry: Option<Box<Entry>>,
    /// How the value is copied, where there are clones of this.
    copy: Cell<Option<CopyOf<T>>>,
}

impl<T> Task<T> {
    /// Asks the task to end: Python's `task.cancel()`. Gives whether it has not ended yet.
    ///
    /// The request reaches the task where it waits, at its next turn. The task may catch it, clean
    /// up, or refuse, see [`catch_cancelled`](crate::catch_cancelled).
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{catch_cancelled, run, sleep, spawn};
    ///
    /// run(async {
    ///     let task = spawn(sleep(Duration::from_secs(3600)));
    ///     assert!(task.cancel());
    ///     let handle = task.handle();
    ///     assert!(catch_cancelled(task).await.is_err());
    ///     assert!(handle.cancelled() && !handle.cancel());
    /// });
    /// ```
    pub fn cancel(&self) -> bool {
        self.shared.clone().cancel(None)
    }

    /// As [`cancel`](Self::cancel), with a reason that [`Cancelled::reason`] gives: Python's
    /// `task.cancel(msg)`.
    ///
    /// ```
    /// use twin_tasks::{catch_cancelled, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {});
    ///     task.cancel_with("closing time");
    ///     let cancelled = catch_cancelled(task).await.unwrap_err();
    ///     assert_eq!(cancelled.reason(), Some(&"closing time"));
    /// });
    /// ```
    pub fn cancel_with(&self, reason: impl Any) -> bool {
        self.shared.clone().cancel(Some(Rc::new(reason)))
    }

    /// How many requests to cancel are open: Python's `task.cancelling()`.
    #[must_use]
    pub fn cancelling(&self) -> u32 {
        self.shared.state.requests()
    }

    /// Takes one request back and gives how many are left: Python's `task.uncancel()`. When none
    /// is left, a request that the task has not seen yet is withdrawn.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async { "tea" });
    ///     task.cancel();
    ///     assert_eq!((task.cancelling(), task.uncancel()), (1, 0));
    ///     assert_eq!(task.await, "tea");
    /// });
    /// ```
    pub fn uncancel(&self) -> u32 {
        self.shared.state.uncancel()
    }

    /// Whether the task has ended, in whatever way: Python's `task.done()`.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {});
    ///     assert!(!task.done());
    ///     task.handle().ended().await;
    ///     assert!(task.done() && !task.cancelled());
    /// });
    /// ```
    #[must_use]
    pub fn done(&self) -> bool {
        self.shared.state.done()
    }

    /// Whether the task ended by a cancellation: Python's `task.cancelled()`.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.shared.state.cancelled()
    }

    /// What the task returned, without awaiting it: Python's `task.result()`.
    ///
    /// # Errors
    ///
    /// When there is none: the task has not ended, was cancelled, or panicked.
    ///
    /// ```
    /// use twin_tasks::{ResultError, run, spawn, wait};
    ///
    /// run(async {
    ///     let task = spawn(async { 42 });
    ///     assert!(matches!(task.result(), Err(ResultError::NotDone)));
    ///     wait([&task]).await;
    ///     assert_eq!(*task.result().unwrap(), 42);
    /// });
    /// ```
    pub fn result(&self) -> Result<Ref<'_, T>, ResultError> {
        if let Some(error) = match &*self.shared.outcome.borrow() {
            Some(Outcome::Value(_)) => None,
            Some(Outcome::Cancelled) => {
                Some(ResultError::Cancelled(self.shared.state.cancelled_error()))
            }
            Some(Outcome::Panicked(_)) => Some(ResultError::Panicked),
            Some(Outcome::Failed) => Some(ResultError::Failed),
            None => Some(ResultError::NotDone),
        } {
            return Err(error);
        }
        Ok(Ref::map(self.shared.outcome.borrow(), |outcome| match outcome {
            Some(Outcome::Value(value)) => value,
            _ => unreachable!("it has just been looked at"),
        }))
    }

    /// Awaits the end of the task and gives it as a value, also a cancellation or a panic.
    ///
    /// # Cancellation
    ///
    /// As of awaiting the task itself.
    ///
    /// ```
    /// use twin_tasks::{Failure, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {});
    ///     task.cancel();
    ///     assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));
    /// });
    /// ```
    pub async fn outcome(mut self) -> Result<T, Failure> {
        poll_fn(|context| self.poll_outcome(context)).await
    }

    /// Lets the task run in the background, to its end: Python's `create_task(coro)` whose task
    /// nobody keeps. It is what dropping the task does, said aloud.
    ///
    /// What it returns is dropped with it. If that is an `Err`, nobody sees it, where asyncio at
    /// least logs `Task exception was never retrieved`: deal with errors inside of the task.
    ///
    /// # Cancellation
    ///
    /// A task that has not ended when `main` ends is cancelled, see [`run`](crate::run()).
    ///
    /// # Panics
    ///
    /// A panic of the task comes out of [`run`](crate::run()) at its end, or goes to
    /// [`Runner::on_panic`](crate::Runner::on_panic).
    ///
    /// ```
    /// use twin_tasks::{promise, run, spawn};
    ///
    /// async fn brew(what: &str) -> Result<(), String> {
    ///     Err(format!("no {what}"))
    /// }
    /// run(async {
    ///     let complaint = promise();
    ///     let waiter = complaint.clone();
    ///     spawn(async move {
    ///         if let Err(error) = brew("coffee").await {
    ///             waiter.set(error).expect("it is set once");
    ///         }
    ///     })
    ///     .detach();
    ///     assert_eq!(complaint.await, "no coffee");
    /// });
    /// ```
    pub fn detach(self) {}

    /// A handle for everything but the result; there may be many.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async { "tea" });
    ///     let handle = task.handle();
    ///     assert_eq!(task.await, "tea");
    ///     assert!(handle.done());
    /// });
    /// ```
    #[must_use]
    pub fn handle(&self) -> TaskHandle {
        TaskHandle { task: self.shared.clone() }
    }

    /// Names the task: Python's `create_task(coro, name=…)`.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {}).named("cook");
    ///     assert_eq!(task.name().as_deref(), Some("cook"));
    /// });
    /// ```
    pub fn named(self, name: impl Into<Rc<str>>) -> Self {
        self.shared.state.set_name(name.into());
        self
    }

    /// The name, if it was given one: Python's `task.get_name()`.
    #[must_use]
    pub fn name(&self) -> Option<Rc<str>> {
        self.shared.state.name()
    }

    /// Runs the task in `context` and not in a copy of its creator's: Python's
    /// `create_task(coro, context=…)`. To be called before its first turn.
    pub fn in_context(self, context: &TaskContext) -> Self {
        self.shared.state.set_locals(context.locals());
        self
    }

    pub(crate) fn shared(&self) -> &Rc<Shared<T>> {
        &self.shared
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Failure>> {
        if !self.done() {
            self.shared.state.on_end(context.waker());
            if self.entry.is_none() {
                self.entry = Entry::waits_for(self.shared.clone()).map(Box::new);
            }
            return Poll::Pending;
        }
        self.entry = None;
        Poll::Ready(self.take_outcome())
    }

    /// The outcome of a task that has ended.
    pub(crate) fn take_outcome(&self) -> Result<T, Failure> {
        let mut outcome = self.shared.outcome.borrow_mut();
        match outcome.take() {
            Some(Outcome::Value(value)) => {
                let Some(copy) = self.copy.get() else { return Ok(value) };
                let copied = copy(&value);
                *outcome = Some(Outcome::Value(value));
                Ok(copied)
            }
            Some(Outcome::Panicked(panic)) => Err(Failure::Panicked(*panic)),
            Some(Outcome::Cancelled) => {
                *outcome = Some(Outcome::Cancelled);
                Err(Failure::Cancelled(self.shared.state.cancelled_error()))
            }
            Some(Outcome::Failed) => {
                *outcome = Some(Outcome::Failed);
                Err(Failure::Cancelled(Cancelled::new()))
            }
            None => panic!("a task's result, or its panic, was taken by an earlier await of it"),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match std::task::ready!(self.poll_outcome(context)) {
            Ok(value) => Poll::Ready(value),
            Err(Failure::Panicked(panic)) => resume_unwind(panic),
            Err(Failure::Cancelled(cancelled)) => {
                raise(&cancelled);
                Poll::Pending
            }
        }
    }
}

impl<T: Clone> Clone for Task<T> {
    /// The same task: each of the two gives a clone of what it returns. (A panic goes to the first
    /// who awaits it.)
    fn clone(&self) -> Self {
        self.copy.set(Some(T::clone));
        Self { shared: self.shared.clone(), entry: None, copy: self.copy.clone() }
    }
}

impl<T> AsMut<Self> for Task<T> {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handle().describe("Task", f)
    }
}
