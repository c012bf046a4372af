//! Promises: values that are set once and awaited by many.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::cancel::{Cancelled, Reason};
use crate::failure::ResultError;
use crate::scope::{Cancel, Entry, raise};

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
    let shared = Shared { state: RefCell::new(State::Open), waiting: Cell::default() };
    Promise { shared: Rc::new(shared), entry: None }
}

/// A value that is set once, see [`promise`].
///
/// # Cancellation
///
/// A request to the task that awaits it cancels the promise for all who await it, as in Python.
/// Awaiting a cancelled promise raises the cancellation.
#[must_use = "a promise does nothing until it is awaited"]
pub struct Promise<T: 'static> {
    shared: Rc<Shared<T>>,
    entry: Option<Entry>,
}

struct Shared<T> {
    state: RefCell<State<T>>,
    waiting: Cell<Vec<Waker>>,
}

enum State<T> {
    Open,
    Set(T),
    Cancelled(Cancelled),
}

impl<T> Shared<T> {
    /// Gives the value back if it is too late.
    fn end(&self, state: State<T>) -> Result<(), State<T>> {
        if !matches!(*self.state.borrow(), State::Open) {
            return Err(state);
        }
        *self.state.borrow_mut() = state;
        for waker in self.waiting.take() {
            waker.wake();
        }
        Ok(())
    }
}

impl<T> Cancel for Shared<T> {
    fn cancel(self: Rc<Self>, reason: Option<Reason>) -> bool {
        self.end(State::Cancelled(Cancelled::because(reason))).is_ok()
    }
}

impl<T> Promise<T> {
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
        self.shared.end(State::Set(value)).map_err(|state| match state {
            State::Set(value) => value,
            State::Open | State::Cancelled(_) => unreachable!("what comes back is what was given"),
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
        self.shared.clone().cancel(None)
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
    pub fn cancel_with(&self, reason: impl Any) -> bool {
        self.shared.clone().cancel(Some(Rc::new(reason)))
    }

    /// Whether it is set or cancelled: Python's `future.done()`.
    #[must_use]
    pub fn done(&self) -> bool {
        !matches!(*self.shared.state.borrow(), State::Open)
    }

    /// Whether it was cancelled: Python's `future.cancelled()`.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        matches!(*self.shared.state.borrow(), State::Cancelled(_))
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
        match &*self.shared.state.borrow() {
            State::Open => Err(ResultError::NotDone),
            State::Set(value) => Ok(value.clone()),
            State::Cancelled(cancelled) => Err(ResultError::Cancelled(cancelled.clone())),
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
        Rc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), entry: None }
    }
}

impl<T: Clone> Future for Promise<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        if !self.done() {
            let mut waiting = self.shared.waiting.take();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            self.shared.waiting.set(waiting);
            if self.entry.is_none() {
                self.entry = Entry::waits_for(self.shared.clone());
            }
            return Poll::Pending;
        }
        self.entry = None;
        match &*self.shared.state.borrow() {
            State::Open => unreachable!("it is done"),
            State::Set(value) => Poll::Ready(value.clone()),
            State::Cancelled(cancelled) => {
                raise(cancelled);
                Poll::Pending
            }
        }
    }
}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise").field("done", &self.done()).finish_non_exhaustive()
    }
}
