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
    /// The waker of the child that is being polled, to compare with. Whoever polls with another
    /// one (a `block_on` inside of a child) does not wait for the gather.
    static CHILD: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// Wakes who has to wait for a turn and for nothing else.
pub(crate) fn another(waker: &Waker) {
    if waker.data() == CHILD.get() {
        LATER.with_borrow_mut(|later| later.push(waker.clone()));
    } else {
        waker.wake_by_ref();
    }
}

/// Polls children that have wakers of their own, each of them a [`Child`].
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
    // A gather in a gather: the outer one would poll this one again at once.
    if context.waker().data() == CHILD.get() {
        return poll(context);
    }
    let _wake = Wake(LATER.take());
    poll(context)
}

pin_project! {
    /// One of several futures that have wakers of their own.
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
        struct Restore(*const ());
        impl Drop for Restore {
            fn drop(&mut self) {
                CHILD.set(self.0);
            }
        }
        let _restore = Restore(CHILD.replace(context.waker().data()));
        self.project().future.poll(context)
    }
}
