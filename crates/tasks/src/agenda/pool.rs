//! Which functions run on threads at once, and which wait for a place.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::available_parallelism;

/// A function for a thread. It panics only if a destructor of the user's does.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The functions that threads run for one event loop: at most so many at once, and the others in
/// the order in which they came.
///
/// ```text
/// start ──▶ a place is free? ──yes──▶ a thread of smol's ──▶ the next that waits ──▶ …
///                 no│                                            ▲
///                   └──▶ waiting: 7, 8, (9 was cancelled), 10 ───┘
/// ```
#[derive(Default)]
pub(crate) struct Pool(Mutex<Places>);

#[derive(Default)]
struct Places {
    /// `None`: asyncio's number.
    limit: Option<usize>,
    taken: usize,
    waiting: BTreeMap<u64, Job>,
    next: u64,
}

thread_local! {
    /// The pool of which this thread has a place. Without a destructor: who sets it takes it back.
    static OF_THREAD: ManuallyDrop<RefCell<Option<Arc<Pool>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// As many as `asyncio.to_thread` has: cores and 4, at most 32.
fn asyncios_limit() -> usize {
    static LIMIT: OnceLock<usize> = OnceLock::new();
    *LIMIT.get_or_init(|| (available_parallelism().map_or(1, usize::from) + 4).min(32))
}

impl Places {
    fn is_free(&self) -> bool {
        self.taken < self.limit.unwrap_or_else(asyncios_limit)
    }

    /// The next one, if there is a place for it, which it takes.
    fn next(&mut self) -> Option<Job> {
        if !self.is_free() {
            return None;
        }
        let (_, job) = self.waiting.pop_first()?;
        self.taken += 1;
        Some(job)
    }
}

impl Pool {
    /// No code of a user runs under the lock; a poisoned one holds what it held.
    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the function on a thread, now or when there is a place. Dropped before that, the
    /// [`Waiting`] takes it back.
    pub(crate) fn start(self: &Arc<Self>, job: Job) -> Waiting {
        let mut places = self.places();
        let number = places.next;
        places.next += 1;
        places.waiting.insert(number, job);
        drop(places);
        self.fill();
        Waiting { pool: self.clone(), number }
    }

    pub(crate) fn set_limit(self: &Arc<Self>, limit: usize) {
        self.places().limit = Some(limit);
        self.fill();
    }

    /// Takes threads for those that wait, as long as there are places.
    fn fill(self: &Arc<Self>) {
        loop {
            let next = self.places().next();
            let Some(job) = next else { return };
            let place = Place(self.clone());
            // Detached, since dropping a blocking task asks its thread to forget it.
            smol::unblock(move || place.work(job)).detach();
        }
    }

    fn give_back(self: &Arc<Self>) {
        self.places().taken -= 1;
        self.fill();
    }
}

/// A function that may still wait for a place.
pub(crate) struct Waiting {
    pool: Arc<Pool>,
    number: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let job = self.pool.places().waiting.remove(&self.number);
        drop(job);
    }
}

/// A place of a thread.
struct Place(Arc<Pool>);

impl Place {
    fn work(self, job: Job) {
        OF_THREAD.with(|of_thread| of_thread.replace(Some(self.0.clone())));
        job();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        OF_THREAD.with(|of_thread| of_thread.take());
        self.0.give_back();
    }
}

/// The place of a thread that waits, lent to others meanwhile.
pub(crate) struct Lent(Arc<Pool>);

impl Lent {
    /// For a thread that waits for the event loop, which may need the place for that: else they
    /// might wait for each other.
    pub(crate) fn place_of_this_thread() -> Option<Self> {
        let pool = OF_THREAD.with(|of_thread| of_thread.borrow().clone())?;
        pool.give_back();
        Some(Self(pool))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // It goes on at once, even if there is one too many then.
        self.0.places().taken += 1;
    }
}
