//! Who waits for something: one list for all that wakes waiters.
//!
//! First come, first served; entering, leaving and changing place nothing else. A waiter that is woken
//! leaves the queue at once and keeps a cell, in which stands what was handed over, until it takes
//! it or is dropped. No waker is cloned, called or dropped while the list is borrowed: they are a
//! user's code.
//!
//! It is a module of ours, and not `event-listener`: that takes a lock and an allocation for a
//! waiter, since its waiters may be on other threads, and has no place for what is handed over.

use std::cell::{Cell, RefCell};
use std::task::Waker;
use std::{iter, mem};

use crate::agenda::Agenda;
use crate::outcome::catch;

const NONE: u32 = u32::MAX;

/// A queue with keys: the first can be taken, and anybody can leave.
pub(crate) struct List<T> {
    cells: Vec<Slot<T>>,
    /// The first free cell; each names the next.
    free: u32,
    head: u32,
    tail: u32,
    queued: usize,
    used: usize,
}

struct Slot<T> {
    value: Option<T>,
    queued: bool,
    before: u32,
    after: u32,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { cells: Vec::new(), free: NONE, head: NONE, tail: NONE, queued: 0, used: 0 }
    }
}

impl<T> List<T> {
    /// Enters at the end.
    pub(crate) fn push_back(&mut self, value: T) -> u32 {
        let cell = Slot { value: Some(value), queued: true, before: self.tail, after: NONE };
        let key = if self.free == NONE {
            if self.cells.capacity() == 0 {
                // Nearly always there is one: a task has somebody who awaits it.
                self.cells.reserve_exact(1);
            }
            self.cells.push(cell);
            u32::try_from(self.cells.len() - 1).expect("fewer than 2^32 waiters")
        } else {
            let key = self.free;
            self.free = self.cells[key as usize].after;
            self.cells[key as usize] = cell;
            key
        };
        match self.tail {
            NONE => self.head = key,
            tail => self.cells[tail as usize].after = key,
        }
        self.tail = key;
        self.queued += 1;
        self.used += 1;
        key
    }

    /// Takes somebody out of the queue, who keeps the cell.
    fn unlink(&mut self, key: u32) {
        let cell = &mut self.cells[key as usize];
        if !mem::replace(&mut cell.queued, false) {
            return;
        }
        let (before, after) = (cell.before, cell.after);
        match before {
            NONE => self.head = after,
            before => self.cells[before as usize].after = after,
        }
        match after {
            NONE => self.tail = before,
            after => self.cells[after as usize].before = before,
        }
        self.queued -= 1;
    }

    /// Takes the first out of the queue, who keeps the cell.
    pub(crate) fn unlink_first(&mut self) -> Option<&mut T> {
        let first = self.head;
        if first == NONE {
            return None;
        }
        self.unlink(first);
        self.cells[first as usize].value.as_mut()
    }

    /// Takes the first out of the queue, and its cell with it.
    pub(crate) fn pop_first(&mut self) -> Option<T> {
        (self.head != NONE).then(|| self.remove(self.head))
    }

    /// Frees a cell.
    pub(crate) fn remove(&mut self, key: u32) -> T {
        self.unlink(key);
        let cell = &mut self.cells[key as usize];
        let value = cell.value.take().expect("a waiter leaves once");
        cell.after = self.free;
        self.free = key;
        self.used -= 1;
        if self.used == 0 {
            // A list on which many waited once gives its memory back.
            self.free = NONE;
            self.cells.clear();
            self.cells.shrink_to(16);
        }
        value
    }

