//! Permits that are handed out first-in, first-out: what locks, semaphores and queues are made of.
//!
//! A permit that comes free goes to the first who waits, and to nobody who comes later. If that one
//! is dropped before it took its permit, the permit goes to the next.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

pub(crate) struct Permits {
    free: Cell<usize>,
    closed: Cell<bool>,
    /// Those that wait, and those that have a permit and have not had a turn since.
    waiting: RefCell<VecDeque<Rc<Waiter>>>,
}

struct Waiter {
    granted: Cell<bool>,
    waker: RefCell<Waker>,
}

impl Permits {
    pub(crate) fn new(free: usize) -> Self {
        Self { free: Cell::new(free), closed: Cell::new(false), waiting: RefCell::default() }
    }

    /// Whether somebody who came now would have to wait.
    pub(crate) fn exhausted(&self) -> bool {
        self.free.get() == 0 || !self.waiting.borrow().is_empty()
    }

    pub(crate) fn free(&self) -> usize {
        self.free.get()
    }

    pub(crate) fn try_acquire(&self) -> bool {
        let acquired = !self.exhausted();
        if acquired {
            self.free.set(self.free.get() - 1);
        }
        acquired
    }

    pub(crate) fn release(&self, permits: usize) {
        self.free.set(self.free.get().saturating_add(permits));
        self.hand_out();
    }

    fn hand_out(&self) {
        if self.free.get() == 0 {
            return;
        }
        for waiter in self.waiting.borrow().iter().filter(|waiter| !waiter.granted.get()) {
            let Some(left) = self.free.get().checked_sub(1) else { break };
            self.free.set(left);
            waiter.granted.set(true);
            waiter.waker.borrow().wake_by_ref();
        }
    }

    /// From now on nobody waits: who finds no permit is refused.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        for waiter in &*self.waiting.borrow() {
            waiter.waker.borrow().wake_by_ref();
        }
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed.get()
    }

    /// Takes all free permits, also those that were handed out and not yet taken.
    pub(crate) fn clear(&self) {
        self.free.set(0);
        for waiter in &*self.waiting.borrow() {
            waiter.granted.set(false);
        }
    }

    fn leave(&self, waiter: &Rc<Waiter>) {
        let mut waiting = self.waiting.borrow_mut();
        // Mostly it is the first.
        if let Some(place) = waiting.iter().position(|other| Rc::ptr_eq(other, waiter)) {
            waiting.remove(place);
        }
    }
}

/// The wait for a permit. Gives whether there was one: there is none where it was closed.
#[must_use = "it waits for nothing until it is awaited"]
pub(crate) struct Acquire<P: AsRef<Permits>> {
    permits: P,
    waiter: Option<Rc<Waiter>>,
}

impl<P: AsRef<Permits>> Acquire<P> {
    pub(crate) fn new(permits: P) -> Self {
        Self { permits, waiter: None }
    }
}

// Nothing is pinned in it.
impl<P: AsRef<Permits>> Unpin for Acquire<P> {}

impl<P: AsRef<Permits>> Future for Acquire<P> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let this = &mut *self;
        let permits = this.permits.as_ref();
        let Some(waiter) = &this.waiter else {
            if permits.try_acquire() {
                return Poll::Ready(true);
            }
            if permits.closed() {
                return Poll::Ready(false);
            }
            let waiter =
                Waiter { granted: Cell::new(false), waker: RefCell::new(context.waker().clone()) };
            let waiter = Rc::new(waiter);
            permits.waiting.borrow_mut().push_back(waiter.clone());
            this.waiter = Some(waiter);
            permits.hand_out();
            return Poll::Pending;
        };
        let granted = waiter.granted.get();
        if granted || permits.closed() {
            permits.leave(waiter);
            this.waiter = None;
            return Poll::Ready(granted);
        }
        waiter.waker.borrow_mut().clone_from(context.waker());
        Poll::Pending
    }
}

impl<P: AsRef<Permits>> Drop for Acquire<P> {
    fn drop(&mut self) {
        if let Some(waiter) = &self.waiter {
            let permits = self.permits.as_ref();
            permits.leave(waiter);
            permits.release(waiter.granted.get().into());
        }
    }
}
