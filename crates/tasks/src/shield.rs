//! Shields: what a request to cancel does not reach.

use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::event_loop::EventLoop;
use crate::failure::Failure;
use crate::scope::raise;
use crate::task::{Task, spawn};

/// Protects a future from the cancellation of whoever awaits it: Python's `asyncio.shield(aw)`.
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
/// Outside of [`run`](crate::run). A panic of the future goes on to whoever awaits the shield.
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
/// As of [`shield`].
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
pub fn shield_task<T, K: AsMut<Task<T>>>(task: K) -> Shield<T, K> {
    Shield { task, value: std::marker::PhantomData }
}

/// The future of [`shield`].
#[must_use = "a shield waits for nothing until it is awaited"]
pub struct Shield<T: 'static, K = Task<T>> {
    task: K,
    value: std::marker::PhantomData<fn() -> T>,
}

// The task is not pinned in it.
impl<T, K> Unpin for Shield<T, K> {}

impl<T, K: AsMut<Task<T>>> Future for Shield<T, K> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let task = self.task.as_mut();
        // Not by the task's own poll: that would pass requests on.
        ready!(task.handle().poll_ended(context));
        match task.take_outcome() {
            Ok(value) => Poll::Ready(value),
            Err(Failure::Panicked(panic)) => resume_unwind(panic),
            Err(Failure::Cancelled(cancelled)) => {
                raise(&cancelled);
                Poll::Pending
            }
        }
    }
}

impl<T, K> fmt::Debug for Shield<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shield").finish_non_exhaustive()
    }
}