    /// The keys of all in the queue, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u32> {
        let first = (self.head != NONE).then_some(self.head);
        iter::successors(first, |key| Some(self.after(*key)).filter(|after| *after != NONE))
    }

    pub(crate) fn get(&self, key: u32) -> Option<&T> {
        self.cells.get(key as usize)?.value.as_ref()
    }

    /// The next in the queue behind this one.
    fn after(&self, key: u32) -> u32 {
        self.cells[key as usize].after
    }

    /// Whether somebody stands in the queue still.
    pub(crate) fn is_queued(&self, key: u32) -> bool {
        self.cells[key as usize].queued
    }

    pub(crate) fn try_get_mut(&mut self, key: u32) -> Option<&mut T> {
        self.cells.get_mut(key as usize)?.value.as_mut()
    }

    pub(crate) fn get_mut(&mut self, key: u32) -> &mut T {
        self.cells[key as usize].value.as_mut().expect("the waiter has not left")
    }

    /// The first in the queue.
    pub(crate) fn first_mut(&mut self) -> Option<&mut T> {
        self.cells.get_mut(self.head as usize)?.value.as_mut()
    }

    /// How many stand in the queue.
    pub(crate) fn queued(&self) -> usize {
        self.queued
    }

    /// How many have entered and not left.
    pub(crate) fn len(&self) -> usize {
        self.used
    }
}

/// Who waits, and what was handed over: `None` as long as nothing was.
pub(crate) struct WaitList<T> {
    list: RefCell<List<Waiter<T>>>,
    passed: Cell<Passed>,
}

/// Up to where all in the queue are gone, as long as the moment lasts: each is looked at once, also
/// where very many were asked to end in one turn, and as much is handed out in it.
#[derive(Clone, Copy, Default)]
struct Passed {
    moment: u64,
    /// The first who may wait still.
    until: u32,
}

struct Waiter<T> {
    waker: Option<Waker>,
    /// The task that waits, by its key.
    task: Option<u32>,
    /// Whether it was asked to end: then it waits no more, and leaves in its task's next turn.
    asked: bool,
    /// Whether it was woken to look again: see `WaitList::first_waker`.
    nudged: bool,
    given: Option<T>,
    /// Whether that was given to one that is gone, as it seems: it is lost with it.
    owed: bool,
}

impl<T> Waiter<T> {
    /// `requested`: whether a task was asked to end, and has not heard of it.
    fn is_gone(&self, requested: impl Fn(u32) -> bool) -> bool {
        self.asked || self.task.is_some_and(requested)
    }
}

impl<T> Default for WaitList<T> {
    fn default() -> Self {
        Self { list: RefCell::default(), passed: Cell::default() }
    }
}

impl<T> WaitList<T> {
    /// Enters at the end; `task` waits, if it is one.
    pub(crate) fn enter(&self, waker: &Waker, task: Option<u32>) -> u32 {
        let waiter = Waiter {
            waker: Some(waker.clone()),
            task,
            asked: false,
            nudged: false,
            given: None,
            owed: false,
        };
        let key = self.list.borrow_mut().push_back(waiter);
        let passed = self.passed.get();
        if passed.until == NONE {
            self.passed.set(Passed { until: key, ..passed });
        }
        key
    }

    /// Has a waiter woken by another waker, and perhaps in another task.
    pub(crate) fn rewake(&self, key: u32, waker: &Waker, task: Option<u32>) {
        let same = |waiter: &mut Waiter<T>| {
            waiter.nudged = false;
            if mem::take(&mut waiter.asked) | (mem::replace(&mut waiter.task, task) != task) {
                self.passed.take();
            }
            waiter.waker.as_ref().is_some_and(|entered| entered.will_wake(waker))
        };
        if same(self.list.borrow_mut().get_mut(key)) {
            return;
        }
        let waker = Some(waker.clone());
        let before = mem::replace(&mut self.list.borrow_mut().get_mut(key).waker, waker);
        drop(before);
    }

    /// A waiter was asked to end.
    fn ask(&self, key: u32) {
        self.list.borrow_mut().get_mut(key).asked = true;
    }

    /// Whether something was handed over to a waiter that has not left.
    fn is_given(&self, key: u32) -> bool {
        let mut list = self.list.borrow_mut();
        let waiter = list.get_mut(key);
        waiter.given.is_some() && !waiter.owed
    }

    /// It waits still: what it is owed is given to it.
    fn claim(&self, key: u32) {
        self.list.borrow_mut().get_mut(key).owed = false;
    }

    fn looks_again(&self, key: u32) -> bool {
        let mut list = self.list.borrow_mut();
        let waiter = list.get_mut(key);
        waiter.asked || waiter.nudged
    }

    fn is_nudged(&self, key: u32) -> bool {
        self.list.borrow_mut().get_mut(key).nudged
    }

