//! What a task keeps beside its future: its outcome, its requests, its place in the loop.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;
use std::task::Waker;

use crate::cancel::{Cancelled, Reason};
use crate::event_loop::EventLoop;
use crate::failure::Panic;
use crate::local::Locals;
use crate::scope::{Branch, Cancel};

/// A task of any type.
pub(crate) trait AnyTask: Cancel {
    fn state(&self) -> &State;
}

/// What all tasks have. There may be a million of them: what few have stands in `Rare`.
#[derive(Default)]
pub(crate) struct State {
    pub(super) phase: Cell<Phase>,
    /// A request that came while the task ran, for its next wait.
    pub(super) must_cancel: Cell<bool>,
    /// As `must_cancel`, but what returns without a wait keeps its result.
    pub(super) may_cancel: Cell<bool>,
    /// Whether the loop lists it; else its group does.
    in_loop: Cell<bool>,
    /// Where it is listed.
    key: Cell<u32>,
    branch: Branch,
    /// Of the task itself; set while its future lives.
    pub(super) waker: Cell<Option<Waker>>,
    rare: Cell<Option<Box<Rare>>>,
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
    /// How many requests to cancel are open, and why.
    requests: u32,
    reason: Option<Reason>,
    locals: Locals,
    /// The wakers of those that wait for its end, in order.
    waiting: Vec<Waker>,
}

impl State {
    /// Looks at what few tasks have, if this one has it.
    fn rare<R: Default>(&self, look: impl FnOnce(&Rare) -> R) -> R {
        let rare = self.rare.take();
        let found = rare.as_deref().map(look).unwrap_or_default();
        self.rare.set(rare);
        found
    }

    fn rare_mut<R>(&self, change: impl FnOnce(&mut Rare) -> R) -> R {
        let mut rare = self.rare.take().unwrap_or_default();
        let changed = change(&mut rare);
        self.rare.set(Some(rare));
        changed
    }

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
        self.rare(|rare| rare.requests)
    }

    /// Counts a request that is delivered otherwise.
    pub(crate) fn count_request(&self) {
        self.rare_mut(|rare| rare.requests += 1);
    }

    pub(crate) fn uncancel(&self) -> u32 {
        let left = self.requests().saturating_sub(1);
        if self.requests() > 0 {
            self.rare_mut(|rare| rare.requests = left);
        }
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
        self.rare(|rare| rare.reason.clone())
    }

    pub(crate) fn set_reason(&self, reason: Option<Reason>) {
        if reason.is_some() || self.reason().is_some() {
            let before = self.rare_mut(|rare| mem::replace(&mut rare.reason, reason));
            drop(before);
        }
    }

    pub(crate) fn cancelled_error(&self) -> Cancelled {
        Cancelled::because(self.reason())
    }

    pub(crate) fn name(&self) -> Option<Rc<str>> {
        self.rare(|rare| rare.name.clone())
    }

    pub(crate) fn set_name(&self, name: Rc<str>) {
        self.rare_mut(|rare| rare.name = Some(name));
    }

    /// The task's variables; a clone shares them.
    pub(crate) fn locals(&self) -> Locals {
        self.rare(|rare| rare.locals.clone())
    }

    pub(crate) fn set_locals(&self, locals: Locals) {
        if !locals.is_empty() {
            let before = self.rare_mut(|rare| mem::replace(&mut rare.locals, locals));
            drop(before);
        }
    }

    pub(crate) fn set_key(&self, key: u32, in_loop: bool) {
        self.key.set(key);
        self.in_loop.set(in_loop);
    }

    pub(crate) fn key(&self) -> u32 {
        self.key.get()
    }

    /// Wakes by `waker` when the task has ended.
    pub(crate) fn on_end(&self, waker: &Waker) {
        self.rare_mut(|rare| {
            if !rare.waiting.iter().any(|other| other.will_wake(waker)) {
                rare.waiting.push(waker.clone());
            }
        });
    }

    fn end(&self, phase: Phase) {
        self.phase.set(phase);
        self.waker.take();
        self.must_cancel.set(false);
        if self.in_loop.get()
            && let Some(event_loop) = EventLoop::current()
        {
            event_loop.strike(self.key.get());
        }
        if let Some(mut rare) = self.rare.take() {
            let waiting = mem::take(&mut rare.waiting);
            self.rare.set(Some(rare));
            for waker in waiting {
                waker.wake();
            }
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
    /// Its reason stands in the state.
    Cancelled,
    /// Boxed once more, so that an outcome is not larger for what is rare.
    Panicked(Box<Panic>),
    /// Its error has gone to its group.
    Failed,
}

impl<T> Shared<T> {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self { state: State::default(), outcome: RefCell::new(None) })
    }

    pub(crate) fn end(&self, outcome: Outcome<T>) {
        let phase = match &outcome {
            Outcome::Cancelled => Phase::Cancelled,
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
            event_loop.report(*panic);
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
