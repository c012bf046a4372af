//! The children of a task group: started, counted, and cancelled together.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use slab::Slab;

use super::output::ChildOutput;
use crate::cancel::Scoped;
use crate::cancel::look::tell;
use crate::cancel::path::{self, Kind, Seen};
use crate::event_loop::EventLoop;
use crate::outcome::{Failure, Panic, Request, catch};
use crate::record::IS_ON;
use crate::state::{AnyTask, Control, List, Outcome, Shared, What, waits};
use crate::task::Parent;

/// What a group and its children share.
pub(super) struct Group<E> {
    pub(super) phase: Cell<Phase>,
    /// Who runs the group.
    parent: Rc<dyn AnyTask>,
    /// Those that have not ended; the place of one that has is another's by now.
    children: RefCell<Slab<Child>>,
    /// How many have been spawned.
    spawned: Cell<u32>,
    limit: usize,
    /// How many children have had a turn and have not ended.
    running: Cell<usize>,
    /// The keys of the children that the limit keeps waiting.
    waiting: RefCell<List<u32>>,
    pub(super) errors: RefCell<Vec<E>>,
    pub(super) panic: Cell<Option<Panic>>,
    /// Whether the body runs, and who polls it.
    in_body: Cell<bool>,
    body: RefCell<Option<Waker>>,
    /// Whether a failure asked who runs the group: that request is ours to take back.
    pub(super) interrupted: Cell<bool>,
    /// Of the parent that waits for the children.
    waker: RefCell<Option<Waker>>,
    /// Where in the loop's queue asyncio's group hears of the last child that has ended.
    heard: Cell<Option<u64>>,
}

/// A child: which one it is, its key in the loop, and its place among those that the limit keeps
/// waiting.
#[derive(Clone, Copy)]
struct Child {
    number: u32,
    key: u32,
    waits: u32,
}

/// No such place.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    ShuttingDown,
    Finished,
}

