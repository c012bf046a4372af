//! Waiting for tasks without taking their results.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::agenda::now;
use crate::cancel::look::tell;
use crate::cancel::path::{self, Seen};
use crate::record::IS_ON;
use crate::state::{AnyTask, Callback, Outcome, Shared, Watch, Watcher, What, waits};
use crate::task::{Task, TaskHandle, check_loop};
use crate::time::Timer;

use self::sealed::MayFail;

/// Waits until tasks have ended: Python's `asyncio.wait(tasks)`.
///
/// Gives those that have ended and those that have not, each in the order of the arguments. Takes
/// tasks or references to tasks. It raises nothing: each task keeps its result.
///
/// Waits for all, unless [`first_completed`](Wait::first_completed),
/// [`first_exception`](Wait::first_exception) or [`timeout`](Wait::timeout) says otherwise.
///
/// # Cancellation
///
/// The tasks run on.
///
/// # Panics
///
/// If there are no tasks, as `asyncio.wait` raises `ValueError`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{run, sleep, spawn, wait};
///
/// run(async {
///     let tea = spawn(async { "tea" });
///     let cake = spawn(async { sleep(Duration::from_secs(3600)).await; "cake" });
///     let (done, pending) = wait([tea, cake]).first_completed().await;
///     assert_eq!(*done[0].result().unwrap(), "tea");
///     assert_eq!(pending.len(), 1);
/// });
/// ```
#[track_caller]
pub fn wait<I>(tasks: I) -> Wait<I::Item>
where
    I: IntoIterator,
    I::Item: Waitable,
{
    let tasks: Vec<_> = tasks.into_iter().collect();
    assert!(!tasks.is_empty(), "wait was given no tasks, and would never end: give at least one");
    Wait {
        tasks,
        enough: Enough::All,
        timeout: None,
        timer: None,
        watching: None,
        seen: Seen::default(),
        location: Location::caller(),
    }
}

mod sealed {
    use std::rc::Rc;

    use crate::task::TaskHandle;

    pub trait Waitable {
        fn handle(&self) -> TaskHandle;
    }

    pub trait Fallible {
        fn fallible(&self) -> Rc<dyn MayFail>;
    }

    pub trait MayFail {
        /// Whether it has ended by an error or a panic.
        fn failed(&self) -> bool;
    }
}

/// A task, or a reference to one.
pub trait Waitable: sealed::Waitable {}

impl<W: sealed::Waitable> Waitable for W {}

impl<T> sealed::Waitable for Task<T> {
    fn handle(&self) -> TaskHandle {
        self.handle()
    }
}

impl<W: sealed::Waitable> sealed::Waitable for &W {
    fn handle(&self) -> TaskHandle {
        (**self).handle()
    }
}

/// A task that can fail: one that returns a `Result`.
pub trait Fallible: sealed::Fallible {}

impl<W: sealed::Fallible> Fallible for W {}

impl<T: 'static, E: 'static> sealed::Fallible for Task<Result<T, E>> {
    fn fallible(&self) -> Rc<dyn MayFail> {
        self.shared().clone()
    }
}

impl<W: sealed::Fallible> sealed::Fallible for &W {
    fn fallible(&self) -> Rc<dyn MayFail> {
        (**self).fallible()
    }
}

impl<T, E> MayFail for Shared<Result<T, E>> {
    fn failed(&self) -> bool {
        self.panicked() || matches!(*self.outcome.borrow(), Some(Outcome::Value(Err(_))))
    }
}

/// The future of [`wait`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<W> {
    tasks: Vec<W>,
    enough: Enough,
    timeout: Option<Duration>,
    timer: Option<Timer>,
    watching: Option<Watching>,
    seen: Seen,
    location: &'static Location<'static>,
}

/// When a wait is over.
#[derive(Clone)]
enum Enough {
    /// When all have ended.
    All,
    /// When one has.
    One,
    /// When one has failed, or all have ended.
    Failed(Rc<[Rc<dyn MayFail>]>),
}

impl Enough {
    /// Whether it is enough that the task at this place has ended.
    fn has(&self, place: usize) -> bool {
        match self {
            Self::All => false,
            Self::One => true,
            Self::Failed(tasks) => tasks[place].failed(),
        }
    }
}

/// The places among those who wait for the end of each task.
struct Watching {
    tasks: Vec<(Rc<dyn AnyTask>, u32)>,
    ends: Rc<Ends>,
}

/// What the ends of tasks are told to.
struct Ends {
    enough: Enough,
    /// How many have not ended.
    left: Cell<usize>,
    told: Callback,
}

impl Ends {
    fn is_enough(&self, place: usize) -> bool {
        self.left.get() == 0 || self.enough.has(place)
    }
}

impl AsRef<Callback> for Ends {
    fn as_ref(&self) -> &Callback {
        &self.told
    }
}

