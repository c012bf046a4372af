//! A handle for a task: everything but its result.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

#[cfg(doc)]
use super::Task;
use crate::cancel::look::tell;
use crate::cancel::path::{self, Seen};
use crate::event_loop::EventLoop;
use crate::state::{AnyTask, Watcher, What, waits};

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
    task: Rc<dyn AnyTask>,
}

impl TaskHandle {
    pub(crate) fn new(task: Rc<dyn AnyTask>) -> Self {
        Self { task }
    }

    /// Asks the task to end, and gives whether it has not ended yet; see [`Task::cancel`].
    pub fn cancel(&self) -> bool {
        self.task.control().cancel(None)
    }

    /// Asks the task to end, with a reason; see [`Task::cancel_with`].
    pub fn cancel_with(&self, reason: impl Any + Send + Sync) -> bool {
        self.task.control().cancel(Some(Arc::new(reason)))
    }

    /// How many requests to cancel are open; see [`Task::cancelling`].
    #[must_use]
    pub fn cancelling(&self) -> u32 {
        self.task.control().requests()
    }

    /// Takes one request back and gives how many are left; see [`Task::uncancel`].
    pub fn uncancel(&self) -> u32 {
        self.task.control().uncancel()
    }

    /// Whether the task has ended; see [`Task::done`].
    #[must_use]
    pub fn done(&self) -> bool {
        self.task.control().done()
    }

    /// Whether the task ended by a cancellation; see [`Task::cancelled`].
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.task.control().cancelled()
    }

    /// The name, if the task was given one; see [`Task::name`].
    #[must_use]
    pub fn name(&self) -> Option<Rc<str>> {
        self.task.control().name()
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
    #[track_caller]
    pub fn ended(&self) -> Ended {
        Ended::new(self.task.clone(), Location::caller())
    }

    pub(crate) fn key(&self) -> u32 {
        self.task.control().key()
    }

    pub(crate) fn task(&self) -> &Rc<dyn AnyTask> {
        &self.task
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

/// The future of [`TaskHandle::ended`].
#[must_use = "nobody waits until this is awaited"]
pub struct Ended {
    task: Rc<dyn AnyTask>,
    watcher: Option<u32>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl Ended {
    /// Waits for the end of a task, at this place.
    pub(super) fn new(task: Rc<dyn AnyTask>, location: &'static Location<'static>) -> Self {
        Self { task, watcher: None, seen: Seen::default(), location }
    }
}

impl Future for Ended {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let dry = this.seen.is_dry();
        let control = this.task.control();
        if control.done() {
            if dry {
                path::later(context);
                return Poll::Pending;
            }
            this.watcher = None;
            return Poll::Ready(());
        }
        if dry {
            tell(|| What::Task(this.task.clone()), Some(this.location));
        } else {
            waits(|| What::Task(this.task.clone()));
            match this.watcher {
                Some(key) => control.rewatch(key, context.waker()),
                None => {
                    super::check_loop(control);
                    this.watcher = Some(control.watch(Watcher::Waker(context.waker().clone())));
                }
            }
        }
        Poll::Pending
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(key) = self.watcher {
            self.task.control().unwatch(key);
        }
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended").finish_non_exhaustive()
    }
}

/// The task that runs now: Python's `asyncio.current_task()`.
///
/// # Panics
///
/// Outside [`run`](crate::run), as `asyncio.current_task` raises `RuntimeError`.
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
    TaskHandle::new(path::expect_task("twin_tasks::current_task"))
}

/// All tasks of the running event loop that have not ended, first the running one, then the others
/// in the order in which they were spawned: Python's `asyncio.all_tasks()`.
///
/// # Panics
///
/// Outside [`run`](crate::run()), as `asyncio.all_tasks` raises `RuntimeError`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{all_tasks, run, spawn};
///
/// run(async {
///     let tea = spawn(async {}).named("tea");
///     assert_eq!(all_tasks().len(), 2);
///     tea.await;
///     assert_eq!(all_tasks().len(), 1);
/// });
/// ```
#[must_use]
#[track_caller]
pub fn all_tasks() -> Vec<TaskHandle> {
    let event_loop = EventLoop::expect("twin_tasks::all_tasks");
    // The running one has been taken out of the list.
    let all = path::task().into_iter().chain(event_loop.tasks());
    all.map(TaskHandle::new).collect()
}
