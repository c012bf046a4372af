//! Waiting for tasks without taking their results.

use std::cell::{Cell, RefCell};
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
use crate::state::{AnyTask, Watch, Watcher, What, waits};
use crate::task::{Task, TaskHandle, check_loop};
use crate::time::Timer;

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
        enough: None,
        timeout: None,
        timer: None,
        watching: None,
        settling: None,
        seen: Seen::default(),
        location: Location::caller(),
    }
}

mod sealed {
    use crate::task::TaskHandle;

    pub trait Waitable {
        fn handle(&self) -> TaskHandle;
        fn panicked(&self) -> bool;
    }

    pub trait Fallible {
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

    fn panicked(&self) -> bool {
        self.panicked()
    }
}

impl<W: sealed::Waitable> sealed::Waitable for &W {
    fn handle(&self) -> TaskHandle {
        (**self).handle()
    }

    fn panicked(&self) -> bool {
        (**self).panicked()
    }
}

/// A task that can fail: one that returns a `Result`.
pub trait Fallible: sealed::Fallible {}

impl<W: sealed::Fallible> Fallible for W {}

impl<T, E> sealed::Fallible for Task<Result<T, E>> {
    fn failed(&self) -> bool {
        sealed::Waitable::panicked(self) || self.result().is_ok_and(|result| result.is_err())
    }
}

impl<W: sealed::Fallible> sealed::Fallible for &W {
    fn failed(&self) -> bool {
        (**self).failed()
    }
}

/// The future of [`wait`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<W> {
    tasks: Vec<W>,
    /// Whether a task that has ended ends the wait for all.
    enough: Option<fn(&W) -> bool>,
    timeout: Option<Duration>,
    timer: Option<Timer>,
    watching: Option<Watching>,
    /// How many turns are left when the wait is over.
    settling: Option<u8>,
    seen: Seen,
    location: &'static Location<'static>,
}

/// The places among those who wait for the end of each task.
struct Watching {
    tasks: Vec<(Rc<dyn AnyTask>, u32)>,
    ends: Rc<Ends>,
}

/// What the ends of tasks are told to.
struct Ends {
    /// How many have not ended.
    left: Cell<usize>,
    /// Which have ended since they were looked at, if that matters.
    ended: Option<RefCell<Vec<u32>>>,
    waker: RefCell<Option<Waker>>,
}

impl Watch for Ends {
    fn ended(&self, place: u32) {
        self.left.set(self.left.get() - 1);
        if let Some(ended) = &self.ended {
            ended.borrow_mut().push(place);
        } else if self.left.get() > 0 {
            return;
        }
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        for (task, key) in self.tasks.drain(..) {
            task.control().unwatch(key);
        }
    }
}

impl<W: Waitable> Wait<W> {
    /// Waits until one has ended: Python's `return_when=FIRST_COMPLETED`.
    pub fn first_completed(self) -> Self {
        Self { enough: Some(|_| true), ..self }
    }

    /// Waits until one has failed, by an error or a panic, or all have ended: Python's
    /// `return_when=FIRST_EXCEPTION`.
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
        Self { enough: Some(sealed::Fallible::failed), ..self }
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
        if this.timer.as_ref().is_some_and(Timer::has_fired) {
            // A timer wakes at once.
            this.settling = Some(0);
        } else if this.settling.is_none() {
            if !this.is_over() {
                if !dry {
                    this.enter(context.waker());
                    if IS_ON {
                        let tasks = this.watching.iter().flat_map(|watching| &watching.tasks);
                        let left = tasks.filter(|(task, _)| !task.control().done());
                        left.for_each(|(task, _)| waits(|| What::Task(task.clone())));
                    }
                }
                return Poll::Pending;
            }
            // As in asyncio, where a callback hears of an end and then wakes the task; one that
            // ends meanwhile counts, too.
            this.settling = Some(if this.watching.is_none() { 2 } else { 1 });
        }
        if !dry && let Some(turns @ 1..) = this.settling {
            // The time was up first, and the task has a turn for that.
            if this.timer.as_ref().is_some_and(Timer::is_placed) {
                return Poll::Pending;
            }
            this.timer = None;
            this.settling = Some(turns - 1);
            path::wake_next_turn(context.waker());
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
    /// Whether all have ended, or one that is enough.
    fn is_over(&mut self) -> bool {
        let is_enough = |task: &W| self.enough.is_some_and(|enough| enough(task));
        let Some(watching) = &self.watching else {
            let mut all = true;
            let mut over = false;
            for task in &self.tasks {
                let done = task.handle().done();
                all &= done;
                over |= done && is_enough(task);
            }
            return all || over;
        };
        let ended = watching.ends.ended.as_ref().map(RefCell::take).unwrap_or_default();
        watching.ends.left.get() == 0
            || ended.into_iter().any(|place| is_enough(&self.tasks[place as usize]))
    }

    /// Waits, or goes on waiting by another waker.
    fn enter(&mut self, waker: &Waker) {
        let watching = self.watching.get_or_insert_with(|| {
            let ends = Rc::new(Ends {
                left: Cell::new(0),
                ended: self.enough.map(|_| RefCell::default()),
                waker: RefCell::default(),
            });
            let mut tasks = Vec::new();
            for (place, task) in self.tasks.iter().enumerate() {
                let task = task.handle().task().clone();
                if !task.control().done() {
                    check_loop(task.control());
                    let place = u32::try_from(place).expect("fewer than 2^32 tasks");
                    let key = task.control().watch(Watcher::Several(ends.clone(), place));
                    tasks.push((task, key));
                }
            }
            ends.left.set(tasks.len());
            Watching { tasks, ends }
        });
        let waker_before = watching.ends.waker.replace(Some(waker.clone()));
        drop(waker_before);
        match (&mut self.timer, self.timeout) {
            (Some(timer), _) => timer.rewake(waker),
            (None, Some(timeout)) => {
                // Where no clock reaches that time, there is no limit.
                let when = now().checked_add(timeout);
                self.timer = when.map(|when| Timer::ending(when, waker, path::task_key()));
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
