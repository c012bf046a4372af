//! What an event loop does for code that does not know which one it is: Python's
//! `sys.set_asyncgen_hooks`.
//!
//! An async generator that is dropped half-way has clean-up that awaits, and a destructor can't.
//! asyncio closes it, though the generator knows nothing of asyncio, nor asyncio of generators: the
//! loop has left its hooks with the interpreter. Rust has no interpreter to leave them with. Here
//! they are left, as loggers are with the crate `log`.
//!
//! ```text
//! twin-tasks ──enter──▶ [ the loop that runs on this thread ] ◀──current── twin-async-generators
//! ```
//!
//! `twin_tasks::run` enters its loop. An adapter for another executor is one implementation of
//! [`EventLoop`] and a call of [`enter`].
//!
//! # Examples
//!
//! A destructor hands over what it can't await, to a loop that runs clean-up at its end:
//!
//! ```
//! use std::cell::RefCell;
//! use std::rc::Rc;
//! use std::task::{Context, Poll};
//! use twin_hooks::{EventLoop, LocalFuture, Work, current, enter};
//!
//! #[derive(Default)]
//! struct AtTheEnd(RefCell<Vec<LocalFuture<'static, ()>>>);
//!
//! impl EventLoop for AtTheEnd {
//!     fn clean_up(
//!         &self,
//!         clean_up: LocalFuture<'static, ()>,
//!     ) -> Result<(), LocalFuture<'static, ()>> {
//!         self.0.borrow_mut().push(clean_up);
//!         Ok(())
//!     }
//!
//!     fn poll_cancel(&self, _: &mut Work<'_>, _: &mut Context<'_>) -> Poll<bool> {
//!         Poll::Ready(false) // it has drop, and nothing else
//!     }
//!
//!     fn poll_cancelled(&self, _: &mut Work<'_>, _: &mut Context<'_>) -> Poll<bool> {
//!         unreachable!("nothing has caught a cancellation")
//!     }
//! }
//!
//! struct Connection(Rc<RefCell<Vec<&'static str>>>);
//!
//! impl Drop for Connection {
//!     fn drop(&mut self) {
//!         let log = self.0.clone();
//!         let goodbye = Box::pin(async move { log.borrow_mut().push("goodbye") });
//!         if let Some(event_loop) = current() {
//!             let _ = event_loop.clean_up(goodbye);
//!         }
//!     }
//! }
//!
//! let log = Rc::new(RefCell::new(Vec::new()));
//! let event_loop = Rc::new(AtTheEnd::default());
//! {
//!     let _entered = enter(event_loop.clone());
//!     drop(Connection(log.clone()));
//!     assert!(log.borrow().is_empty());
//! }
//! for clean_up in event_loop.0.take() {
//!     smol::block_on(clean_up);
//! }
//! assert_eq!(log.take(), ["goodbye"]);
//! ```

#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A future in a box, which stays on its thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Work that is polled by this function; what it gives, it keeps.
pub type Work<'a> = dyn FnMut(&mut Context<'_>) -> Poll<()> + 'a;

/// The event loop that runs on a thread, as code sees it that does not know which one it is.
pub trait EventLoop {
    /// Runs a clean-up beside what the loop runs, and does not end before it has ended.
    ///
    /// # Errors
    ///
    /// The clean-up comes back if the loop takes nothing any more.
    fn clean_up(&self, clean_up: LocalFuture<'static, ()>) -> Result<(), LocalFuture<'static, ()>>;

    /// Polls work that waits, and cancels what it waits for, as the loop cancels its tasks.
    ///
    /// Tells whether the work has ended; if it is ready with `false`, nothing in it has caught the
    /// cancellation, and the caller is to drop it. If it is pending, something has: the work goes
    /// on, by [`poll_cancelled`](Self::poll_cancelled).
    ///
    /// A loop that knows nothing of cancelling gives `false`.
    fn poll_cancel(&self, work: &mut Work<'_>, context: &mut Context<'_>) -> Poll<bool>;

    /// Polls work that has caught a cancellation.
    ///
    /// Ready as [`poll_cancel`](Self::poll_cancel): with `false` if the work goes on cancelling.
    fn poll_cancelled(&self, work: &mut Work<'_>, context: &mut Context<'_>) -> Poll<bool>;
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<dyn EventLoop>>> = const { RefCell::new(None) };
}

/// The loop that runs on this thread now, if one has [entered](enter).
pub fn current() -> Option<Rc<dyn EventLoop>> {
    // None, too, when the thread is ending and its variables are gone.
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Makes an event loop the current one of this thread, until what comes back is dropped.
///
/// Loops nest: then the one before is current again.
pub fn enter(event_loop: Rc<dyn EventLoop>) -> Entered {
    let before = CURRENT.try_with(|current| current.replace(Some(event_loop)));
    Entered { before: before.ok().flatten() }
}

/// Leaves the loop when dropped; see [`enter`].
#[must_use = "to drop it is to leave the loop"]
pub struct Entered {
    before: Option<Rc<dyn EventLoop>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let before = self.before.take();
        let left = CURRENT.try_with(|current| current.replace(before));
        // Where nothing is borrowed: its destructor is somebody else's code.
        drop(left);
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}
