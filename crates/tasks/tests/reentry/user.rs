//! Things of a user: whatever is done with them runs code of the user.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use twin_tasks::task_local;

use super::harness::user_code;

task_local! {
    pub(super) static ITEM: Item;
}

/// A value: to clone, compare or drop it runs code of the user.
#[derive(Debug)]
pub(super) struct Item(pub(super) u32);

impl Clone for Item {
    fn clone(&self) -> Self {
        user_code();
        Self(self.0)
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        user_code();
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        user_code();
        self.0 == other.0
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        user_code();
        self.0.cmp(&other.0)
    }
}

/// A future whose destructor runs code of the user, and each poll, too, unless it is a `silent` one.
pub(super) struct Work<F> {
    future: Pin<Box<F>>,
    silent: bool,
}

/// A future whose polls and destructor run code of the user.
pub(super) fn work<F: Future>(future: F) -> Work<F> {
    Work { future: Box::pin(future), silent: false }
}

/// A future whose destructor runs code of the user.
pub(super) fn dropped<F: Future>(future: F) -> Work<F> {
    Work { future: Box::pin(future), silent: true }
}

impl<F: Future> Future for Work<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if !self.silent {
            user_code();
        }
        self.future.as_mut().poll(context)
    }
}

impl<F> Drop for Work<F> {
    fn drop(&mut self) {
        user_code();
    }
}

/// Polls with a waker of its own, another one each time, and some times more than it has to; to
/// wake or to drop one runs code of the user.
pub(super) struct Watched<F> {
    future: Pin<Box<F>>,
    more: u32,
}

pub(super) fn watched<F: Future>(future: F) -> Watched<F> {
    Watched { future: Box::pin(future), more: 3 }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let waker = Waker::from(Arc::new(Forwards(context.waker().clone())));
        let polled = self.future.as_mut().poll(&mut Context::from_waker(&waker));
        if polled.is_pending() && self.more > 0 {
            self.more -= 1;
            context.waker().wake_by_ref();
        }
        polled
    }
}

struct Forwards(Waker);

impl Wake for Forwards {
    fn wake(self: Arc<Self>) {
        user_code();
        self.0.wake_by_ref();
    }
}

impl Drop for Forwards {
    fn drop(&mut self) {
        user_code();
    }
}

/// A future that is polled as soon as it is woken, inside the wake.
pub(super) struct Inline<F: Future> {
    pub(super) future: RefCell<Option<Pin<Box<F>>>>,
    output: RefCell<Option<F::Output>>,
    /// It was woken while it was polled.
    again: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

thread_local! {
    static INLINE: RefCell<Vec<Rc<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
}

struct PollsInline(usize);

impl Wake for PollsInline {
    fn wake(self: Arc<Self>) {
        let poll = INLINE.with_borrow(|all| all[self.0].clone());
        poll();
        user_code();
    }
}

impl Drop for PollsInline {
    fn drop(&mut self) {
        user_code();
    }
}

pub(super) fn inline<F: Future + 'static>(future: F) -> Rc<Inline<F>> {
    let inline = Rc::new(Inline {
        future: RefCell::new(Some(Box::pin(future))),
        output: RefCell::new(None),
        again: Cell::new(false),
        waker: RefCell::new(None),
    });
    let place = INLINE.with_borrow(Vec::len);
    *inline.waker.borrow_mut() = Some(Waker::from(Arc::new(PollsInline(place))));
    let polls = inline.clone();
    INLINE.with_borrow_mut(|all| all.push(Rc::new(move || polls.poll())));
    inline.poll();
    inline
}

impl<F: Future> Inline<F> {
    fn poll(&self) {
        self.again.set(true);
        let Ok(mut future) = self.future.try_borrow_mut() else { return };
        let Some(waker) = self.waker.borrow().clone() else { return };
        while self.again.take()
            && let Some(polled) = &mut *future
        {
            if let Poll::Ready(output) = polled.as_mut().poll(&mut Context::from_waker(&waker)) {
                let ended = future.take();
                self.waker.take();
                self.output.replace(Some(output));
                drop(ended);
            }
        }
    }

    /// The output, once.
    pub(super) fn take(&self) -> Option<F::Output> {
        self.output.take()
    }
}