impl Watch for Ends {
    fn ended(self: Rc<Self>, place: u32) {
        self.left.set(self.left.get() - 1);
        if self.is_enough(place as usize) {
            Callback::plan(self);
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        for (task, key) in self.tasks.drain(..) {
            task.control().unwatch(key);
        }
        self.ends.told.forget();
    }
}

impl<W: Waitable> Wait<W> {
    /// Waits until one has ended: Python's `return_when=FIRST_COMPLETED`.
    pub fn first_completed(self) -> Self {
        Self { enough: Enough::One, ..self }
    }

    /// Waits until one has failed, by an error or a panic, or all have ended: Python's
    /// `return_when=FIRST_EXCEPTION`. A panic counts also where somebody has awaited it.
    ///
    /// ```
    /// use std::future::pending;
    /// use twin_tasks::{run, spawn, wait};
    ///
    /// run(async {
    ///     let cake = spawn(async { Err::<(), _>("burnt") });
    ///     let tea = spawn(pending());
    ///     let (done, pending) = wait([tea, cake]).first_exception().await;
    ///     assert_eq!(*done[0].result().unwrap(), Err("burnt"));
    ///     assert_eq!(pending.len(), 1);
    /// });
    /// ```
    pub fn first_exception(self) -> Self
    where
        W: Fallible,
    {
        let tasks = self.tasks.iter().map(sealed::Fallible::fallible).collect();
        Self { enough: Enough::Failed(tasks), ..self }
    }

    /// Waits no longer than this: Python's `timeout=…`. Tasks that have not ended run on.
    ///
    /// ```
    /// use std::{future::pending, time::Duration};
    /// use twin_tasks::{run, spawn, wait};
    ///
    /// run(async {
    ///     let tasks = [spawn(pending::<()>())];
    ///     let (done, pending) = wait(&tasks).timeout(Duration::from_millis(5)).await;
    ///     assert!(done.is_empty() && !pending[0].done());
    /// });
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }
}

// The tasks are not pinned in it.
impl<W> Unpin for Wait<W> {}

impl<W: Waitable> Future for Wait<W> {
    type Output = (Vec<W>, Vec<W>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let dry = this.seen.is_dry();
        if dry && let Some(watching) = &this.watching {
            for (task, _) in watching.tasks.iter().filter(|(task, _)| !task.control().done()) {
                tell(|| What::Task(task.clone()), Some(this.location));
            }
        }
        if !dry && !this.is_over() {
            this.enter(context.waker());
            if IS_ON {
                let tasks = this.watching.iter().flat_map(|watching| &watching.tasks);
                let left = tasks.filter(|(task, _)| !task.control().done());
                left.for_each(|(task, _)| waits(|| What::Task(task.clone())));
            }
        }
        // Outside a loop nobody has to go round first.
        if !this.is_over() {
            return Poll::Pending;
        }
        if dry {
            // A request beats a value of the same turn.
            path::later(context);
            return Poll::Pending;
        }
        this.watching = None;
        this.timer = None;
        let tasks = std::mem::take(&mut this.tasks).into_iter();
        Poll::Ready(tasks.partition(|task| task.handle().done()))
    }
}

impl<W: Waitable> Wait<W> {
    fn is_over(&self) -> bool {
        self.watching.as_ref().is_some_and(|watching| watching.ends.told.is_over())
            || self.timer.as_ref().is_some_and(Timer::has_fired)
    }

    /// Waits, or goes on waiting by another waker.
    fn enter(&mut self, waker: &Waker) {
        let watching = self.watching.get_or_insert_with(|| {
            let ends = Rc::new(Ends {
                enough: self.enough.clone(),
                left: Cell::new(0),
                told: Callback::default(),
            });
            let mut tasks = Vec::new();
            let mut ended = Vec::new();
            for (place, task) in self.tasks.iter().enumerate() {
                let task = task.handle().task().clone();
                if task.control().done() {
                    ended.push(place);
                    continue;
                }
                check_loop(task.control());
                let watcher = Watcher::Several(
                    ends.clone(),
                    u32::try_from(place).expect("fewer than 2^32 tasks"),
                );
                let key = task.control().watch(watcher);
                tasks.push((task, key));
            }
            ends.left.set(tasks.len());
            if ended.into_iter().any(|place| ends.is_enough(place)) {
                Callback::plan(ends.clone());
            }
            Watching { tasks, ends }
        });
        watching.ends.told.wakes(waker);
        match (&mut self.timer, self.timeout) {
            (Some(timer), _) => timer.rewake(waker),
            (None, Some(timeout)) => {
                // Where no clock reaches that time, there is no limit.
                let when = now().checked_add(timeout);
                self.timer = when.map(|when| Timer::set(when, waker));
            }
            (None, None) => {}
        }
    }
}

impl<W> fmt::Debug for Wait<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}
