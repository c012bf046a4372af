//! Blocking functions on threads of their own.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::event_loop::EventLoop;
use crate::local::with_values;
use crate::scope::Place;

/// Runs a blocking function on another thread and awaits its result, while the event loop goes on:
/// Python's `asyncio.to_thread(function)`.
///
/// The function sees the calling task's [task-local variables](crate::TaskLocal). It starts when
/// the future is first polled, on one of smol's threads for blocking work.
///
/// # Cancellation
///
/// A thread can't be interrupted: cancelling or dropping ends the wait, and the function runs to
/// its end. [`run`](crate::run) waits for that before it returns, as `asyncio.run` does.
///
/// # Panics
///
/// A panic of the function goes on to whoever awaits it. If the wait has ended, it comes out of
/// `run` at the end.
///
/// # Examples
///
/// ```
/// use twin_tasks::{run, to_thread};
///
/// let here = std::thread::current().id();
/// let there = run(to_thread(|| std::thread::current().id()));
/// assert_ne!(here, there);
/// ```
pub async fn to_thread<F, T>(function: F) -> T
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let locals = Place::current().map(|place| place.task.state().locals().values());
    let locals = locals.unwrap_or_default();
    let work = move || with_values(locals, || catch_unwind(AssertUnwindSafe(function)));
    let (sender, receiver) = async_channel::bounded(1);
    let unclaimed = EventLoop::current().and_then(|event_loop| event_loop.unclaimed_of_thread());
    // Detached, since dropping a blocking task asks its thread to forget it.
    let thread = smol::unblock(move || {
        if let Err(lost) = sender.try_send(work())
            && let Err(panic) = lost.into_inner()
            && let Some(unclaimed) = unclaimed
        {
            // The event loop listens until the last thread has ended.
            let _ = unclaimed.try_send(panic);
        }
    });
    thread.detach();
    match receiver.recv().await.expect("the thread sends before it ends") {
        Ok(value) => value,
        Err(panic) => resume_unwind(panic),
    }
}
