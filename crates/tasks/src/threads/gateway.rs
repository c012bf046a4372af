//! The way back from a thread into the event loop.

use std::fmt;
use std::future::Future;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::agenda::{Agenda, Lent, Remote};
use crate::cancel::{Attempt, Caught};
use crate::event_loop::EventLoop;
use crate::outcome::Failure;
use crate::state::Locals;
use crate::task::{spawn, values};
use crate::time::TimedOut;

/// The way from other threads into an event loop: Python's `loop` where it is used for
/// `asyncio.run_coroutine_threadsafe(coro, loop)`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{Gateway, run, sleep, to_thread};
///
/// run(async {
///     let gateway = Gateway::new();
///     let sum = to_thread(move || {
///         gateway.spawn(|| async { sleep(Duration::from_millis(1)).await; 1 + 2 }).result()
///     });
///     assert_eq!(sum.await.unwrap(), 3);
/// });
/// ```
pub struct Gateway {
    remote: Arc<Remote>,
}

impl Gateway {
    /// A way into the event loop of the running task; open until the loop ends.
    ///
    /// # Panics
    ///
    /// Outside [`run`](crate::run).
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let event_loop = EventLoop::expect("twin_tasks::Gateway::new");
        Self::of(event_loop.agenda().remote())
    }

    /// Starts a task in the event loop, from any thread. The function is called there, so
    /// the future itself doesn't need to be `Send`. It has a copy of the variables of who calls this: of
    /// a task, or of the one that called [`to_thread`](crate::to_thread).
    ///
    /// # Cancellation
    ///
    /// Dropping the [`Submitted`] lets the task run on; [`cancel`](Submitted::cancel) asks it to end.
    ///
    /// ```
    /// use twin_tasks::{Gateway, run, to_thread};
    ///
    /// run(async {
    ///     let gateway = Gateway::new();
    ///     let letters = to_thread(move || gateway.spawn(|| async { "tea".len() }).result());
    ///     assert_eq!(letters.await, Ok(3));
    /// });
    /// ```
    pub fn spawn<F, Fut>(&self, future: F) -> Submitted<Fut::Output>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future + 'static,
        Fut::Output: Send + 'static,
    {
        let shared =
            Arc::new(Shared { cell: Mutex::new(Cell::Submitted), changed: Condvar::new() });
        let sender = Sender(shared.clone());
        let locals = values();
        let call = Box::new(move || {
            if matches!(*sender.0.cell(), Cell::Done(_)) {
                // It was cancelled before it began.
                return;
            }
            let begin = sender.0.clone();
            let task = spawn(async move {
                let outcome = Attempt::new(async move { future().await }).await;
                sender.send(outcome.map_err(Caught::failure));
            });
            if !locals.is_empty() {
                task.control().set_locals(Locals::new(locals));
            }
            let mut cell = begin.cell();
            match *cell {
                Cell::Submitted => *cell = Cell::Running(task.handle().key()),
                // Cancelled in between.
                Cell::Done(_) => {
                    drop(cell);
                    task.cancel();
                }
                _ => {}
            }
        });
        // If the loop has ended, so has the task: as cancelled.
        drop(self.remote.call(call));
        Submitted { shared, remote: self.remote.clone() }
    }
}

impl Gateway {
    fn of(remote: &Arc<Remote>) -> Self {
        remote.add_gateway();
        Self { remote: remote.clone() }
    }
}

