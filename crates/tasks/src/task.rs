//! Tasks: futures that run beside the one that started them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::run::current;

/// Starts a task: Python's `asyncio.create_task(coro)`.
///
/// It begins at its first turn, after the tasks that are ready already; whoever spawned it goes on
/// until its next `await` that has to wait.
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
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    Task { task: Some(current("twin_tasks::spawn").spawn(future)) }
}

/// A running task; awaiting it gives what its future returned.
///
/// Dropping a `Task` lets it run on, as in Python. (A `smol::Task` is cancelled by that.)
///
/// # Panics
///
/// A panic of the task goes on to whoever awaits it.
pub struct Task<T> {
    /// `None` only while it is being dropped.
    task: Option<smol::Task<T>>,
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let task = self.task.as_mut().expect("it is not being dropped");
        Pin::new(task).poll(context)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.detach();
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}
