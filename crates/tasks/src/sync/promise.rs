//! Promises: values that are set once and awaited by many.

use std::any::Any;
use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::cancel::look::tell;
use crate::cancel::path::{self, Kind, Part, Seen};
use crate::outcome::{Cancelled, Claim, Reason, ResultError};
use crate::state::{Wait, WaitList, What, waits, wake_all};

/// A value that somebody will set: Python's bare `asyncio.Future`, from `loop.create_future()`.
///
/// It can be cloned; each clone can set the value, or be awaited.
///
/// # Examples
///
/// ```
/// use twin_tasks::{promise, run, spawn};
///
/// run(async {
///     let tea = promise();
///     let guest = spawn(tea.clone());
///     tea.set("tea").unwrap();
///     assert_eq!(guest.await, "tea");
///     assert_eq!(tea.await, "tea");
/// });
/// ```
pub fn promise<T: Clone + 'static>() -> Promise<T> {
    Promise::of(Shared(Rc::default()))
}

/// A value that is set once, see [`promise`].
///
/// # Cancellation
///
/// A request to the task that awaits it cancels the promise for all who await it, as in Python.
/// Awaiting a cancelled promise raises the cancellation.
#[must_use = "a promise does nothing until it is awaited"]
pub struct Promise<T: 'static> {
    wait: Wait<(), Shared<T>>,
    seen: Seen,
    claim: Claim,
    part: Part,
}

struct Shared<T>(Rc<State<T>>);

struct State<T> {
    /// A value, or the cancellation. Set once, so that it is never borrowed when it changes.
    end: OnceCell<Result<T, Cancelled>>,
    waiting: WaitList<()>,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { end: OnceCell::new(), waiting: WaitList::default() }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> AsRef<WaitList<()>> for Shared<T> {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.waiting
    }
}

impl<T> Shared<T> {
    /// Gives the end back if there is one already.
    fn end(&self, end: Result<T, Cancelled>) -> Result<(), Result<T, Cancelled>> {
        self.0.end.set(end)?;
        wake_all(self.0.waiting.give_all(|_| ()));
        Ok(())
    }

    fn cancel(&self, reason: Option<Reason>) -> bool {
        self.end(Err(Cancelled::because(reason))).is_ok()
    }
}

impl<T> Promise<T> {
    fn of(shared: Shared<T>) -> Self {
        Self {
            wait: Wait::new(shared),
            seen: Seen::default(),
            claim: Claim::default(),
            part: Part::default(),
        }
    }

    fn shared(&self) -> &Shared<T> {
        self.wait.list()
    }

    /// Sets the value and wakes those who wait: Python's `future.set_result(value)`.
    ///
    /// # Errors
    ///
    /// Gives the value back if there is one already, or the promise was cancelled.
    ///
    /// ```
    /// use twin_tasks::promise;
    ///
    /// let tea = promise();
    /// assert_eq!(tea.set("green"), Ok(()));
    /// assert_eq!(tea.set("black"), Err("black"));
    /// assert_eq!(tea.result().unwrap(), "green");
    /// ```
    pub fn set(&self, value: T) -> Result<(), T> {
        self.shared().end(Ok(value)).map_err(|end| match end {
            Ok(value) => value,
            Err(_) => unreachable!("what comes back is what was given"),
        })
    }

    /// Cancels it for all who await it: Python's `future.cancel()`. Gives whether it was open.
    ///
    /// ```
    /// use twin_tasks::{catch_cancelled, promise, run};
    ///
    /// run(async {
    ///     let tea = promise::<&str>();
    ///     assert!(tea.cancel() && tea.done() && tea.cancelled());
    ///     assert!(!tea.cancel());
    ///     assert!(catch_cancelled(tea).await.is_err());
    /// });
    /// ```
    pub fn cancel(&self) -> bool {
        self.shared().cancel(None)
    }

    /// As [`cancel`](Self::cancel), with a reason: Python's `future.cancel(msg)`.
    ///
    /// ```
    /// use twin_tasks::{catch_cancelled, promise, run};
    ///
    /// run(async {
    ///     let tea = promise::<&str>();
    ///     tea.cancel_with("no water");
    ///     let cancelled = catch_cancelled(tea).await.unwrap_err();
    ///     assert_eq!(cancelled.reason(), Some(&"no water"));
    /// });
    /// ```
    pub fn cancel_with(&self, reason: impl Any + Send + Sync) -> bool {
        self.shared().cancel(Some(Arc::new(reason)))
    }

    /// Whether it is set or cancelled: Python's `future.done()`.
    #[must_use]
    pub fn done(&self) -> bool {
        self.shared().0.end.get().is_some()
    }

    /// Whether it was cancelled: Python's `future.cancelled()`.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        matches!(self.shared().0.end.get(), Some(Err(_)))
    }

    /// The value, without waiting: Python's `future.result()`.
    ///
    /// # Errors
    ///
    /// If there is none.
    ///
    /// ```
    /// use twin_tasks::{ResultError, promise};
    ///
    /// let tea = promise();
    /// assert!(matches!(tea.result(), Err(ResultError::NotDone)));
    /// tea.set("tea").unwrap();
    /// assert_eq!(tea.result().unwrap(), "tea");
    /// ```
    pub fn result(&self) -> Result<T, ResultError>
    where
        T: Clone,
    {
        match self.shared().0.end.get() {
            None => Err(ResultError::NotDone),
            Some(Ok(value)) => Ok(value.clone()),
            Some(Err(cancelled)) => Err(ResultError::Cancelled(cancelled.clone())),
        }
    }

    /// Whether both are the same promise: Python's `is`.
    ///
    /// ```
    /// use twin_tasks::promise;
    ///
    /// let tea = promise::<i32>();
    /// assert!(tea.is(&tea.clone()));
    /// assert!(!tea.is(&promise()));
    /// ```
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared().0, &other.shared().0)
    }
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Self::of(self.shared().clone())
    }
}

impl<T: Clone> Future for Promise<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if this.shared().0.end.get().is_none() {
            match (kind, path::request()) {
                (Kind::Ordinary, _) => {
                    this.wait.enter(context.waker(), path::task_key());
                    this.part.keep(context.waker());
                    waits(|| What::Promise);
                    return Poll::Pending;
                }
                (Kind::Ask, Some(request)) => {
                    path::claim();
                    this.claim.take(&request);
                    this.shared().cancel(request.reason());
                    // It is over, and raises from now on.
                    path::later(context);
                    return Poll::Pending;
                }
                _ => {
                    tell(|| What::Promise, None);
                    return Poll::Pending;
                }
            }
        }
        match this.wait.list().0.end.get() {
            Some(Ok(_)) if kind != Kind::Ordinary => {
                // A request beats a value of the same turn.
                path::later(context);
                Poll::Pending
            }
            Some(Ok(value)) => {
                let value = value.clone();
                this.wait.leave();
                this.part.leave();
                this.claim.answer();
                Poll::Ready(value)
            }
            Some(Err(cancelled)) => {
                path::raise(cancelled, context);
                Poll::Pending
            }
            None => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise").field("done", &self.done()).finish_non_exhaustive()
    }
}
