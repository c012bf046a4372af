//! Semaphores: so many tasks at a time.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::permits::{Acquire, SharedPermits};

/// So many permits, which tasks get in the order in which they asked: Python's
/// `asyncio.Semaphore`.
///
/// A clone is the same semaphore.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Semaphore, run};
///
/// run(async {
///     let cups = Semaphore::new(2);
///     let (one, two) = (cups.acquire().await, cups.acquire().await);
///     assert!(cups.locked());
///     drop((one, two));
///     assert!(!cups.locked());
/// });
/// ```
#[derive(Clone)]
pub struct Semaphore {
    permits: SharedPermits,
}

impl Semaphore {
    /// A semaphore with `permits` permits.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self { permits: SharedPermits::new(permits) }
    }

    /// Waits for a permit, and holds it until it is dropped: Python's `async with semaphore`.
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives up the place in the queue. A permit that it was already given
    /// goes to the next.
    ///
    /// ```
    /// use twin_tasks::{Semaphore, gather, run};
    ///
    /// run(async {
    ///     let cups = Semaphore::new(1);
    ///     let drink = async || {
    ///         let _cup = cups.acquire().await;
    ///         assert!(cups.locked());
    ///     };
    ///     gather([drink(), drink()]).await;
    ///     assert!(!cups.locked());
    /// });
    /// ```
    #[track_caller]
    pub fn acquire(&self) -> AcquirePermit {
        AcquirePermit { acquire: Acquire::new(self.permits.clone()), semaphore: self.clone() }
    }

    /// A permit if one is free and nobody waits.
    ///
    /// ```
    /// use twin_tasks::Semaphore;
    ///
    /// let cups = Semaphore::new(1);
    /// let cup = cups.try_acquire();
    /// assert!(cup.is_some() && cups.try_acquire().is_none());
    /// ```
    #[must_use = "the permit is released when it is dropped"]
    pub fn try_acquire(&self) -> Option<Permit> {
        self.permits.try_acquire().then(|| Permit { semaphore: self.clone() })
    }

    /// Adds a permit: Python's `semaphore.release()`. It gives back one that was
    /// [forgotten](Permit::forget), or makes a new one.
    ///
    /// ```
    /// use twin_tasks::Semaphore;
    ///
    /// let cups = Semaphore::new(0);
    /// assert!(cups.locked());
    /// cups.release();
    /// assert!(!cups.locked());
    /// ```
    pub fn release(&self) {
        self.permits.release();
    }

    /// Whether one who asks now has to wait: Python's `semaphore.locked()`.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.permits.exhausted()
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").field("free", &self.permits.free()).finish_non_exhaustive()
    }
}

/// A semaphore that never has more permits than in the beginning: Python's
/// `asyncio.BoundedSemaphore`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{BoundedSemaphore, run};
///
/// run(async {
///     let cups = BoundedSemaphore::new(1);
///     cups.acquire().await.forget();
///     assert!(cups.release().is_ok());
///     assert!(cups.release().is_err());
/// });
/// ```
#[derive(Clone, Debug)]
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    bound: usize,
}

impl BoundedSemaphore {
    /// A semaphore with `permits` permits, and never more.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self { semaphore: Semaphore::new(permits), bound: permits }
    }

    /// Waits for a permit, and holds it until it is dropped; see [`Semaphore::acquire`].
    #[track_caller]
    pub fn acquire(&self) -> AcquirePermit {
        self.semaphore.acquire()
    }

    /// A permit if one is free and nobody waits; see [`Semaphore::try_acquire`].
    #[must_use = "the permit is released when it is dropped"]
    pub fn try_acquire(&self) -> Option<Permit> {
        self.semaphore.try_acquire()
    }

    /// Gives back a permit that was [forgotten](Permit::forget): Python's `semaphore.release()`.
    ///
    /// # Errors
    ///
    /// If all permits are there already.
    pub fn release(&self) -> Result<(), TooManyReleases> {
        if self.semaphore.permits.free() >= self.bound {
            return Err(TooManyReleases);
        }
        self.semaphore.release();
        Ok(())
    }

    /// Whether one who asks now has to wait; see [`Semaphore::locked`].
    #[must_use]
    pub fn locked(&self) -> bool {
        self.semaphore.locked()
    }
}

/// A bounded semaphore has all of its permits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyReleases;

impl fmt::Display for TooManyReleases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoundedSemaphore released too many times")
    }
}

impl Error for TooManyReleases {}

/// The future of [`Semaphore::acquire`].
#[must_use = "nobody waits for a permit until this is awaited"]
pub struct AcquirePermit {
    acquire: Acquire,
    semaphore: Semaphore,
}

impl Future for AcquirePermit {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit> {
        let acquire = Pin::new(&mut self.acquire);
        acquire.poll(context).map(|()| Permit { semaphore: self.semaphore.clone() })
    }
}

impl fmt::Debug for AcquirePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquirePermit").finish_non_exhaustive()
    }
}

/// Holds a permit of a semaphore until it is dropped.
#[must_use = "the permit is released when it is dropped"]
#[derive(Debug)]
pub struct Permit {
    semaphore: Semaphore,
}

impl Permit {
    /// Keeps the permit taken, until somebody releases it by [`Semaphore::release`]: Python's bare
    /// `await semaphore.acquire()`.
    ///
    /// ```
    /// use twin_tasks::{Semaphore, run};
    ///
    /// run(async {
    ///     let cups = Semaphore::new(1);
    ///     cups.acquire().await.forget();
    ///     assert!(cups.locked());
    ///     cups.release();
    ///     assert!(!cups.locked());
    /// });
    /// ```
    pub fn forget(self) {
        // Only the permit stays taken; the handle of the semaphore must not leak.
        let mut permit = self;
        permit.semaphore = Semaphore::new(0);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.semaphore.release();
    }
}
