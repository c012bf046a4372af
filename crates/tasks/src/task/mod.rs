//! Tasks: futures that run beside the one that started them.

mod body;
mod clean_up;
mod context;
mod handle;
mod shield;

use std::any::Any;
use std::cell::{Cell, Ref};
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use self::body::Body;
pub(crate) use self::body::{NoParent, Parent};
pub use self::clean_up::clean_up;
pub(crate) use self::clean_up::start as start_clean_up;
pub use self::context::{TaskContext, TaskLocal};
pub(crate) use self::context::{values, with_values};
pub use self::handle::{Ended, TaskHandle, all_tasks, current_task};
pub use self::shield::{Shield, shield, shield_task};

use crate::cancel::look::tell;
use crate::cancel::path::{self, Kind, Part, Seen};
use crate::event_loop::EventLoop;
use crate::outcome::{Cancelled, Claim, Failure, ResultError};
use crate::state::{AnyTask, Callback, Control, Outcome, Shared, Watcher, What, waits};

/// Starts a task: Python's `asyncio.create_task(coro)`.
///
/// It begins at its first turn, after the tasks that are ready already; its spawner goes on
/// until its next `await` that has to wait.
///
/// # Cancellation
///
/// A task that is cancelled before its first turn never runs any of its code.
///
/// # Panics
///
/// Outside [`run`](crate::run), as `asyncio.create_task` raises `RuntimeError`.
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
    F: IntoFuture,
    F::IntoFuture: 'static,
    F::Output: 'static,
{
    let event_loop = EventLoop::expect("twin_tasks::spawn");
    let task = create(&event_loop, future.into_future(), NoParent, Location::caller());
    event_loop.agenda().schedule(task.control().key());
    task
}

/// A task that has no place in the loop's queue yet.
pub(crate) fn create<F, T, P>(
    event_loop: &EventLoop,
    future: F,
    parent: P,
    spawned: &'static Location<'static>,
) -> Task<T>
where
    F: Future + 'static,
    T: 'static,
    P: Parent<F::Output, T>,
{
    let mut task = None;
    event_loop.add(|key| {
        let locals = path::with_task(|task| task.control().locals().copied());
        let agenda = event_loop.agenda().clone();
        let control = Control::new(agenda, key, spawned, locals.unwrap_or_default());
        let shared = Shared::new(control);
        task = Some(Task::new(shared.clone(), None));
        Box::pin(Body::new(future, shared, parent))
    });
    task.expect("it has been created")
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
/// Awaiting a task that was cancelled raises the cancellation in what awaits it, as in Python:
/// [`catch_cancelled`](crate::catch_cancelled)`(task).await` is `Err` then, and so is
/// [`outcome`](Self::outcome).
///
/// A request to cancel the one who awaits goes on to the awaited task. The wait ends when that has
/// cleaned up; if it refuses and returns a value, the wait gives the value.
///
/// # Panics
///
/// A panic of the task goes on to what awaits it. If nothing does, it comes out of
/// [`run`](crate::run) at the end.
pub struct Task<T: 'static> {
    shared: Rc<Shared<T>>,
    /// How the value is copied, where there are clones of this.
    copy: Cell<Option<CopyOf<T>>>,
    /// Its place among those that wait for the end, while it is awaited.
    watcher: Option<u32>,
    seen: Seen,
    /// Boxed, since few have it, and there may be a million tasks.
    joined: Option<Box<Joined>>,
}

/// What a join needs that is asked, or that a set of somebody else's polls.
#[derive(Default)]
struct Joined {
    claim: Claim,
    part: Part,
}

impl<T> Task<T> {
    fn new(shared: Rc<Shared<T>>, copy: Option<CopyOf<T>>) -> Self {
        Self { shared, copy: Cell::new(copy), watcher: None, seen: Seen::default(), joined: None }
    }

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
        self.control().cancel(None)
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
    pub fn cancel_with(&self, reason: impl Any + Send + Sync) -> bool {
        self.control().cancel(Some(Arc::new(reason)))
    }

    /// How many requests to cancel are open: Python's `task.cancelling()`.
    #[must_use]
    pub fn cancelling(&self) -> u32 {
        self.control().requests()
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
        self.control().uncancel()
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
        self.control().done()
    }

