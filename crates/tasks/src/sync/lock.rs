//! Locks: one task at a time.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::{is_gone, poll_given};
use crate::cancel::path::{self, Seen};
use crate::event_loop::EventLoop;
use crate::state::{Wait, WaitList, What, wake_all};

/// A lock that tasks get in the order in which they asked: Python's `asyncio.Lock`.
///
/// A clone is the same lock. It guards no data; where it should, see `async_lock::Mutex`, which is
/// not strictly first-in, first-out.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Lock, run};
///
/// run(async {
///     let lock = Lock::new();
///     let guard = lock.acquire().await;
///     assert!(lock.locked());
///     drop(guard);
///     assert!(!lock.locked());
/// });
/// ```
#[derive(Clone)]
pub struct Lock {
    shared: Shared,
}

#[derive(Clone, Default)]
struct Shared(Rc<State>);

#[derive(Default)]
struct State {
    locked: Cell<bool>,
    /// The task that holds it, by its key, for the call graph.
    holder: Cell<Option<u32>>,
    waiting: WaitList<()>,
}

impl AsRef<WaitList<()>> for Shared {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.waiting
    }
}

impl Shared {
    fn take(&self) {
        self.0.locked.set(true);
        self.0.holder.set(path::task_key());
    }

    fn try_take(&self) -> bool {
        let free = !self.0.locked.get() && !self.0.waiting.is_used(is_gone);
        if free {
            self.take();
        }
        free
    }

    fn release(&self) {
        self.0.locked.set(false);
        self.0.holder.set(None);
        self.wake_first();
    }

    /// Hands it to the first who waits, if it is free and on its way to nobody.
    fn wake_first(&self) {
        let waiting = &self.0.waiting;
        if !self.0.locked.get() && waiting.given() == 0 {
            // As in asyncio, one that is gone passes it on in its next turn.
            wake_all(waiting.pass_on((), is_gone));
        }
    }
}

impl Lock {
    /// An open lock.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Shared::default() }
    }

    /// Waits for the lock, and holds it until the guard is dropped: Python's `async with lock`.
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives up the place in the queue. A lock that it was already given goes
    /// to the next.
    ///
    /// ```
    /// use twin_tasks::{Lock, gather, run};
    ///
    /// run(async {
    ///     let lock = Lock::new();
    ///     let visit = async || {
    ///         let _guard = lock.acquire().await;
    ///         assert!(lock.locked());
    ///     };
    ///     gather([visit(), visit()]).await;
    ///     assert!(!lock.locked());
    /// });
    /// ```
    #[track_caller]
    pub fn acquire(&self) -> AcquireLock {
        AcquireLock {
            wait: Wait::new(self.shared.clone()),
            seen: Seen::default(),
            location: Location::caller(),
        }
    }

    /// The lock if it is free and nobody waits for it.
    ///
    /// ```
    /// use twin_tasks::Lock;
    ///
    /// let lock = Lock::new();
    /// let guard = lock.try_acquire();
    /// assert!(guard.is_some() && lock.try_acquire().is_none());
    /// drop(guard);
    /// assert!(lock.try_acquire().is_some());
    /// ```
    #[must_use = "the lock is released when the guard is dropped"]
    pub fn try_acquire(&self) -> Option<LockGuard> {
        self.shared.try_take().then(|| LockGuard { lock: Some(self.clone()) })
    }

    /// Whether somebody holds it: Python's `lock.locked()`.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.shared.0.locked.get()
    }

    /// Whether both are the same lock.
    /// Whether the task that took it has ended, and it is held still: its guard was forgotten, or
    /// given away.
    pub(super) fn is_forgotten(&self) -> bool {
        let holder = self.shared.0.holder.get();
        let lives = |key| EventLoop::current().is_some_and(|own| own.find(key).is_some());
        self.locked() && holder.is_some_and(|key| !lives(key))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared.0, &other.shared.0)
    }
}

impl Default for Lock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("locked", &self.locked()).finish()
    }
}

/// The future of [`Lock::acquire`].
#[must_use = "nobody waits for the lock until this is awaited"]
pub struct AcquireLock {
    wait: Wait<(), Shared>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl AcquireLock {
    fn guard(&self) -> LockGuard {
        LockGuard { lock: Some(Lock { shared: self.wait.list().clone() }) }
    }
}

impl Future for AcquireLock {
    type Output = LockGuard;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<LockGuard> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if !this.wait.has_entered() {
            if this.wait.list().try_take() {
                return Poll::Ready(this.guard());
            }
            this.wait.enter(context.waker(), path::task_key());
            // Those who are gone don't keep it waiting.
            this.wait.list().wake_first();
            return Poll::Pending;
        }
        ready!(poll_given(
            &mut this.wait,
            kind,
            |lock| What::Lock(lock.0.holder.get()),
            Shared::wake_first,
            this.location,
            context
        ));
        this.wait.leave();
        this.wait.list().take();
        Poll::Ready(this.guard())
    }
}

impl Drop for AcquireLock {
    fn drop(&mut self) {
        if self.wait.has_entered() {
            self.wait.leave();
            self.wait.list().wake_first();
        }
    }
}

impl fmt::Debug for AcquireLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireLock").finish_non_exhaustive()
    }
}

/// Holds a [`Lock`] until it is dropped: Python's `lock.release()`.
#[must_use = "the lock is released when the guard is dropped"]
pub struct LockGuard {
    /// `None` while a condition waits.
    lock: Option<Lock>,
}

impl LockGuard {
    pub(crate) fn holds(&self, lock: &Lock) -> bool {
        self.lock.as_ref().is_some_and(|held| held.is(lock))
    }

    /// Releases the lock, and keeps the guard to hold it again.
    pub(crate) fn release(&mut self) {
        if let Some(lock) = self.lock.take() {
            lock.shared.release();
        }
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        self.release();
    }
}

impl fmt::Debug for LockGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockGuard").field("lock", &self.lock).finish()
    }
}