    /// The waker of the first who waits, to be called where nobody took what there is: one that was
    /// passed over, since its task was asked to end, may wait still, if something else in the task
    /// has taken the request. It looks again; if it leaves, it passes that on.
    #[must_use = "it is to be called"]
    pub(crate) fn first_waker(&self) -> Option<Waker> {
        let (key, waker) = {
            let mut list = self.list.borrow_mut();
            let key = list.head;
            let first = list.first_mut()?;
            first.nudged = true;
            (key, first.waker.take()?)
        };
        let copy = waker.clone();
        let before = match self.list.borrow_mut().try_get_mut(key) {
            Some(waiter) if waiter.waker.is_none() => waiter.waker.replace(waker),
            _ => Some(waker),
        };
        drop(before);
        Some(copy)
    }

    /// Leaves, with what was handed over.
    pub(crate) fn leave(&self, key: u32) -> Option<T> {
        let waiter = {
            let mut list = self.list.borrow_mut();
            self.step_over(&list, key);
            list.remove(key)
        };
        // The waker goes where nothing is borrowed.
        if waiter.owed { None } else { waiter.given }
    }

    /// Hands something over to the first who waits, and gives its waker, to be called. Those are
    /// passed over who are gone: they leave in their next turn.
    #[must_use = "a waiter that is given something has to be woken"]
    pub(crate) fn give_first(&self, value: T, gone: impl Fn(u32) -> bool) -> Option<Waker> {
        let mut list = self.list.borrow_mut();
        let key = self.first_waiting(&list, gone)?;
        Some(self.hand_over(&mut list, key, value))
    }

    /// Hands something over to the first in the queue, who is gone, and gives its waker, to be called:
    /// if it turns out to wait still, it has that; else that is lost, and goes to nobody else.
    #[must_use = "a waiter that is given something has to be woken"]
    pub(crate) fn owe_first(&self, value: T) -> Option<Waker> {
        let mut list = self.list.borrow_mut();
        let first = list.head;
        list.first_mut()?.owed = true;
        Some(self.hand_over(&mut list, first, value))
    }

    /// Takes one who waits out of the queue with what is handed over, and gives its waker.
    fn hand_over(&self, list: &mut List<Waiter<T>>, key: u32, value: T) -> Waker {
        self.step_over(list, key);
        list.unlink(key);
        let waiter = list.get_mut(key);
        waiter.given = Some(value);
        // `None` if a clone of it has panicked.
        waiter.waker.take().unwrap_or_else(|| Waker::noop().clone())
    }

    /// The first in the queue who is not gone.
    fn first_waiting(&self, list: &List<Waiter<T>>, gone: impl Fn(u32) -> bool) -> Option<u32> {
        let is_gone = |key| list.get(key).is_some_and(|waiter| waiter.is_gone(&gone));
        let mut next = list.head;
        if is_gone(next) {
            let moment = Agenda::moment();
            let passed = self.passed.get();
            if passed.moment == moment && moment != 0 {
                next = passed.until;
            }
            while is_gone(next) {
                next = list.after(next);
            }
            self.passed.set(Passed { moment, until: next });
        }
        (next != NONE).then_some(next)
    }

    /// Somebody leaves the queue.
    fn step_over(&self, list: &List<Waiter<T>>, key: u32) {
        let passed = self.passed.get();
        if passed.until == key && list.is_queued(key) {
            self.passed.set(Passed { until: list.after(key), ..passed });
        }
    }

    /// As `give_first`; where all are gone, the first of them looks again.
    #[must_use = "a waiter that is given something has to be woken"]
    pub(crate) fn offer(&self, value: T, gone: impl Fn(u32) -> bool) -> Option<Waker> {
        self.give_first(value, gone).or_else(|| self.first_waker())
    }

    /// As `offer`; where the first is gone, it passes that on in its next turn.
    #[must_use = "a waiter that is given something has to be woken"]
    pub(crate) fn pass_on(&self, value: T, gone: impl Fn(u32) -> bool) -> Option<Waker> {
        if self.is_first_gone(&gone) { self.first_waker() } else { self.give_first(value, gone) }
    }

