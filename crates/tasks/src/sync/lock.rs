//! Locks: one task at a time.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::{is_gone, poll_given};
use crate::cancel::path::{self, Seen};
use crate::event_loop::EventLoop;
use crate::record::mark;
use crate::state::{Wait, WaitList, What, waits, wake_all};

/// A lock that tasks get in the order in which they asked: Python's `asyncio.Lock`.
///
/// A clone is the same lock. As Python's it stands beside what it protects; made [`guarding`](Self::guarding)
/// a value, it is the way to it, too.
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
///
///     let coins = Lock::guarding(10);
///     *coins.acquire().await += 5;
///     assert_eq!(*coins.acquire().await, 15);
/// });
/// ```
pub struct Lock<T = ()> {
    shared: Shared<T>,
}

struct Shared<T>(Rc<State<T>>);

struct State<T> {
    /// What is guarded, while nobody holds the lock: a guard has it with it.
    value: Cell<Option<Box<T>>>,
    /// The task that took it, or has used its guard since, by its key.
    holder: Cell<Option<u32>>,
    locked: Cell<bool>,
    waiting: WaitList<()>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> AsRef<WaitList<()>> for Shared<T> {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.waiting
    }
}

impl<T> Shared<T> {
    fn new(value: T) -> Self {
        Self(Rc::new(State {
            value: Cell::new(Some(Box::new(value))),
            holder: Cell::new(None),
            locked: Cell::new(false),
            waiting: WaitList::default(),
        }))
    }

    fn take(&self) -> LockGuard<T> {
        self.0.locked.set(true);
        mark("holds", self.id());
        self.take_over();
        let value = self.0.value.take().expect("a released lock has its value back");
        LockGuard { held: Some(Held { value, lock: Lock { shared: self.clone() } }) }
    }

    /// The task that runs holds it from now on.
    fn take_over(&self) {
        self.0.holder.set(path::task_key());
    }

    /// Tells it from other locks, as long as it lives.
    fn id(&self) -> u64 {
        Rc::as_ptr(&self.0).addr() as u64
    }

    fn what(&self) -> What {
        What::Lock(self.0.holder.get(), self.id())
    }

    fn try_take(&self) -> Option<LockGuard<T>> {
        let free = !self.0.locked.get() && !self.0.waiting.is_used(is_gone);
        free.then(|| self.take())
    }

    fn release(&self, value: Box<T>) {
        self.0.value.set(Some(value));
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
        Self::guarding(())
    }
}

impl<T> Lock<T> {
    /// An open lock that guards a value: the holder of the lock can use and change it.
    ///
    /// A guard that is forgotten (`mem::forget`) keeps the lock, and the value with it. One that is given
    /// away belongs to the task that uses it next, see [`LockGuard`].
    ///
    /// ```
    /// use twin_tasks::{Lock, gather, run};
    ///
    /// run(async {
    ///     let lines = Lock::guarding(Vec::new());
    ///     let write = async |line| lines.acquire().await.push(line);
    ///     gather([write("milk"), write("tea")]).await;
    ///     assert_eq!(*lines.acquire().await, ["milk", "tea"]);
    /// });
    /// ```
    #[must_use]
    pub fn guarding(value: T) -> Self {
        Self { shared: Shared::new(value) }
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
    pub fn acquire(&self) -> AcquireLock<T> {
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
    pub fn try_acquire(&self) -> Option<LockGuard<T>> {
        self.shared.try_take()
    }

    /// Whether somebody holds it: Python's `lock.locked()`.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.shared.0.locked.get()
    }

    /// Whether the task has ended that held it last, and it is held still: its guard was forgotten, or
    /// given to somebody who has not used it.
    pub(super) fn is_forgotten(&self) -> bool {
        let holder = self.shared.0.holder.get();
        let lives = |key| EventLoop::current().is_some_and(|own| own.find(key).is_some());
        self.locked() && holder.is_some_and(|key| !lives(key))
    }

    /// Whether both are the same lock.
    fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared.0, &other.shared.0)
    }
}

impl<T> Clone for Lock<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<T: Default> Default for Lock<T> {
    fn default() -> Self {
        Self::guarding(T::default())
    }
}

impl<T> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("locked", &self.locked()).finish()
    }
}

/// The future of [`Lock::acquire`].
#[must_use = "nobody waits for the lock until this is awaited"]
pub struct AcquireLock<T = ()> {
    wait: Wait<(), Shared<T>>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl<T> Future for AcquireLock<T> {
    type Output = LockGuard<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<LockGuard<T>> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if !this.wait.has_entered() {
            if let Some(guard) = this.wait.list().try_take() {
                return Poll::Ready(guard);
            }
            this.wait.enter(context.waker(), path::task_key());
            // Those who are gone don't keep it waiting.
            this.wait.list().wake_first();
            waits(|| this.wait.list().what());
            return Poll::Pending;
        }
        ready!(poll_given(
            &mut this.wait,
            kind,
            Shared::what,
            Shared::wake_first,
            this.location,
            context
        ));
        this.wait.leave();
        Poll::Ready(this.wait.list().take())
    }
}

impl<T> Drop for AcquireLock<T> {
    fn drop(&mut self) {
        if self.wait.has_entered() {
            self.wait.leave();
            self.wait.list().wake_first();
        }
    }
}

impl<T> fmt::Debug for AcquireLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireLock").finish_non_exhaustive()
    }
}

/// Holds a [`Lock`] until it is dropped: Python's `lock.release()`. It is the way to what the lock
/// guards.
///
/// A guard may be given to another task. Until that uses it (looks at the value, notifies or waits by
/// a condition), the task that gave it away counts as the holder.
#[must_use = "the lock is released when the guard is dropped"]
pub struct LockGuard<T = ()> {
    /// `None` while a condition waits.
    held: Option<Held<T>>,
}

struct Held<T> {
    value: Box<T>,
    lock: Lock<T>,
}

/// A condition's wait that was dropped half-way does not come back with the lock.
const NOT_HELD: &str = "the guard does not hold its lock, since a wait of the condition was dropped \
                        half-way: acquire the lock again";

impl<T> LockGuard<T> {
    /// Whether it holds this lock, for the task that asks.
    pub(super) fn holds(&self, lock: &Lock<T>) -> bool {
        self.held.as_ref().is_some_and(|held| {
            held.lock.shared.take_over();
            held.lock.is(lock)
        })
    }

    /// Releases the lock, and keeps the guard to hold it again.
    pub(super) fn release(&mut self) {
        if let Some(Held { value, lock }) = self.held.take() {
            lock.shared.release(value);
        }
    }
}

impl<T> Deref for LockGuard<T> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        let held = self.held.as_ref().expect(NOT_HELD);
        held.lock.shared.take_over();
        &held.value
    }
}

impl<T> DerefMut for LockGuard<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        let held = self.held.as_mut().expect(NOT_HELD);
        held.lock.shared.take_over();
        &mut held.value
    }
}

impl<T> Drop for LockGuard<T> {
    fn drop(&mut self) {
        self.release();
    }
}

impl<T: fmt::Debug> fmt::Debug for LockGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.held.as_ref().map(|held| &held.value);
        f.debug_struct("LockGuard").field("value", &value).finish()
    }
}
