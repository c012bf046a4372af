//! Locks: one task at a time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::permits::{Acquire, Permits};

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
    permits: Shared,
}

#[derive(Clone)]
struct Shared(Rc<Permits>);

impl AsRef<Permits> for Shared {
    fn as_ref(&self) -> &Permits {
        &self.0
    }
}

impl Lock {
    /// An open lock.
    #[must_use]
    pub fn new() -> Self {
        Self { permits: Shared(Rc::new(Permits::new(1))) }
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
    pub fn acquire(&self) -> AcquireLock {
        AcquireLock { acquire: Acquire::new(self.permits.clone()), lock: self.clone() }
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
        self.permits.0.try_acquire().then(|| LockGuard { lock: Some(self.clone()) })
    }

    /// Whether somebody holds it: Python's `lock.locked()`.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.permits.0.free() == 0
    }

    /// Whether both are the same lock.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.permits.0, &other.permits.0)
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
    acquire: Acquire<Shared>,
    lock: Lock,
}

impl Future for AcquireLock {
    type Output = LockGuard;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<LockGuard> {
        let acquire = Pin::new(&mut self.acquire);
        acquire.poll(context).map(|_| LockGuard { lock: Some(self.lock.clone()) })
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
            lock.permits.0.release(1);
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
