//! Turns: who wants another one waits until all others have had theirs.
//!
//! A task that wakes itself goes to the end of the loop's queue. The child of a gather, though, goes
//! to the end of the gather's own queue, and that goes on until it is empty: the child would be
//! polled again before any other task. So a gather wakes such children when it has polled:
//!
//! ```text
//! loop ──▶ gather ──▶ a: sleep(0) ──┐
//!                 ──▶ b: sleep(0) ──┤ later
//!      ◀── pending ◀── a, b wake ◀──┘
//!      ──▶ other tasks ──▶ gather ──▶ a, b
//! ```

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

thread_local! {
    /// Whom the outermost gather wakes when it has polled.
    static LATER: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
    static POLLED: Polled = const { Polled { waker: Cell::new(ptr::null()), owner: Cell::new(0) } };
}

/// The child that is being polled.
struct Polled {
    /// Its waker, to compare with. Whoever polls with another one (a `block_on` inside of a child)
    /// does not wait for the gather.
    waker: Cell<*const ()>,
    /// Its number among its siblings, to which belongs what enters the tree of scopes.
    owner: Cell<usize>,
}

/// A sibling, which has a number, is polled from now on.
pub(crate) fn of_sibling(owner: usize, waker: &Waker) {
    POLLED.with(|polled| {
        polled.owner.set(owner);
        polled.waker.set(waker.data());
    });
}

/// The number of the sibling that is being polled.
pub(crate) fn owner() -> usize {
    POLLED.with(|polled| polled.owner.get())
}

/// Whether this is the waker of the child that is being polled.
fn is_polled(waker: &Waker) -> bool {
    POLLED.with(|polled| polled.waker.get() == waker.data())
}

/// Wakes who has to wait for a turn and for nothing else.
pub(crate) fn another(waker: &Waker) {
    if is_polled(waker) {
        LATER.with_borrow_mut(|later| later.push(waker.clone()));
    } else {
        waker.wake_by_ref();
    }
}

/// Polls children, each of them a [`Child`] or a [`Sibling`](crate::scope::Sibling).
pub(crate) fn of_children<R>(
    context: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> R,
) -> R {
    /// Wakes them, also after a panic, and puts back those of another gather.
    struct Wake(Vec<Waker>);
    impl Drop for Wake {
        fn drop(&mut self) {
            for waker in LATER.replace(std::mem::take(&mut self.0)) {
                waker.wake();
            }
        }
    }
    /// Children name themselves; afterwards, who was polled before is polled still.
    struct Restore(*const (), usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            POLLED.with(|polled| {
                polled.waker.set(self.0);
                polled.owner.set(self.1);
            });
        }
    }
    let _restore = POLLED.with(|polled| Restore(polled.waker.get(), polled.owner.get()));
    // A gather in a gather: the outer one would poll this one again at once.
    if is_polled(context.waker()) {
        return poll(context);
    }
    let _wake = Wake(LATER.take());
    poll(context)
}

pin_project! {
    /// One of several futures that have wakers of their own, and no scope in common.
    pub struct Child<F> {
        #[pin]
        future: F,
    }
}

impl<F> Child<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Child<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        POLLED.with(|polled| polled.waker.set(context.waker().data()));
        self.project().future.poll(context)
    }
}
