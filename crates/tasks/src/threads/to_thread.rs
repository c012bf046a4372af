//! Blocking functions on threads of their own.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_channel::{Recv, Sender};
use pin_project_lite::pin_project;

use crate::agenda::{Agenda, Working};
use crate::cancel::look::tell;
use crate::cancel::path::{self, Seen};
use crate::outcome::{Panic, catch};
use crate::state::{What, waits};
use crate::task::{values, with_values};

/// Runs a blocking function on another thread and awaits its result, while the event loop goes on:
/// Python's `asyncio.to_thread(function)`.
///
/// The function sees the calling task's [task-local variables](crate::TaskLocal). It starts when
/// the future is first polled, on one of smol's threads for blocking work, if there is a place: at
/// most as many functions of one event loop run at once as in asyncio, the number of cores and 4,
/// but no more than 32; [`Runner::limit_threads`](crate::Runner::limit_threads) sets another
/// number. The others wait, and start in the order in which they came. (Outside [`run`](crate::run)
/// there is no limit but smol's own, 500 for a process.)
///
/// Functions that wait for each other need a place each, as in Python. One that waits for the event
/// loop, by [`Submitted::result`](crate::Submitted::result), lends its place meanwhile.
///
/// # Cancellation
///
/// A thread can't be interrupted: cancelling or dropping ends the wait, and the function runs to
/// its end. [`run`](crate::run) waits for that before it returns, as `asyncio.run` does. A function
/// that still waits for a place never starts: it is dropped.
///
/// # Panics
///
/// A panic of the function goes on to what awaits it. If the wait has ended, it comes out of
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
#[track_caller]
pub fn to_thread<F, T>(function: F) -> impl Future<Output = T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let location = Location::caller();
    async move { run_on_thread(function, location).await }
}

async fn run_on_thread<F, T>(function: F, location: &'static Location<'static>) -> T
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let locals = values();
    let work = move || with_values(locals, || catch(function));
    let (sender, receiver) = async_channel::bounded(1);
    let remote = Agenda::current().map(|agenda| agenda.remote().clone());
    let working = remote.as_ref().map(Working::new);
    let job = move || finish(work(), &sender, working);
    let _waiting = match remote {
        Some(remote) => Some(remote.pool().start(Box::new(job))),
        None => {
            // Detached, since dropping a blocking task asks its thread to forget it.
            smol::unblock(job).detach();
            None
        }
    };
    match (Received { receive: receiver.recv(), seen: Seen::default(), location }).await {
        Ok(value) => value,
        Err(panic) => panic.resume(),
    }
}

/// Sends what a thread has to give. The event loop listens until the last thread has ended.
fn finish<T>(
    result: Result<T, Panic>,
    sender: &Sender<Result<T, Panic>>,
    working: Option<Working>,
) {
    // A value that nobody waits for is dropped here, and its destructor may panic, too.
    let lost = catch(|| match sender.try_send(result) {
        Ok(()) => None,
        Err(lost) => lost.into_inner().err(),
    });
    let panic = match lost {
        Ok(panic) => panic,
        Err(panic) => Some(panic),
    };
    if let (Some(panic), Some(working)) = (panic, working) {
        working.report(panic);
    }
}

pin_project! {
    /// What a thread sends.
    struct Received<'a, T> {
        #[pin]
        receive: Recv<'a, Result<T, Panic>>,
        seen: Seen,
        location: &'static Location<'static>,
    }
}

impl<T> Future for Received<'_, T> {
    type Output = Result<T, Panic>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if this.seen.is_dry() {
            tell(|| What::Thread, Some(this.location));
            // A request beats a value of the same turn; whether there is one shows the next poll.
            path::later(context);
            return Poll::Pending;
        }
        let Poll::Ready(received) = this.receive.poll(context) else {
            waits(|| What::Thread);
            return Poll::Pending;
        };
        Poll::Ready(received.expect("the thread sends before it ends"))
    }
}