impl Clone for Gateway {
    fn clone(&self) -> Self {
        Self::of(&self.remote)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.remote.remove_gateway();
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

/// A task that another thread has submitted: Python's `concurrent.futures.Future`.
pub struct Submitted<T> {
    shared: Arc<Shared<T>>,
    remote: Arc<Remote>,
}

struct Shared<T> {
    cell: Mutex<Cell<T>>,
    changed: Condvar,
}

/// How far what was submitted is.
enum Cell<T> {
    Submitted,
    /// As a task, with its key.
    Running(u32),
    Done(Result<T, Failure>),
    /// A clone of the value is being made, which is a user's code: not under the lock.
    Lent(ThreadId),
    Taken,
    /// Its handle was dropped.
    Abandoned,
}

impl<T> Shared<T> {
    /// No code of a user runs under the lock; a poisoned one holds what it held.
    fn cell(&self) -> MutexGuard<'_, Cell<T>> {
        self.cell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, cell: Cell<T>) {
        let before = mem::replace(&mut *self.cell(), cell);
        self.changed.notify_all();
        drop(before);
    }
}

/// The task's end of it. Dropped before it has sent, the task was cancelled.
struct Sender<T>(Arc<Shared<T>>);

impl<T> Sender<T> {
    fn send(self, outcome: Result<T, Failure>) {
        let mut cell = self.0.cell();
        if !matches!(*cell, Cell::Abandoned) {
            *cell = Cell::Done(outcome);
            drop(cell);
            return self.0.changed.notify_all();
        }
        drop(cell);
        // A panic is not lost with the handle.
        if let Err(Failure::Panicked(panic)) = outcome {
            panic.resume();
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if matches!(*self.0.cell(), Cell::Submitted | Cell::Running(_)) {
            self.0.set(Cell::Done(Err(Failure::Cancelled(crate::Cancelled::new()))));
        }
    }
}

impl<T> Submitted<T> {
    /// Waits for the result; it can be asked again.
    ///
    /// # Blocking
    ///
    /// It blocks the thread. If [`to_thread`](crate::to_thread) runs there, another function may
    /// have its place meanwhile, so that the task may use `to_thread`, too, however few may run.
    ///
    /// # Errors
    ///
    /// If the task was cancelled, or the event loop has ended.
    ///
    /// # Panics
    ///
    /// A panic of the task goes on, once. On the event loop's own thread, which would wait for
    /// itself.
    #[track_caller]
    pub fn result(&self) -> Result<T, SubmittedError>
    where
        T: Clone,
    {
        self.copied(None)
    }

    /// Waits for the result, but no longer than `timeout`.
    ///
    /// # Blocking, errors and panics
    ///
    /// See [`result`](Self::result); and [`SubmittedError::TimedOut`], after which the task runs
    /// on and can be asked again.
    ///
    /// ```
    /// use std::{future::pending, time::Duration};
    /// use twin_tasks::{Gateway, SubmittedError, TimedOut, run, to_thread};
    ///
    /// run(async {
    ///     let gateway = Gateway::new();
    ///     let results = to_thread(move || {
    ///         let never = gateway.spawn(pending::<()>);
    ///         let first = never.result_timeout(Duration::from_millis(5));
    ///         assert!(never.cancel());
    ///         (first, never.result())
    ///     });
    ///     let (first, second) = results.await;
    ///     assert_eq!(first, Err(SubmittedError::TimedOut(TimedOut)));
    ///     assert_eq!(second, Err(SubmittedError::Cancelled));
    /// });
    /// ```
    #[track_caller]
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, SubmittedError>
    where
        T: Clone,
    {
        self.copied(Some(timeout))
    }

    /// Waits for the result and takes it, where it can't be cloned.
    ///
    /// # Blocking, errors and panics
    ///
    /// See [`result`](Self::result).
    ///
    /// ```
    /// use twin_tasks::{Gateway, run, to_thread};
    ///
    /// struct Tea;
    ///
    /// run(async {
    ///     let gateway = Gateway::new();
    ///     let tea = to_thread(move || gateway.spawn(|| async { Tea }).into_result());
    ///     assert!(tea.await.is_ok());
    /// });
    /// ```
    #[track_caller]
    pub fn into_result(self) -> Result<T, SubmittedError> {
        give(self.take(None, Cell::Taken)?)
    }

