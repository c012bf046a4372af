//! Conditions: waiting, under a lock, for something that another task changes.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use super::lock::{AcquireLock, Lock, LockGuard};
use super::{is_gone, poll_given};
use crate::cancel::catch_cancelled;
use crate::cancel::path::{self, Seen};
use crate::state::{Wait, WaitList, What, wake_all};

/// A condition with its lock: Python's `asyncio.Condition`.
///
/// A clone is the same condition.
///
/// # Examples
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use twin_tasks::{Condition, run, sleep, spawn};
///
/// run(async {
///     let (kettle, boils) = (Condition::new(), Rc::new(Cell::new(false)));
///     let cook = spawn({
///         let (kettle, boils) = (kettle.clone(), boils.clone());
///         async move {
///             let mut guard = kettle.acquire().await;
///             kettle.wait_for(&mut guard, || boils.get().then_some("tea")).await
///         }
///     });
///     sleep(Duration::ZERO).await;
///     let guard = kettle.acquire().await;
///     boils.set(true);
///     kettle.notify(&guard, 1);
///     drop(guard);
///     assert_eq!(cook.await, "tea");
/// });
/// ```
pub struct Condition<T = ()> {
    lock: Lock<T>,
    waiting: Waiting,
}

#[derive(Clone, Default)]
struct Waiting(Rc<WaitList<()>>);

impl AsRef<WaitList<()>> for Waiting {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0
    }
}

impl Waiting {
    /// Notifies so many of those who wait, in order.
    fn notify(&self, count: usize) {
        let mut wakers = Vec::new();
        // Who seems to be gone may wait still, if something else in its task has taken the request.
        while wakers.len() < count
            && let Some(waker) = self.0.give_first((), is_gone).or_else(|| self.0.owe_first(()))
        {
            wakers.push(waker);
        }
        wake_all(wakers);
    }
}

impl Condition {
    /// A condition with a lock of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<T> Condition<T> {
    /// A condition on a lock that others use, too: Python's `asyncio.Condition(lock)`. What the lock
    /// guards can be looked at between two waits.
    ///
    /// ```
    /// use twin_tasks::{Condition, Lock};
    ///
    /// let lock = Lock::new();
    /// let (full, empty) = (Condition::with_lock(&lock), Condition::with_lock(&lock));
    /// let _guard = lock.try_acquire();
    /// assert!(full.locked() && empty.locked());
    /// ```
    ///
    /// ```
    /// use twin_tasks::{Condition, Lock, gather, run};
    ///
    /// run(async {
    ///     let shelf = Lock::guarding(Vec::new());
    ///     let filled = Condition::with_lock(&shelf);
    ///     let take = async {
    ///         let mut shelf = shelf.acquire().await;
    ///         while shelf.is_empty() {
    ///             filled.wait(&mut shelf).await;
    ///         }
    ///         shelf.pop()
    ///     };
    ///     let put = async {
    ///         let mut shelf = shelf.acquire().await;
    ///         shelf.push("bread");
    ///         filled.notify(&shelf, 1);
    ///     };
    ///     assert_eq!(gather((take, put)).await, (Some("bread"), ()));
    /// });
    /// ```
    #[must_use]
    pub fn with_lock(lock: &Lock<T>) -> Self {
        Self { lock: lock.clone(), waiting: Waiting::default() }
    }

    /// Waits for the lock: Python's `async with condition`.
    ///
    /// # Cancellation
    ///
    /// See [`Lock::acquire`].
    #[track_caller]
    pub fn acquire(&self) -> AcquireLock<T> {
        self.lock.acquire()
    }

    /// Whether somebody holds the lock: Python's `condition.locked()`.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Releases the lock, waits for a notification, and takes the lock again: Python's
    /// `await condition.wait()`.
    ///
    /// # Cancellation
    ///
    /// The lock is taken again before the cancellation goes on, so that the clean-up runs under it.
    /// A notification that arrived at the same moment goes to another waiter. So it does where the
    /// future is dropped half-way; the guard then stays without its lock, and using it panics.
    ///
    /// (It borrows the guard, where the standard library's `Condvar` takes it and gives it back: a
    /// wait that is cancelled has nothing to give back, and `except CancelledError` in Python runs
    /// under the lock, so [`catch_cancelled`](crate::catch_cancelled) should, too.)
    ///
    /// # Panics
    ///
    /// If the guard does not hold this condition's lock.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{Condition, run, sleep, spawn};
    ///
    /// run(async {
    ///     let kettle = Condition::new();
    ///     let cook = spawn({
    ///         let kettle = kettle.clone();
    ///         async move {
    ///             let mut guard = kettle.acquire().await;
    ///             kettle.wait(&mut guard).await;
    ///             "tea"
    ///         }
    ///     });
    ///     sleep(Duration::ZERO).await;
    ///     let guard = kettle.acquire().await;
    ///     kettle.notify_all(&guard);
    ///     drop(guard);
    ///     assert_eq!(cook.await, "tea");
    /// });
    /// ```
    #[track_caller]
    pub fn wait(&self, guard: &mut LockGuard<T>) -> impl Future<Output = ()> {
        self.check(guard);
        self.wait_at(guard, Location::caller())
    }

