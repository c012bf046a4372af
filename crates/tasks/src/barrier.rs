//! Barriers: nobody goes on before all are there.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A point that a number of tasks pass together: Python's `asyncio.Barrier`.
///
/// A clone is the same barrier. When all have passed it can be used again.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Barrier, gather, run};
///
/// run(async {
///     let start = Barrier::new(3);
///     let mut places = gather((0..3).map(|_| start.wait())).await;
///     places.sort_by_key(|place| place.ok());
///     assert_eq!(places, [Ok(0), Ok(1), Ok(2)]);
/// });
/// ```
#[derive(Clone)]
pub struct Barrier {
    shared: Rc<Shared>,
}

struct Shared {
    parties: usize,
    broken: Cell<bool>,
    /// Those of the round that fills now.
    round: RefCell<Vec<Rc<Waiter>>>,
}

#[derive(Default)]
struct Waiter {
    result: Cell<Option<Result<usize, BrokenBarrier>>>,
    waker: RefCell<Option<Waker>>,
}

impl Shared {
    /// Ends the wait of all who are there.
    fn end(&self, result: impl Fn(usize) -> Result<usize, BrokenBarrier>) {
        for (place, waiter) in self.round.take().into_iter().enumerate() {
            waiter.result.set(Some(result(place)));
            if let Some(waker) = waiter.waker.take() {
                waker.wake();
            }
        }
    }
}

impl Barrier {
    /// A barrier for so many tasks.
    ///
    /// # Panics
    ///
    /// If there are none, as Python raises `ValueError`.
    #[must_use]
    pub fn new(parties: usize) -> Self {
        assert!(parties > 0, "parties must be > 0");
        let shared = Shared { parties, broken: Cell::new(false), round: RefCell::default() };
        Self { shared: Rc::new(shared) }
    }

    /// Waits until all are there, and gives each a number of its own, from 0: Python's
    /// `await barrier.wait()`.
    ///
    /// # Errors
    ///
    /// If the barrier is broken, by [`abort`](Self::abort); or was [`reset`](Self::reset) meanwhile.
    ///
    /// # Cancellation
    ///
    /// Who is cancelled leaves the barrier; another one is needed.
    ///
    /// ```
    /// use twin_tasks::{Barrier, gather, run};
    ///
    /// run(async {
    ///     let start = Barrier::new(2);
    ///     assert_eq!(gather([start.wait(), start.wait()]).await, [Ok(0), Ok(1)]);
    /// });
    /// ```
    pub fn wait(&self) -> WaitBarrier {
        WaitBarrier { barrier: self.clone(), waiter: None }
    }

    /// How many wait: Python's `barrier.n_waiting`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{Barrier, run, sleep, spawn};
    ///
    /// run(async {
    ///     let start = Barrier::new(2);
    ///     spawn(start.wait()).detach();
    ///     sleep(Duration::ZERO).await;
    ///     assert_eq!((start.waiting(), start.parties()), (1, 2));
    /// });
    /// ```
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.round.borrow().len()
    }

    /// How many are needed: Python's `barrier.parties`.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.shared.parties
    }

    /// Whether it is broken: Python's `barrier.broken`.
    #[must_use]
    pub fn broken(&self) -> bool {
        self.shared.broken.get()
    }

    /// Breaks it: all who wait, and who come later, get the error. Python's `barrier.abort()`.
    ///
    /// ```
    /// use twin_tasks::{Barrier, BrokenBarrier, gather, run};
    ///
    /// run(async {
    ///     let start = Barrier::new(3);
    ///     let all = gather((start.wait(), start.wait(), async { start.abort() }));
    ///     assert_eq!(all.await, (Err(BrokenBarrier), Err(BrokenBarrier), ()));
    ///     assert!(start.broken());
    ///     start.reset();
    ///     assert!(!start.broken());
    /// });
    /// ```
    pub fn abort(&self) {
        self.shared.broken.set(true);
        self.shared.end(|_| Err(BrokenBarrier));
    }

    /// Repairs it, and empties it: those who wait get the error. Python's `barrier.reset()`.
    ///
    /// ```
    /// use twin_tasks::{Barrier, BrokenBarrier, gather, run};
    ///
    /// run(async {
    ///     let start = Barrier::new(2);
    ///     let (waited, ()) = gather((start.wait(), async { start.reset() })).await;
    ///     assert_eq!(waited, Err(BrokenBarrier));
    ///     assert_eq!(gather([start.wait(), start.wait()]).await, [Ok(0), Ok(1)]);
    /// });
    /// ```
    pub fn reset(&self) {
        self.shared.broken.set(false);
        self.shared.end(|_| Err(BrokenBarrier));
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("parties", &self.parties())
            .field("waiting", &self.waiting())
            .field("broken", &self.broken())
            .finish()
    }
}

/// The future of [`Barrier::wait`].
#[must_use = "nobody waits at the barrier until this is awaited"]
pub struct WaitBarrier {
    barrier: Barrier,
    waiter: Option<Rc<Waiter>>,
}

impl Future for WaitBarrier {
    type Output = Result<usize, BrokenBarrier>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let shared = &this.barrier.shared;
        let Some(waiter) = &this.waiter else {
            if shared.broken.get() {
                return Poll::Ready(Err(BrokenBarrier));
            }
            let arrived = shared.round.borrow().len() + 1;
            if arrived == shared.parties {
                shared.end(Ok);
                return Poll::Ready(Ok(arrived - 1));
            }
            let waiter = Rc::new(Waiter::default());
            *waiter.waker.borrow_mut() = Some(context.waker().clone());
            shared.round.borrow_mut().push(waiter.clone());
            this.waiter = Some(waiter);
            return Poll::Pending;
        };
        match waiter.result.get() {
            Some(result) => Poll::Ready(result),
            None => {
                *waiter.waker.borrow_mut() = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for WaitBarrier {
    fn drop(&mut self) {
        if let Some(waiter) = &self.waiter {
            self.barrier.shared.round.borrow_mut().retain(|other| !Rc::ptr_eq(other, waiter));
        }
    }
}

impl fmt::Debug for WaitBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitBarrier").field("barrier", &self.barrier).finish_non_exhaustive()
    }
}

/// The barrier was aborted: Python's `asyncio.BrokenBarrierError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenBarrier;

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier is broken: `reset` repairs it")
    }
}

impl Error for BrokenBarrier {}
