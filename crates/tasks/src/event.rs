//! Events: a flag that tasks wait for.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A flag that tasks wait for: Python's `asyncio.Event`.
///
/// A clone is the same event.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Event, run, spawn};
///
/// run(async {
///     let door = Event::new();
///     let guest = spawn({
///         let door = door.clone();
///         async move { door.wait().await }
///     });
///     door.set();
///     guest.await;
///     assert!(door.is_set());
/// });
/// ```
#[derive(Clone, Default)]
pub struct Event {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    set: Cell<bool>,
    waiting: RefCell<Vec<Rc<Waiter>>>,
}

#[derive(Default)]
struct Waiter {
    woken: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Event {
    /// An event that is not set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the flag and wakes all who wait, in the order in which they came: Python's `event.set()`.
    /// They go on also if the flag is cleared before their turn.
    ///
    /// ```
    /// use twin_tasks::Event;
    ///
    /// let door = Event::new();
    /// door.set();
    /// assert!(door.is_set());
    /// door.clear();
    /// assert!(!door.is_set());
    /// ```
    pub fn set(&self) {
        self.shared.set.set(true);
        for waiter in self.shared.waiting.take() {
            waiter.woken.set(true);
            if let Some(waker) = waiter.waker.take() {
                waker.wake();
            }
        }
    }

    /// Clears the flag, and later waits wait again: Python's `event.clear()`.
    pub fn clear(&self) {
        self.shared.set.set(false);
    }

    /// Whether the flag is set: Python's `event.is_set()`.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.shared.set.get()
    }

    /// Waits until the flag is set; does not wait if it is: Python's `await event.wait()`.
    ///
    /// # Cancellation
    ///
    /// The event still works for the others.
    ///
    /// ```
    /// use twin_tasks::{Event, gather, run};
    ///
    /// run(async {
    ///     let door = Event::new();
    ///     let both = gather((async { door.wait().await; "guest" }, async { door.set() }));
    ///     assert_eq!(both.await.0, "guest");
    /// });
    /// ```
    pub fn wait(&self) -> WaitEvent {
        WaitEvent { event: self.clone(), waiter: None }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("set", &self.is_set()).finish_non_exhaustive()
    }
}

/// The future of [`Event::wait`].
#[must_use = "nobody waits for the event until this is awaited"]
pub struct WaitEvent {
    event: Event,
    waiter: Option<Rc<Waiter>>,
}

impl Future for WaitEvent {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.waiter.is_none() {
            if self.event.is_set() {
                return Poll::Ready(());
            }
            let waiter = Rc::new(Waiter::default());
            self.event.shared.waiting.borrow_mut().push(waiter.clone());
            self.waiter = Some(waiter);
        }
        let waiter = self.waiter.as_ref().expect("it has just been made");
        if waiter.woken.get() {
            return Poll::Ready(());
        }
        *waiter.waker.borrow_mut() = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for WaitEvent {
    fn drop(&mut self) {
        if let Some(waiter) = &self.waiter
            && !waiter.woken.get()
        {
            let mut waiting = self.event.shared.waiting.borrow_mut();
            waiting.retain(|other| !Rc::ptr_eq(other, waiter));
        }
    }
}

impl fmt::Debug for WaitEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitEvent").field("event", &self.event).finish_non_exhaustive()
    }
}