impl<E: 'static> Group<E> {
    pub(super) fn new(limit: usize, parent: Rc<dyn AnyTask>) -> Self {
        Self {
            phase: Cell::new(Phase::Open),
            parent,
            children: RefCell::default(),
            spawned: Cell::new(0),
            limit,
            running: Cell::new(0),
            waiting: RefCell::default(),
            errors: RefCell::default(),
            panic: Cell::new(None),
            in_body: Cell::new(false),
            body: RefCell::default(),
            interrupted: Cell::new(false),
            waker: RefCell::default(),
            heard: Cell::new(None),
        }
    }

    pub(super) fn children(&self) -> usize {
        self.children.borrow().len()
    }

    /// Runs the body in a scope that a failing child can cancel.
    pub(super) async fn run_body<R>(&self, body: impl Future<Output = R>) -> Result<R, Failure> {
        let mut body = pin!(Scoped::new(body));
        // The request by which a failing child cancels it.
        let mut interrupted = false;
        let mut request: Option<Rc<Request>> = None;
        self.in_body.set(true);
        let result = poll_fn(|context| {
            let kind = body.as_mut().kind();
            let asks = kind != Kind::Ask
                && self.interrupted.get()
                && (!interrupted || request.take_if(|request| request.is_lost()).is_some());
            interrupted |= asks;
            let own = asks.then_some(&mut request);
            let kept =
                self.body.borrow().as_ref().is_some_and(|body| body.will_wake(context.waker()));
            if kind == Kind::Ordinary && !kept {
                let before = self.body.replace(Some(context.waker().clone()));
                drop(before);
            }
            match catch(|| body.as_mut().poll_as(kind, own, context)) {
                Ok(polled) => polled.map(|result| result.map_err(Failure::Cancelled)),
                Err(panic) => Poll::Ready(Err(Failure::Panicked(panic))),
            }
        });
        let result = result.await;
        self.in_body.set(false);
        let waker = self.body.take();
        drop(waker);
        result
    }

    /// Keeps a panic for the end of the group. One that comes later goes to the event loop.
    pub(super) fn keep(&self, panic: Panic) {
        match self.panic.take() {
            None => self.panic.set(Some(panic)),
            first => {
                self.panic.set(first);
                self.report(panic);
            }
        }
    }

    /// Leaves a panic to the event loop.
    fn report(&self, panic: Panic) {
        self.parent.control().agenda().unclaimed().report(panic);
    }

    pub(super) async fn all_ended(&self) {
        let mut seen = Seen::default();
        poll_fn(|context| {
            let dry = seen.is_dry();
            let agenda = self.parent.control().agenda();
            let all = self.children.borrow().is_empty();
            if all && self.heard.get().is_none_or(|place| agenda.has_passed(place)) {
                if dry {
                    // A request beats the end of the last child in the same turn.
                    path::later(context);
                    return Poll::Pending;
                }
                return Poll::Ready(());
            }
            if dry {
                for (_, child) in self.children.borrow().iter() {
                    tell(|| What::Child(child.key), None);
                }
                return Poll::Pending;
            }
            if IS_ON {
                let children = self.children.borrow();
                children.iter().for_each(|(_, child)| waits(|| What::Child(child.key)));
            }
            let before = self.waker.replace(Some(context.waker().clone()));
            drop(before);
            if all {
                let waker = context.waker().clone();
                agenda.call_soon(move || waker.wake());
            }
            Poll::Pending
        })
        .await;
    }

    /// Enters a child; it starts as soon as the limit allows it.
    pub(super) fn add(&self, place: u32, child: &Control) {
        let key = child.key();
        let starts = self.running.get() < self.limit;
        let waits = if starts { NONE } else { self.waiting.borrow_mut().push_back(key) };
        let number = self.spawned.replace(self.spawned.get().wrapping_add(1));
        self.children.borrow_mut()[place as usize] = Child { number, key, waits };
        if starts {
            self.running.set(self.running.get() + 1);
            child.agenda().schedule(key);
        }
    }

    /// A child has ended: the next of those that wait starts.
    fn leave(&self, place: u32) {
        let child = self.children.borrow_mut().remove(place as usize);
        let mut waiting = self.waiting.borrow_mut();
        if child.waits != NONE {
            let never_ran = waiting.is_queued(child.waits);
            waiting.remove(child.waits);
            if never_ran {
                return;
            }
        }
        let next = waiting.unlink_first().copied();
        drop(waiting);
        match next {
            Some(key) => self.parent.control().agenda().schedule(key),
            None => self.running.set(self.running.get() - 1),
        }
    }

    /// Cancels the children, in the order in which they were spawned; those that wait for their
    /// first turn never run.
    pub(super) fn shut_down(&self) {
        if self.phase.get() != Phase::Open {
            return;
        }
        self.phase.set(Phase::ShuttingDown);
        let Some(event_loop) = EventLoop::current() else { return };
        let mut children: Vec<Child> =
            self.children.borrow().iter().map(|(_, child)| *child).collect();
        children.sort_unstable_by_key(|child| child.number);
        for child in children.into_iter().filter_map(|child| event_loop.find(child.key)) {
            child.control().cancel(None);
        }
    }

    /// A child has failed.
    fn fail(&self) {
        if self.phase.get() != Phase::Open {
            return;
        }
        self.shut_down();
        self.interrupted.set(true);
        self.parent.control().count_requests(1);
        // Who waits for the children goes on waiting.
        if self.in_body.get() {
            self.parent.control().ask_scopes();
            // A set of somebody else's polls only what was woken.
            let waker = self.body.borrow().clone();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    fn wake_if_empty(&self) {
        if self.children.borrow().is_empty() {
            let waker = self.waker.take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

/// A child's tie to its group.
pub(super) struct Member<E: 'static> {
    group: Rc<Group<E>>,
    place: u32,
}

impl<E: 'static> Member<E> {
    /// A place in the group, whose key is to come.
    pub(super) fn new(group: &Rc<Group<E>>) -> Self {
        let place = group.children.borrow_mut().insert(Child { number: 0, key: NONE, waits: NONE });
        let place = u32::try_from(place).expect("fewer than 2^32 children");
        Self { group: group.clone(), place }
    }

    pub(super) fn place(&self) -> u32 {
        self.place
    }
}

impl<E: 'static, R: ChildOutput<E>> Parent<R, R::Value> for Member<E> {
    fn outcome(&self, returned: R) -> Outcome<R::Value> {
        match returned.into_result() {
            Ok(value) => Outcome::Value(value),
            Err(error) => {
                self.group.errors.borrow_mut().push(error);
                Outcome::Failed
            }
        }
    }

    fn outcome_too_late(&self, returned: R) -> Outcome<R::Value> {
        match <Self as Parent<R, R::Value>>::outcome(self, returned) {
            // An error is never lost.
            Outcome::Failed => Outcome::Failed,
            _ => Outcome::Cancelled,
        }
    }

    fn ended(&self, task: &Shared<R::Value>) {
        let group = &*self.group;
        let agenda = task.control.agenda();
        group.leave(self.place);
        group.heard.set(Some(agenda.end()));
        let mut outcome = task.outcome.borrow_mut();
        let panic = match outcome.take() {
            // A group that is gone leaves the panic to the event loop.
            Some(Outcome::Panicked(panic)) if group.phase.get() != Phase::Finished => {
                *outcome = Some(Outcome::Failed);
                Some(panic)
            }
            other => {
                *outcome = other;
                None
            }
        };
        let failed = matches!(*outcome, Some(Outcome::Failed));
        drop(outcome);
        if let Some(panic) = panic {
            group.keep(*panic);
        }
        let waited_for = group.waker.borrow().is_some() && group.children.borrow().is_empty();
        if failed || waited_for {
            // A turn later, as in asyncio: a sibling that fails in this very round is heard too.
            let group = self.group.clone();
            agenda.call_soon(move || {
                group.wake_if_empty();
                if failed {
                    group.fail();
                }
            });
        }
    }
}

/// Leaves the children to the event loop when the group's future is dropped.
pub(super) struct Abandon<'a, E: 'static>(pub(super) &'a Group<E>);

impl<E: 'static> Drop for Abandon<'_, E> {
    fn drop(&mut self) {
        let group = self.0;
        group.shut_down();
        group.phase.set(Phase::Finished);
        if let Some(panic) = group.panic.take() {
            group.report(panic);
        }
        if group.interrupted.take() {
            group.parent.control().uncancel();
        }
    }
}