    /// Whether the task ended by a cancellation: Python's `task.cancelled()`.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.control().cancelled()
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
                Some(ResultError::Cancelled(self.control().cancelled_error()))
            }
            Some(Outcome::Panicked(_)) => Some(ResultError::Panicked),
            Some(Outcome::Failed) => Some(ResultError::Failed),
            Some(Outcome::Taken | Outcome::PanicTaken) => Some(ResultError::Taken),
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
    /// Those of awaiting the task itself.
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
        poll_fn(|context| self.poll_end(false, context)).await;
        self.take_outcome()
    }

    /// Lets the task run in the background, to its end: Python's `create_task(coro)` whose task
    /// nobody keeps. It is what dropping the task does, said aloud.
    ///
    /// What it returns is dropped with it. If that is an `Err`, nobody sees it, where asyncio at
    /// least logs `Task exception was never retrieved`: deal with errors inside the task.
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
        TaskHandle::new(self.any())
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
        self.control().set_name(name.into());
        self
    }

    /// The name, if it was given one: Python's `task.get_name()`.
    #[must_use]
    pub fn name(&self) -> Option<Rc<str>> {
        self.control().name()
    }

    /// Runs the task in `context` and not in a copy of its creator's: Python's
    /// `create_task(coro, context=…)`. To be called before its first turn.
    pub fn in_context(self, context: &TaskContext) -> Self {
        self.control().set_locals(context.locals());
        self
    }

    pub(crate) fn control(&self) -> &Control {
        &self.shared.control
    }

    pub(crate) fn any(&self) -> Rc<dyn AnyTask> {
        self.shared.clone()
    }

    pub(crate) fn shared(&self) -> &Rc<Shared<T>> {
        &self.shared
    }

    /// Whether awaiting it raises a cancellation.
    fn raises(&self) -> bool {
        matches!(*self.shared.outcome.borrow(), Some(Outcome::Cancelled | Outcome::Failed))
    }

    /// Polls for the end, and hands a request on to the task. `raises`: whether the poller raises
    /// the cancellation of the task.
    #[track_caller]
    fn poll_end(&mut self, raises: bool, context: &mut Context<'_>) -> Poll<()> {
        let kind = self.seen.kind();
        let told = path::told(ptr::from_ref(self).cast());
        let ended = match &told {
            Some(told) => self.is_told(told, kind, context),
            None => self.done(),
        };
        let control = &self.shared.control;
        if ended {
            let raises = raises && self.raises();
            if kind != Kind::Ordinary && !raises {
                // A request beats a value of the same turn.
                path::later(context);
                return Poll::Pending;
            }
            self.watcher = None;
            if let Some(joined) = &mut self.joined {
                joined.part.leave();
                if !raises {
                    joined.claim.answer();
                }
            }
            return Poll::Ready(());
        }
        match kind {
            Kind::Ordinary if control.done() => {}
            Kind::Ordinary => waits(|| What::Task(self.shared.clone())),
            Kind::Pass if control.done() => return Poll::Pending,
            Kind::Pass => {
                tell(|| What::Task(self.shared.clone()), None);
                return Poll::Pending;
            }
            Kind::Ask => {
                let (Some(request), Some(from)) = (path::request(), path::task()) else {
                    return Poll::Pending;
                };
                // One request is handed on once, however often it comes.
                let claim = &mut self.joined.get_or_insert_default().claim;
                if claim.holds(&request) || control.hand_on(&request, from.control()) {
                    path::claim();
                    claim.take(&request);
                }
                return Poll::Pending;
            }
        }
        match self.watcher {
            _ if told.is_some() => {}
            Some(key) => control.rewatch(key, context.waker()),
            None => {
                check_join(control);
                self.watcher = Some(control.watch(Watcher::Waker(context.waker().clone())));
            }
        }
        match &mut self.joined {
            Some(joined) => joined.part.keep(context.waker()),
            None => {
                let mut part = Part::default();
                part.keep(context.waker());
                if part.is_kept() {
                    self.joined = Some(Box::new(Joined { claim: Claim::default(), part }));
                }
            }
        }
        Poll::Pending
    }

    /// Whether a callback has told of the end, as it tells asyncio's `as_completed`.
    #[track_caller]
    fn is_told(&mut self, told: &Rc<Callback>, kind: Kind, context: &Context<'_>) -> bool {
        if kind == Kind::Ordinary && !told.is_over() {
            told.wakes(context.waker());
            let control = &self.shared.control;
            if !control.done() {
                if self.watcher.is_none() {
                    check_join(control);
                    self.watcher = Some(control.watch(Watcher::Several(told.clone(), 0)));
                }
            } else {
                // It has ended before, perhaps.
                Callback::plan(told.clone());
            }
        }
        told.is_over()
    }

    /// The outcome of a task that has ended.
    pub(crate) fn take_outcome(&self) -> Result<T, Failure> {
        // A clone is made of what others only look at meanwhile.
        if let Some(copy) = self.copy.get()
            && let Some(Outcome::Value(value)) = &*self.shared.outcome.borrow()
        {
            return Ok(copy(value));
        }
        let mut outcome = self.shared.outcome.borrow_mut();
        match outcome.take() {
            Some(Outcome::Value(value)) => {
                *outcome = Some(Outcome::Taken);
                Ok(value)
            }
            Some(Outcome::Panicked(panic)) => {
                *outcome = Some(Outcome::PanicTaken);
                Err(Failure::Panicked(*panic))
            }
            Some(Outcome::Cancelled) => {
                *outcome = Some(Outcome::Cancelled);
                Err(Failure::Cancelled(self.control().cancelled_error()))
            }
            Some(Outcome::Failed) => {
                *outcome = Some(Outcome::Failed);
                Err(Failure::Cancelled(Cancelled::new()))
            }
            taken @ (Some(Outcome::Taken | Outcome::PanicTaken) | None) => {
                *outcome = taken.or(Some(Outcome::Taken));
                drop(outcome);
                panic!(
                    "a task's result, or its panic, was taken by an earlier await of it: clone the \
                     task before awaiting it"
                )
            }
        }
    }
}

/// Refuses to wait for what can never end.
#[track_caller]
fn check_join(control: &Control) {
    let own = path::with_task(|task| ptr::eq(task.control(), control));
    assert!(own != Some(true), "Task cannot await on itself: await it in another task");
    check_loop(control);
}

/// Refuses to wait for a task that nobody runs.
#[track_caller]
pub(crate) fn check_loop(control: &Control) {
    let here = control.agenda().is_current();
    assert!(
        here,
        "a task of another event loop can't be awaited here, for nobody runs it: await it inside \
         the Runner that spawned it"
    );
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(key) = self.watcher {
            self.control().unwatch(key);
        }
    }
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        std::task::ready!(self.poll_end(true, context));
        match self.take_outcome() {
            Ok(value) => Poll::Ready(value),
            Err(Failure::Panicked(panic)) => panic.resume(),
            Err(Failure::Cancelled(cancelled)) => {
                path::raise(&cancelled, context);
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
        Self::new(self.shared.clone(), Some(T::clone))
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
