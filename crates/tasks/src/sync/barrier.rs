//! Barriers: nobody goes on before all are there.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::poll_given;
use crate::cancel::path::{self, Seen};
use crate::state::{Wait, WaitList, What, waits, wake_all};

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
    shared: Shared,
}

#[derive(Clone)]
struct Shared(Rc<State>);

struct State {
    parties: usize,
    broken: Cell<bool>,
    round: WaitList<Result<usize, BrokenBarrier>>,
}

impl AsRef<WaitList<Result<usize, BrokenBarrier>>> for Shared {
    fn as_ref(&self) -> &WaitList<Result<usize, BrokenBarrier>> {
        &self.0.round
    }
}

impl Shared {
    fn end(&self, result: impl Fn(usize) -> Result<usize, BrokenBarrier>) {
        wake_all(self.0.round.give_all(result));
    }
}

impl Barrier {
    /// A barrier for so many tasks.
    ///
    /// # Panics
    ///
    /// If there are none, as Python raises `ValueError`.
    #[must_use]
    #[track_caller]
    pub fn new(parties: usize) -> Self {
        assert!(parties > 0, "a barrier of nobody is never passed: give at least 1 party");
        let round = WaitList::default();
        Self { shared: Shared(Rc::new(State { parties, broken: Cell::new(false), round })) }
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
    #[track_caller]
    pub fn wait(&self) -> WaitBarrier {
        WaitBarrier {
            wait: Wait::new(self.shared.clone()),
            seen: Seen::default(),
            over: false,
            location: Location::caller(),
        }
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
        self.shared.0.round.waiting()
    }

    /// How many are needed: Python's `barrier.parties`.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.shared.0.parties
    }

    /// Whether it is broken: Python's `barrier.broken`.
    #[must_use]
    pub fn broken(&self) -> bool {
        self.shared.0.broken.get()
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
        self.shared.0.broken.set(true);
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
        self.shared.0.broken.set(false);
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
    wait: Wait<Result<usize, BrokenBarrier>, Shared>,
    seen: Seen,
    over: bool,
    location: &'static Location<'static>,
}

impl Future for WaitBarrier {
    type Output = Result<usize, BrokenBarrier>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let kind = this.seen.kind();
        assert!(!this.over, "a wait at a barrier was polled after its end");
        if !this.wait.has_entered() {
            let shared = this.wait.list();
            let arrived = shared.0.round.waiting() + 1;
            let result = if shared.0.broken.get() {
                Err(BrokenBarrier)
            } else if arrived == shared.0.parties {
                shared.end(Ok);
                Ok(arrived - 1)
            } else {
                let parties = shared.0.parties;
                this.wait.enter(context.waker(), path::task_key());
                waits(|| What::Barrier(arrived, parties));
                return Poll::Pending;
            };
            this.over = true;
            return Poll::Ready(result);
        }
        let what = |shared: &Shared| What::Barrier(shared.0.round.waiting(), shared.0.parties);
        ready!(poll_given(&mut this.wait, kind, what, |_| (), this.location, context));
        this.over = true;
        Poll::Ready(this.wait.leave().expect("it was given"))
    }
}

impl fmt::Debug for WaitBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitBarrier").finish_non_exhaustive()
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
