//! What a task keeps beside its future: its outcome, its requests, its place in the loop.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Waker;

use crate::cancel::{Cancelled, Reason};
use crate::event_loop::EventLoop;
use crate::local::Locals;
use crate::scope::{Branch, Cancel};

/// A task of any type.
pub(crate) trait AnyTask: Cancel {
    fn state(&self) -> &State;
}

/// What all tasks have.
#[derive(Default)]
pub(crate) struct State {
    pub(super) phase: Cell<Phase>,
    /// A request that came while the task ran, for its next wait.
    pub(super) must_cancel: Cell<bool>,
    /// As `must_cancel`, but what returns without a wait keeps its result.
    pub(super) may_cancel: Cell<bool>,
    requests: Cell<u32>,
    /// Where the loop lists it, unless a group does.
    key: Cell<Option<u32>>,
    branch: Branch,
    /// Of the task itself; set while its future lives.
    pub(super) waker: Cell<Option<Waker>>,
    /// Of those that wait for its end, in order.
    waiting: Cell<Vec<Waker>>,
    pub(crate) locals: RefCell<Locals>,
    /// What few tasks have.
    rare: RefCell<Option<Box<Rare>>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Suspended,
    Running,
    Done,
    Cancelled,
}

#[derive(Default)]
struct Rare {
    name: Option<Rc<str>>,
    reason: Option<Reason>,
}

impl State {
    pub(crate) fn branch(&self) -> &Branch {
        &self.branch
    }

    pub(crate) fn done(&self) -> bool {
        matches!(self.phase.get(), Phase::Done | Phase::Cancelled)
    }

    pub(crate) fn cancelled(&self) -> bool {
        self.phase.get() == Phase::Cancelled
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.get()
    }

    /// Counts a request that is delivered otherwise.
    pub(crate) fn count_request(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    pub(crate) fn uncancel(&self) -> u32 {
        let left = self.requests.get().saturating_sub(1);
        self.requests.set(left);
        if left == 0 {
            self.must_cancel.set(false);
            self.may_cancel.set(false);
            if self.phase.get() == Phase::Suspended {
                self.branch.withdraw();
            }
        }
        left
    }

    /// Whether a request came while the task ran, and its scopes have not heard of it.
    pub(crate) fn is_requested(&self) -> bool {
        self.must_cancel.get() || self.may_cancel.get()
    }

    /// Delivers a request once more, at the next wait if there is one.
    pub(crate) fn request_again(&self) {
        self.may_cancel.set(true);
    }

    /// Passes a request on to where the task waits.
    pub(super) fn request(&self) {
        if self.phase.get() == Phase::Running {
            self.must_cancel.set(true);
        } else if self.branch.request(self.reason().as_ref()).is_empty() {
            self.wake();
        }
    }

    fn wake(&self) {
        let waker = self.waker.take();
        if let Some(waker) = &waker {
            waker.wake_by_ref();
        }
        self.waker.set(waker);
    }

    fn reason(&self) -> Option<Reason> {
        self.rare.borrow().as_ref()?.reason.clone()
    }

    pub(crate) fn set_reason(&self, reason: Option<Reason>) {
        if reason.is_some() || self.rare.borrow().is_some() {
            self.rare.borrow_mut().get_or_insert_default().reason = reason;
        }
    }

    pub(crate) fn cancelled_error(&self) -> Cancelled {
        Cancelled::because(self.reason())
    }

    pub(crate) fn name(&self) -> Option<Rc<str>> {
        self.rare.borrow().as_ref()?.name.clone()
    }

    pub(crate) fn set_name(&self, name: Rc<str>) {
        self.rare.borrow_mut().get_or_insert_default().name = Some(name);
    }

    pub(crate) fn set_key(&self, key: u32) {
        self.key.set(Some(key));
    }

    /// Wakes by `waker` when the task has ended.
    pub(crate) fn on_end(&self, waker: &Waker) {
        let mut waiting = self.waiting.take();
        if !waiting.iter().any(|other| other.will_wake(waker)) {
            waiting.push(waker.clone());
        }
        self.waiting.set(waiting);
    }

    fn end(&self, phase: Phase) {
        self.phase.set(phase);
        self.waker.take();
        self.must_cancel.set(false);
        if let (Some(key), Some(event_loop)) = (self.key.take(), EventLoop::current()) {
            event_loop.strike(key);
        }
        for waker in self.waiting.take() {
            waker.wake();
        }
    }
}

/// A task's state and its outcome.
pub(crate) struct Shared<T> {
    pub(crate) state: State,
    pub(crate) outcome: RefCell<Option<Outcome<T>>>,
}

/// How a task ended.
pub(crate) enum Outcome<T> {
    Value(T),
    Cancelled(Cancelled),
    Panicked(Box<dyn Any + Send>),
    /// Its error has gone to its group.
    Failed,
}

impl<T> Shared<T> {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self { state: State::default(), outcome: RefCell::new(None) })
    }

    pub(crate) fn end(&self, outcome: Outcome<T>) {
        let phase = match &outcome {
            Outcome::Cancelled(_) => Phase::Cancelled,
            _ => Phase::Done,
        };
        *self.outcome.borrow_mut() = Some(outcome);
        self.state.end(phase);
    }
}

impl<T> Drop for Shared<T> {
    /// A panic that nobody awaited must not vanish.
    fn drop(&mut self) {
        if let Some(Outcome::Panicked(panic)) = self.outcome.get_mut().take()
            && let Some(event_loop) = EventLoop::current()
        {
            event_loop.report(panic);
        }
    }
}

impl<T: 'static> AnyTask for Shared<T> {
    fn state(&self) -> &State {
        &self.state
    }
}

impl<T: 'static> Cancel for Shared<T> {
    fn cancel(self: Rc<Self>, reason: Option<Reason>) -> bool {
        let state = &self.state;
        if state.done() {
            return false;
        }
        state.count_request();
        state.set_reason(reason);
        state.request();
        true
    }
}
