//! The way back from a thread into the event loop.

use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::sync::mpsc;
use std::time::Duration;

use async_channel::{Receiver, Sender};

use crate::cancel::catch_cancelled;
use crate::event_loop::EventLoop;
use crate::failure::{Failure, Panic};
use crate::task::spawn;
use crate::timeout::TimedOut;

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
#[derive(Clone)]
pub struct Gateway {
    work: Sender<Work>,
}

type Work = Box<dyn FnOnce() + Send>;

/// What has been submitted and not yet started.
struct Inbox(Receiver<Work>);

impl Drop for Inbox {
    /// What is never started ends as cancelled: it must not lie here while its thread waits.
    fn drop(&mut self) {
        self.0.close();
        while let Ok(work) = self.0.try_recv() {
            drop(work);
        }
    }
}

impl Gateway {
    /// A way into the event loop of the running task; open until the loop ends.
    ///
    /// # Panics
    ///
    /// Outside of [`run`](crate::run).
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        EventLoop::expect("twin_tasks::Gateway::new");
        let (sender, work) = async_channel::unbounded();
        let work = Inbox(work);
        spawn(async move {
            while let Ok(work) = work.0.recv().await {
                work();
            }
        })
        .detach();
        Self { work: sender }
    }

    /// Starts a task in the event loop, from any thread. The function is called there, so that
    /// the future itself need not be `Send`.
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
        let (sender, result) = mpsc::channel();
        let (cancel, cancelled) = async_channel::bounded::<()>(1);
        let work = Box::new(move || {
            let task = spawn(async move { future().await });
            let handle = task.handle();
            spawn(async move {
                let outcome = catch_cancelled(task.outcome()).await;
                let result = match outcome {
                    Ok(Ok(value)) => Ok(value),
                    Ok(Err(Failure::Panicked(panic))) => Err(Lost::Panicked(panic)),
                    Ok(Err(Failure::Cancelled(_))) | Err(_) => Err(Lost::Cancelled),
                };
                // Whoever submitted it may have lost interest; a panic is not lost with it.
                if let Err(mpsc::SendError(Err(Lost::Panicked(panic)))) = sender.send(result) {
                    resume_unwind(panic);
                }
            })
            .detach();
            spawn(async move {
                if cancelled.recv().await.is_ok() {
                    handle.cancel();
                }
            })
            .detach();
        });
        // If the loop has ended, so has the task: as cancelled.
        let _ = self.work.try_send(work);
        Submitted { result, cancel }
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
    result: mpsc::Receiver<Result<T, Lost>>,
    cancel: Sender<()>,
}

/// Why a submitted task gave no value.
enum Lost {
    Cancelled,
    Panicked(Panic),
}

impl<T> Submitted<T> {
    /// Waits for the result.
    ///
    /// # Blocking
    ///
    /// It blocks the thread; on the event loop's own thread, for ever.
    ///
    /// # Errors
    ///
    /// If the task was cancelled, or the event loop has ended.
    ///
    /// # Panics
    ///
    /// A panic of the task goes on.
    pub fn result(&self) -> Result<T, SubmittedError> {
        give(self.result.recv().unwrap_or(Err(Lost::Cancelled)))
    }

    /// Waits for the result, but no longer than `timeout`.
    ///
    /// # Blocking
    ///
    /// # Errors
    ///
    /// # Panics
    ///
    /// As of [`result`](Self::result); and [`SubmittedError::TimedOut`], after which the task runs
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
    pub fn result_timeout(&self, timeout: Duration) -> Result<T, SubmittedError> {
        match self.result.recv_timeout(timeout) {
            Ok(result) => give(result),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(SubmittedError::TimedOut(TimedOut)),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(SubmittedError::Cancelled),
        }
    }

    /// Asks the task to end; gives whether the request could be sent.
    pub fn cancel(&self) -> bool {
        self.cancel.try_send(()).is_ok()
    }
}

fn give<T>(result: Result<T, Lost>) -> Result<T, SubmittedError> {
    match result {
        Ok(value) => Ok(value),
        Err(Lost::Cancelled) => Err(SubmittedError::Cancelled),
        Err(Lost::Panicked(panic)) => resume_unwind(panic),
    }
}

impl<T> fmt::Debug for Submitted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted").finish_non_exhaustive()
    }
}

/// Why a thread got no result from the event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmittedError {
    /// The task was cancelled.
    Cancelled,
    /// The time was over.
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
