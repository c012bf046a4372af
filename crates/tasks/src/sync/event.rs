//! Events: a flag that tasks wait for.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::poll_given;
use crate::cancel::path::Seen;
use crate::state::{Wait, WaitList, What, wake_all};

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
    shared: Shared,
}

#[derive(Clone, Default)]
struct Shared(Rc<State>);

#[derive(Default)]
struct State {
    set: Cell<bool>,
    waiting: WaitList<()>,
}

impl AsRef<WaitList<()>> for Shared {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.waiting
    }
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
        if !self.shared.0.set.replace(true) {
            wake_all(self.shared.0.waiting.give_all(|_| ()));
        }
    }

    /// Clears the flag, and later waits wait again: Python's `event.clear()`.
    pub fn clear(&self) {
        self.shared.0.set.set(false);
    }

    /// Whether the flag is set: Python's `event.is_set()`.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.shared.0.set.get()
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
    #[track_caller]
    pub fn wait(&self) -> WaitEvent {
        WaitEvent {
            wait: Wait::new(self.shared.clone()),
            seen: Seen::default(),
            location: Location::caller(),
        }
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
    wait: Wait<(), Shared>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl Future for WaitEvent {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if !this.wait.has_entered() && this.wait.list().0.set.get() {
            return Poll::Ready(());
        }
        // An event passes nobody over.
        ready!(poll_given(&mut this.wait, kind, |_| What::Event, |_| (), this.location, context));
        this.wait.leave();
        Poll::Ready(())
    }
}

impl fmt::Debug for WaitEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitEvent").finish_non_exhaustive()
    }
}