    async fn wait_at(&self, guard: &mut LockGuard<T>, location: &'static Location<'static>) {
        let mut notified = Notified::enter(&self.waiting, location);
        guard.release();
        let mut cancelled = catch_cancelled(&mut notified).await.err();
        loop {
            match catch_cancelled(self.lock.acquire()).await {
                Ok(again) => break *guard = again,
                Err(caught) => {
                    // Not without the lock: the request has to wait. But not for a guard that was
                    // forgotten by a task that is gone.
                    let forgotten = self.lock.is_forgotten();
                    cancelled = Some(caught);
                    if forgotten {
                        break;
                    }
                }
            }
        }
        match cancelled {
            None => notified.use_up(),
            Some(cancelled) => {
                // Its notification, if it came, goes to the next.
                drop(notified);
                cancelled.propagate().await
            }
        }
    }

    /// Waits until `predicate` gives a value, and returns it: Python's
    /// `await condition.wait_for(predicate)`.
    ///
    /// # Cancellation and panics
    ///
    /// See [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_for<R>(
        &self,
        guard: &mut LockGuard<T>,
        mut predicate: impl FnMut() -> Option<R>,
    ) -> impl Future<Output = R> {
        let location = Location::caller();
        async move {
            loop {
                match predicate() {
                    Some(value) => return value,
                    None => {
                        self.check(guard);
                        self.wait_at(guard, location).await;
                    }
                }
            }
        }
    }

    /// Wakes at most `count` waiters, first come, first served: Python's `condition.notify(n)`.
    /// They go on when they get the lock.
    ///
    /// # Panics
    ///
    /// If the guard does not hold this condition's lock.
    #[track_caller]
    pub fn notify(&self, guard: &LockGuard<T>, count: usize) {
        self.check(guard);
        self.waiting.notify(count);
    }

    /// Wakes all waiters: Python's `condition.notify_all()`.
    ///
    /// # Panics
    ///
    /// As [`notify`](Self::notify).
    #[track_caller]
    pub fn notify_all(&self, guard: &LockGuard<T>) {
        self.notify(guard, usize::MAX);
    }

    #[track_caller]
    fn check(&self, guard: &LockGuard<T>) {
        assert!(
            guard.holds(&self.lock),
            "the guard does not hold the lock of this condition: acquire it from the condition, and \
             again where a wait was dropped half-way"
        );
    }
}

impl<T> Clone for Condition<T> {
    fn clone(&self) -> Self {
        Self { lock: self.lock.clone(), waiting: self.waiting.clone() }
    }
}

impl<T: Default> Default for Condition<T> {
    fn default() -> Self {
        Self { lock: Lock::default(), waiting: Waiting::default() }
    }
}

impl<T> fmt::Debug for Condition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("lock", &self.lock).finish_non_exhaustive()
    }
}

/// A place among the waiters, which is left when this is dropped. A notification that came and was
/// not used goes to the next.
struct Notified {
    wait: Wait<(), Waiting>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl Notified {
    /// Enters at once: a notification counts from the release of the lock.
    fn enter(waiting: &Waiting, location: &'static Location<'static>) -> Self {
        let mut wait = Wait::new(waiting.clone());
        wait.enter(Waker::noop(), path::task_key());
        Self { wait, seen: Seen::default(), location }
    }

    fn use_up(&mut self) {
        self.wait.leave();
    }
}

impl Future for &mut Notified {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut **self;
        let kind = this.seen.kind();
        let what = |_: &Waiting| What::Notification;
        // A notification that passed it over has gone to another.
        ready!(poll_given(&mut this.wait, kind, what, |_| (), this.location, context));
        // It keeps its place until the lock is held again.
        Poll::Ready(())
    }
}

impl Drop for Notified {
    fn drop(&mut self) {
        if self.wait.leave().is_some() {
            self.wait.list().notify(1);
        }
    }
}
