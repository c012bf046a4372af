//! Timers: a heap of deadlines behind one timer of smol's, as asyncio's loop keeps them.
//!
//! A timer of smol's takes 56 bytes where it lies and about as many again in the tree that smol
//! keeps; every one that is set, or dropped, goes to that tree through a queue and wakes the reactor.
//! Here only the first deadline goes there. When it comes, all that are due are woken at once.
//!
//! ```text
//! sleep ──┐ deadline, waker                             ┌──wake──▶ task
//! sleep ──┼────────────────▶ heap ──first──▶ smol ──due─┤
//! timeout ┘                                             └──wake──▶ task
//! ```
//!
//! It works wherever smol's timers do, on any thread and under any executor.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

static TIMERS: LazyLock<Mutex<Timers>> = LazyLock::new(|| Mutex::new(Timers::new()));

/// As many dropped timers may stay in the heap, however few others there are.
const FEW: usize = 64;

/// How many are woken in a row, at most, before others get the lock.
const BATCH: usize = 256;

/// A timer that is set. It wakes its waker when its time comes, unless it is dropped before.
#[derive(Debug)]
pub(crate) struct Timer {
    /// Its cell, while there is one.
    key: Option<u32>,
}

impl Timer {
    pub(crate) fn set(when: Instant, waker: &Waker) -> Self {
        let mut timers = timers();
        let key = timers.insert(when, waker.clone());
        if timers.is_first(when) && !timers.set_first() {
            drop(timers);
            wake_due();
        }
        Self { key: Some(key) }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(key) = self.key else { return Poll::Ready(()) };
        let mut timers = timers();
        let Some(waker) = &mut timers.cells[key as usize] else {
            timers.free.push(key);
            self.key = None;
            return Poll::Ready(());
        };
        if !waker.will_wake(context.waker()) {
            let before = mem::replace(waker, context.waker().clone());
            drop(timers);
            // After the lock: the last waker of a task may drop its future, and timers with it.
            drop(before);
        }
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let waker = timers().remove(key);
            // After the lock, as above.
            drop(waker);
        }
    }
}

fn timers() -> MutexGuard<'static, Timers> {
    TIMERS.lock().expect("nothing panics under the lock")
}

/// Wakes all whose time has come, in order: one thread does it for all. Where another is at it,
/// that one looks once more before it stops.
fn wake_due() {
    let mut timers = timers();
    if mem::replace(&mut timers.waking, true) {
        return;
    }
    let mut due = Vec::new();
    loop {
        timers.take_due(&mut due);
        if due.is_empty() && timers.set_first() {
            timers.waking = false;
            break;
        }
        drop(timers);
        for waker in due.drain(..) {
            // A waker that panics must not stop all timers.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
        timers = self::timers();
    }
}

/// What smol wakes at the first deadline.
struct Alarm;

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        wake_due();
    }
}

struct Timers {
    /// In order. Timers of one delay are set in the order of their deadlines: those need no heap.
    lane: VecDeque<Entry>,
    /// Those that came with an earlier deadline than the last in the lane.
    heap: BinaryHeap<Reverse<Entry>>,
    /// The waker of each timer. A cell is empty when its entry has left the heap, or when its timer
    /// was dropped; whichever comes second frees it.
    cells: Vec<Option<Waker>>,
    free: Vec<u32>,
    /// How many in the heap were dropped.
    dropped: usize,
    /// Counts the entries, so that those of one time are woken in order.
    count: u32,
    /// Set to the first deadline, or earlier.
    first: Option<(Instant, smol::Timer)>,
    alarm: Waker,
    /// Whether a thread is waking those that are due.
    waking: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    when: Instant,
    order: u32,
    key: u32,
}

impl Timers {
    fn new() -> Self {
        Self {
            lane: VecDeque::new(),
            heap: BinaryHeap::new(),
            cells: Vec::new(),
            free: Vec::new(),
            dropped: 0,
            count: 0,
            first: None,
            alarm: Waker::from(Arc::new(Alarm)),
            waking: false,
        }
    }

    fn insert(&mut self, when: Instant, waker: Waker) -> u32 {
        let key = self.free.pop().unwrap_or_else(|| {
            self.cells.push(None);
            u32::try_from(self.cells.len() - 1).expect("fewer than 2^32 timers")
        });
        self.cells[key as usize] = Some(waker);
        self.count = self.count.wrapping_add(1);
        let entry = Entry { when, order: self.count, key };
        match self.lane.back() {
            Some(last) if entry < *last => self.heap.push(Reverse(entry)),
            _ => self.lane.push_back(entry),
        }
        key
    }

    /// The first of all.
    fn peek(&self) -> Option<Entry> {
        let heap = self.heap.peek().map(|Reverse(entry)| entry);
        self.lane.front().into_iter().chain(heap).min().copied()
    }

    fn pop(&mut self, first: Entry) {
        if self.lane.front() == Some(&first) {
            self.lane.pop_front();
        } else {
            self.heap.pop();
        }
    }

    fn remove(&mut self, key: u32) -> Option<Waker> {
        let waker = self.cells[key as usize].take();
        if waker.is_none() {
            self.free.push(key);
            return None;
        }
        self.dropped += 1;
        if self.dropped > FEW && self.dropped > (self.lane.len() + self.heap.len()) / 2 {
            let mut lives = |entry: &Entry| {
                let lives = self.cells[entry.key as usize].is_some();
                if !lives {
                    self.free.push(entry.key);
                }
                lives
            };
            self.lane.retain(&mut lives);
            self.heap.retain(|Reverse(entry)| lives(entry));
            self.dropped = 0;
        }
        waker
    }

    fn take_due(&mut self, due: &mut Vec<Waker>) {
        let now = Instant::now();
        while due.len() < BATCH
            && let Some(first) = self.peek()
            && first.when <= now
        {
            self.pop(first);
            match self.cells[first.key as usize].take() {
                Some(waker) => due.push(waker),
                None => {
                    self.free.push(first.key);
                    self.dropped -= 1;
                }
            }
        }
    }

    /// Whether nothing is set that would come as early.
    fn is_first(&self, when: Instant) -> bool {
        self.first.as_ref().is_none_or(|(set_to, _)| when < *set_to)
    }

    /// Sets smol's timer to the first deadline. Gives `false` if that has come already.
    fn set_first(&mut self) -> bool {
        let Some(Entry { when, .. }) = self.peek() else {
            self.first = None;
            return true;
        };
        let (_, timer) = self.first.insert((when, smol::Timer::at(when)));
        Pin::new(timer).poll(&mut Context::from_waker(&self.alarm)).is_pending()
    }
}
