//! Shields: what a request to cancel does not reach.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::{Task, check_loop, spawn};
use crate::cancel::look::tell;
use crate::cancel::path::{self, Seen};
use crate::event_loop::EventLoop;
use crate::outcome::Failure;
use crate::state::{AnyTask, Callback, Watcher, What, waits};

/// Protects a future from the cancellation of what awaits it: Python's `asyncio.shield(aw)`.
///
/// The future becomes a task of its own, which starts at the next turn; a task is taken as it is,
/// by [`shield_task`].
///
/// # Cancellation
///
/// A request ends the wait, and not the task, which runs on. If the task itself is cancelled, that
/// is raised here. Dropping the shield lets the task run on.
///
/// # Panics
///
/// Outside [`run`](crate::run). A panic of the future goes on to what awaits the shield.
///
/// # Examples
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use twin_tasks::{TimedOut, run, shield, sleep, timeout};
///
/// run(async {
///     let saved = Rc::new(Cell::new(false));
///     let flag = saved.clone();
///     let save = shield(async move {
///         sleep(Duration::from_millis(10)).await;
///         flag.set(true);
///     });
///     assert_eq!(timeout(Duration::from_millis(1), save).await, Err(TimedOut));
///     sleep(Duration::from_millis(20)).await;
///     assert!(saved.get());
/// });
/// ```
#[track_caller]
pub fn shield<F>(future: F) -> Shield<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    EventLoop::expect("twin_tasks::shield");
    shield_task(spawn(future))
}

/// As [`shield`], for a task that runs already; it may be borrowed, to be awaited later.
///
/// # Cancellation
///
/// See [`shield`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{TimedOut, run, shield_task, sleep, spawn, timeout};
///
/// run(async {
///     let mut tea = spawn(async { sleep(Duration::from_millis(10)).await; "tea" });
///     let hurry = timeout(Duration::from_millis(1), shield_task(&mut tea));
///     assert_eq!(hurry.await, Err(TimedOut));
///     assert_eq!(tea.await, "tea");
/// });
/// ```
#[track_caller]
pub fn shield_task<T, K: AsMut<Task<T>>>(task: K) -> Shield<T, K> {
    Shield {
        task,
        watching: None,
        location: Location::caller(),
        seen: Seen::default(),
        value: std::marker::PhantomData,
    }
}

/// The future of [`shield`].
#[must_use = "a shield waits for nothing until it is awaited"]
pub struct Shield<T: 'static, K = Task<T>> {
    task: K,
    watching: Option<Watching>,
    /// Where the shield was made.
    location: &'static Location<'static>,
    seen: Seen,
    value: std::marker::PhantomData<fn() -> T>,
}

// The task is not pinned in it.
impl<T, K> Unpin for Shield<T, K> {}

impl<T, K: AsMut<Task<T>>> Future for Shield<T, K> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let dry = this.seen.is_dry();
        // Not by the task's own poll: that would pass requests on.
        let task = this.task.as_mut();
        // One that has ended already is taken at once.
        let over = this.watching.as_ref().map_or(task.done(), Watching::is_over);
        if !over {
            if !dry {
                let watching = this.watching.get_or_insert_with(|| Watching::new(task.any()));
                watching.callback.wakes(context.waker());
                waits(|| What::Task(task.any()));
            } else if !task.done() {
                tell(|| What::Task(task.any()), Some(this.location));
            }
            return Poll::Pending;
        }
        if task.raises() {
            if let Err(Failure::Cancelled(cancelled)) = task.take_outcome() {
                path::raise(&cancelled, context);
            }
            return Poll::Pending;
        }
        if dry {
            // A request beats a value of the same turn.
            path::later(context);
            return Poll::Pending;
        }
        this.watching = None;
        match task.take_outcome() {
            Ok(value) => Poll::Ready(value),
            Err(Failure::Panicked(panic)) => panic.resume(),
            Err(_) => unreachable!("it does not raise"),
        }
    }
}

/// The place among those who wait for the end of the task. asyncio's shield is a future of its own, to
/// which a callback tells the end: a request that comes before that ends the wait in its own place.
struct Watching {
    task: Rc<dyn AnyTask>,
    callback: Rc<Callback>,
    key: u32,
}

impl Watching {
    #[track_caller]
    fn new(task: Rc<dyn AnyTask>) -> Self {
        check_loop(task.control());
        let callback = Rc::<Callback>::default();
        let key = task.control().watch(Watcher::Several(callback.clone(), 0));
        Self { task, callback, key }
    }

    fn is_over(&self) -> bool {
        self.callback.is_over()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.control().unwatch(self.key);
        self.callback.forget();
    }
}

impl<T, K> fmt::Debug for Shield<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shield").finish_non_exhaustive()
    }
}