    #[track_caller]
    fn copied(&self, timeout: Option<Duration>) -> Result<T, SubmittedError>
    where
        T: Clone,
    {
        /// Gives the value back, also after a panic.
        struct Back<'a, T>(&'a Shared<T>, Option<T>);
        impl<T> Drop for Back<'_, T> {
            fn drop(&mut self) {
                if let Some(value) = self.1.take() {
                    self.0.set(Cell::Done(Ok(value)));
                }
            }
        }
        let value = match self.take(timeout, Cell::Lent(thread::current().id()))? {
            Ok(value) => value,
            Err(Failure::Cancelled(cancelled)) => {
                self.shared.set(Cell::Done(Err(Failure::Cancelled(cancelled))));
                return Err(SubmittedError::Cancelled);
            }
            Err(failure) => {
                self.shared.set(Cell::Taken);
                return give(Err(failure));
            }
        };
        let lent = Back(&self.shared, Some(value));
        Ok(lent.1.clone().expect("it is there until it is given back"))
    }

    /// Waits for the outcome and leaves `instead` in its place.
    #[track_caller]
    fn take(
        &self,
        timeout: Option<Duration>,
        instead: Cell<T>,
    ) -> Result<Result<T, Failure>, SubmittedError> {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut cell = self.shared.cell();
        let mut lent = None;
        loop {
            match &*cell {
                Cell::Done(_) => {
                    if let Cell::Done(outcome) = mem::replace(&mut *cell, instead) {
                        return Ok(outcome);
                    }
                    unreachable!("it has just been looked at")
                }
                Cell::Taken => {
                    drop(cell);
                    panic!("the panic of a submitted task was taken by an earlier result()");
                }
                Cell::Lent(by) if *by == thread::current().id() => {
                    drop(cell);
                    panic!("a submitted task was asked for its result by the clone of that result");
                }
                Cell::Submitted | Cell::Running(_) if self.is_loop() => {
                    drop(cell);
                    panic!(
                        "result() on the event loop's own thread would wait for itself: await the \
                         task, or ask from to_thread"
                    );
                }
                _ => {}
            }
            lent = lent.or_else(Lent::place_of_this_thread);
            let Some(until) = until else {
                cell = self.shared.changed.wait(cell).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(SubmittedError::TimedOut(TimedOut));
            }
            let waited = self.shared.changed.wait_timeout(cell, left);
            cell = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn is_loop(&self) -> bool {
        Agenda::current().is_some_and(|agenda| Arc::ptr_eq(agenda.remote(), &self.remote))
    }

    /// Asks the task to end; gives whether it has not ended yet.
    pub fn cancel(&self) -> bool
    where
        T: Send + 'static,
    {
        let mut cell = self.shared.cell();
        match *cell {
            Cell::Submitted => {
                *cell = Cell::Done(Err(Failure::Cancelled(crate::Cancelled::new())));
                drop(cell);
                self.shared.changed.notify_all();
                true
            }
            Cell::Running(_) => {
                drop(cell);
                let shared = self.shared.clone();
                let call = Box::new(move || {
                    // As long as it runs, the key is its own.
                    let Cell::Running(key) = *shared.cell() else { return };
                    if let Some(task) = EventLoop::current().and_then(|own| own.find(key)) {
                        task.control().cancel(None);
                    }
                });
                self.remote.call(call).is_ok()
            }
            Cell::Done(_) | Cell::Lent(_) | Cell::Taken | Cell::Abandoned => false,
        }
    }
}

impl<T> Drop for Submitted<T> {
    fn drop(&mut self) {
        let mut cell = self.shared.cell();
        let before = mem::replace(&mut *cell, Cell::Abandoned);
        drop(cell);
        // A panic that nobody has asked for is the loop's.
        if let Cell::Done(Err(Failure::Panicked(panic))) = before {
            self.remote.report(panic);
        }
    }
}

fn give<T>(outcome: Result<T, Failure>) -> Result<T, SubmittedError> {
    match outcome {
        Ok(value) => Ok(value),
        Err(Failure::Cancelled(_)) => Err(SubmittedError::Cancelled),
        Err(Failure::Panicked(panic)) => panic.resume(),
    }
}

impl<T> fmt::Debug for Submitted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted").finish_non_exhaustive()
    }
}

/// Why a thread got no result from the event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubmittedError {
    /// The task was cancelled.
    Cancelled,
    /// It timed out.
    TimedOut(TimedOut),
}

impl fmt::Display for SubmittedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::TimedOut(timed_out) => timed_out.fmt(f),
        }
    }
}

impl std::error::Error for SubmittedError {}
