//! A handle for a task: everything but its result.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::AnyTask;
#[cfg(doc)]
use super::Task;
use crate::scope::Place;

/// A handle for a task, for everything but its result: from [`Task::handle`] and
/// [`current_task`].
///
/// # Examples
///
/// ```
/// use twin_tasks::{current_task, run, spawn};
///
/// run(async {
///     let main = current_task();
///     let child = spawn(async move { main.done() });
///     let handle = child.handle();
///     assert_ne!(handle, current_task());
///     assert!(!child.await && handle.done());
/// });
/// ```
#[derive(Clone)]
pub struct TaskHandle {
    pub(super) task: Rc<dyn AnyTask>,
}

impl TaskHandle {
    /// Asks the task to end, and gives whether it has not ended yet; see [`Task::cancel`].
    pub fn cancel(&self) -> bool {
        self.task.clone().cancel(None)
    }

    /// Asks the task to end, with a reason; see [`Task::cancel_with`].
    pub fn cancel_with(&self, reason: impl Any) -> bool {
        self.task.clone().cancel(Some(Rc::new(reason)))
    }

    /// How many requests to cancel are open; see [`Task::cancelling`].
    #[must_use]
    pub fn cancelling(&self) -> u32 {
        self.task.state().requests()
    }

    /// Takes one request back and gives how many are left; see [`Task::uncancel`].
    pub fn uncancel(&self) -> u32 {
        self.task.state().uncancel()
    }

    /// Whether the task has ended; see [`Task::done`].
    #[must_use]
    pub fn done(&self) -> bool {
        self.task.state().done()
    }

    /// Whether the task ended by a cancellation; see [`Task::cancelled`].
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.task.state().cancelled()
    }

    /// The name, if the task was given one; see [`Task::name`].
    #[must_use]
    pub fn name(&self) -> Option<Rc<str>> {
        self.task.state().name()
    }

    /// Waits until the task has ended, and leaves it alone otherwise.
    ///
    /// # Cancellation
    ///
    /// The task runs on.
    ///
    /// ```
    /// use twin_tasks::{run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async { "tea" });
    ///     task.handle().ended().await;
    ///     assert!(task.done());
    /// });
    /// ```
    pub async fn ended(&self) {
        poll_fn(|context| self.poll_ended(context)).await;
    }

    pub(crate) fn poll_ended(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.done() {
            return Poll::Ready(());
        }
        self.task.state().on_end(context.waker());
        Poll::Pending
    }

    pub(super) fn describe(&self, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(what)
            .field("name", &self.name())
            .field("done", &self.done())
            .field("cancelled", &self.cancelled())
            .finish_non_exhaustive()
    }
}

impl PartialEq for TaskHandle {
    /// Whether it is the same task.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.task, &other.task)
    }
}

impl Eq for TaskHandle {}

impl fmt::Debug for TaskHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("TaskHandle", f)
    }
}

/// The task that runs now: Python's `asyncio.current_task()`.
///
/// # Panics
///
/// Outside of [`run`](crate::run), as `asyncio.current_task` raises `RuntimeError`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{current_task, run, spawn};
///
/// run(async {
///     let cook = spawn(async { current_task().name() }).named("cook");
///     assert_eq!(cook.await.as_deref(), Some("cook"));
/// });
/// ```
#[must_use]
#[track_caller]
pub fn current_task() -> TaskHandle {
    TaskHandle { task: Place::expect("twin_tasks::current_task").task }
}
