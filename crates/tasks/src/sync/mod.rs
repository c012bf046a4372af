//! Meeting others: what tasks wait for and hand each other.

mod barrier;
mod condition;
mod event;
mod lock;
mod permits;
mod promise;
mod queue;
mod semaphore;

pub use self::barrier::{Barrier, BrokenBarrier, WaitBarrier};
pub use self::condition::Condition;
pub use self::event::{Event, WaitEvent};
pub use self::lock::{AcquireLock, Lock, LockGuard};
pub use self::promise::{Promise, promise};
pub use self::queue::{
    BaseQueue, Fifo, Get, JoinError, Lifo, LifoQueue, Order, Priority, PriorityQueue, Put,
    PutError, Queue, QueueShutDown, TryGetError, TryPutError,
};
pub use self::semaphore::{AcquirePermit, BoundedSemaphore, Permit, Semaphore, TooManyReleases};

use std::panic::Location;
use std::task::{Context, Poll};

use crate::cancel::look::tell;
use crate::cancel::path::{self, Kind};
use crate::event_loop::EventLoop;
use crate::state::{Wait, WaitList, What, waits};

/// Polls for what is handed to one who has entered: ready when it is there, to be taken.
///
/// `look_again`: for one that was passed over, since its task was asked to end, and waits still.
fn poll_given<T, L: AsRef<WaitList<T>>>(
    wait: &mut Wait<T, L>,
    kind: Kind,
    what: impl Fn(&L) -> What,
    look_again: impl FnOnce(&L),
    location: &'static Location<'static>,
    context: &Context<'_>,
) -> Poll<()> {
    if kind == Kind::Pass {
        tell(|| what(wait.list()), Some(location));
    }
    if kind == Kind::Ordinary {
        wait.claim();
        if wait.is_given() {
            return Poll::Ready(());
        }
        let looks_again = wait.looks_again();
        waits(|| what(wait.list()));
        wait.enter(context.waker(), path::task_key());
        if looks_again {
            look_again(wait.list());
        }
        return Poll::Pending;
    }
    let given = wait.is_given();
    // A request beats a value of the same turn.
    if given || wait.is_nudged() {
        path::later(context);
    }
    if kind == Kind::Ask && !given {
        wait.ask();
    }
    Poll::Pending
}

/// Whether a task that waits was asked to end, and has not heard of it: it waits no more, as the
/// future of a cancelled task in asyncio.
fn is_gone(task: u32) -> bool {
    let waiter = EventLoop::current().and_then(|event_loop| event_loop.find(task));
    waiter.is_some_and(|task| task.control().is_requested())
}
