//! Permits that are handed out first come, first served: what semaphores are made of.
//!
//! A permit that comes free goes to the first who waits, and to nobody who comes later. If that one
//! is dropped before it took its permit, the permit goes to the next.

use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::{is_gone, poll_given};
use crate::cancel::path::{self, Seen};
use crate::state::{Wait, WaitList, What, waits, wake_all};

pub(super) struct Permits {
    free: Cell<usize>,
    waiting: WaitList<()>,
}

/// The permits of a semaphore, which its clones share.
#[derive(Clone)]
pub(super) struct SharedPermits(Rc<Permits>);

impl AsRef<WaitList<()>> for SharedPermits {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.waiting
    }
}

impl SharedPermits {
    pub(super) fn new(free: usize) -> Self {
        Self(Rc::new(Permits { free: Cell::new(free), waiting: WaitList::default() }))
    }

    /// Whether an acquire would have to wait.
    pub(super) fn exhausted(&self) -> bool {
        self.0.free.get() == 0 || self.0.waiting.is_used(is_gone)
    }

    pub(super) fn free(&self) -> usize {
        self.0.free.get()
    }

    pub(super) fn try_acquire(&self) -> bool {
        let acquired = !self.exhausted();
        if acquired {
            self.0.free.set(self.0.free.get() - 1);
        }
        acquired
    }

    /// One is served. A task that is served hands out the rest when it goes on, as in asyncio.
    pub(super) fn release(&self) {
        self.put_back();
        self.hand_out_at_most(1);
    }

    fn put_back(&self) {
        self.0.free.set(self.0.free.get().saturating_add(1));
    }

    fn hand_out(&self) {
        self.hand_out_at_most(usize::MAX);
    }

    fn hand_out_at_most(&self, count: usize) {
        let mut wakers = Vec::new();
        for _ in 0..count {
            let Some(left) = self.0.free.get().checked_sub(1) else {
                break;
            };
            let Some(waker) = self.0.waiting.give_first((), is_gone) else {
                wakers.extend(self.0.waiting.first_waker());
                break;
            };
            self.0.free.set(left);
            wakers.push(waker);
        }
        wake_all(wakers);
    }

    /// Somebody has left who was given none: whom it kept waiting is served, if permits are free.
    fn pass_on(&self) {
        if self.0.free.get() > 0 && self.0.waiting.is_first_gone(is_gone) {
            wake_all(self.0.waiting.first_waker());
        } else {
            self.hand_out();
        }
    }
}

/// The wait for a permit.
pub(super) struct Acquire {
    wait: Wait<(), SharedPermits>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl Acquire {
    #[track_caller]
    pub(super) fn new(permits: SharedPermits) -> Self {
        let location = Location::caller();
        Self { wait: Wait::new(permits), seen: Seen::default(), location }
    }
}

impl Future for Acquire {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if !this.wait.has_entered() {
            if this.wait.list().try_acquire() {
                return Poll::Ready(());
            }
            // Whoever has been given a permit and has not taken it hands out what is free afterwards.
            this.wait.enter(context.waker(), path::task_key());
            waits(|| What::Permit);
            return Poll::Pending;
        }
        let look_again = SharedPermits::hand_out;
        ready!(poll_given(
            &mut this.wait,
            kind,
            |_| What::Permit,
            look_again,
            this.location,
            context
        ));
        this.wait.leave();
        // Who came later had to wait behind this one.
        this.wait.list().hand_out();
        Poll::Ready(())
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if self.wait.has_entered() {
            let given = self.wait.leave().is_some();
            let permits = self.wait.list();
            if given {
                permits.put_back();
                permits.hand_out();
            } else {
                permits.pass_on();
            }
        }
    }
}