    /// Whether the first in the queue is gone.
    pub(crate) fn is_first_gone(&self, gone: impl Fn(u32) -> bool) -> bool {
        let list = self.list.borrow();
        list.get(list.head).is_some_and(|waiter| waiter.is_gone(gone))
    }

    /// Takes the waker of the first who waits, to be called; that one goes on waiting.
    #[must_use = "it is to be called"]
    pub(crate) fn take_first_waker(&self) -> Option<Waker> {
        self.list.borrow_mut().first_mut()?.waker.take()
    }

    /// Hands something over to each of those who wait, in order, and gives their wakers.
    #[must_use = "a waiter that is given something has to be woken"]
    pub(crate) fn give_all(&self, mut value: impl FnMut(usize) -> T) -> Vec<Waker> {
        let mut list = self.list.borrow_mut();
        let mut wakers = Vec::with_capacity(list.queued());
        let mut place = 0;
        self.passed.take();
        while let Some(waiter) = list.unlink_first() {
            waiter.given = Some(value(place));
            wakers.extend(waiter.waker.take());
            place += 1;
        }
        wakers
    }

    /// How many were given something and have not taken it yet.
    pub(crate) fn given(&self) -> usize {
        let list = self.list.borrow();
        list.len() - list.queued()
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.list.borrow().queued()
    }

    /// Whether anybody waits, or has been given something that it has not taken yet; those don't
    /// count who are gone.
    pub(crate) fn is_used(&self, gone: impl Fn(u32) -> bool) -> bool {
        let list = self.list.borrow();
        list.len() > list.queued() || self.first_waiting(&list, gone).is_some()
    }
}

/// Somebody's place in a wait list. It is left when this is dropped.
pub(crate) struct Wait<T, L: AsRef<WaitList<T>>> {
    list: L,
    key: Option<u32>,
    given: std::marker::PhantomData<fn() -> T>,
}

impl<T, L: AsRef<WaitList<T>>> Wait<T, L> {
    pub(crate) fn new(list: L) -> Self {
        Self { list, key: None, given: std::marker::PhantomData }
    }

    pub(crate) fn list(&self) -> &L {
        &self.list
    }

    pub(crate) fn has_entered(&self) -> bool {
        self.key.is_some()
    }

    /// Whether something was handed over.
    pub(crate) fn is_given(&self) -> bool {
        self.key.is_some_and(|key| self.list.as_ref().is_given(key))
    }

    /// It goes on: what it was owed, it has.
    pub(crate) fn claim(&self) {
        if let Some(key) = self.key {
            self.list.as_ref().claim(key);
        }
    }

    /// Whether it was woken to look again.
    pub(crate) fn is_nudged(&self) -> bool {
        self.key.is_some_and(|key| self.list.as_ref().is_nudged(key))
    }

    /// Whether what it waits for may be there, though nothing was handed over: it was passed over, or
    /// asked to end, and waits still.
    pub(crate) fn looks_again(&self) -> bool {
        self.key.is_some_and(|key| self.list.as_ref().looks_again(key))
    }

    /// Enters, or goes on waiting by another waker.
    pub(crate) fn enter(&mut self, waker: &Waker, task: Option<u32>) {
        match self.key {
            Some(key) => self.list.as_ref().rewake(key, waker, task),
            None => self.key = Some(self.list.as_ref().enter(waker, task)),
        }
    }

    /// It was asked to end, and counts as gone from now on, until it goes on waiting.
    pub(crate) fn ask(&self) {
        if let Some(key) = self.key {
            self.list.as_ref().ask(key);
        }
    }

    /// Leaves, with what was handed over.
    pub(crate) fn leave(&mut self) -> Option<T> {
        self.list.as_ref().leave(self.key.take()?)
    }
}

impl<T, L: AsRef<WaitList<T>>> Drop for Wait<T, L> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Wakes all, in order, also if one of the wakers panics; the first panic goes on then.
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    let mut first = None;
    for waker in wakers {
        if let Err(panic) = catch(|| waker.wake()) {
            first.get_or_insert(panic);
        }
    }
    // Not while another panic unwinds: two at once end the process.
    if let Some(panic) = first
        && !std::thread::panicking()
    {
        panic.resume();
    }
}
