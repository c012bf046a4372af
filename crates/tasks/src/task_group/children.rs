//! The children of a task group: started, counted, and cancelled together.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use async_task::Runnable;
use slab::Slab;

use super::output::ChildOutput;
use crate::event_loop::EventLoop;
use crate::failure::{Failure, Panic};
use crate::scope::{Scope, Scoped};
use crate::task::{AnyTask, Outcome, Parent, Shared};

/// What a group and its children share.
pub(super) struct Group<E> {
    pub(super) phase: Cell<Phase>,
    pub(super) children: RefCell<Slab<Rc<dyn AnyTask>>>,
    pub(super) limit: usize,
    /// How many children have had a turn and have not ended.
    pub(super) running: Cell<usize>,
    /// Children that the limit keeps waiting.
    pub(super) waiting: RefCell<VecDeque<Runnable>>,
    pub(super) errors: RefCell<Vec<E>>,
    pub(super) panic: Cell<Option<Panic>>,
    /// The body's scope, while it runs.
    pub(super) body: RefCell<Option<Rc<Scope>>>,
    /// Whether a failure interrupted the body: that request is ours to take back.
    pub(super) interrupted: Cell<bool>,
    /// Of the parent that waits for the children.
    pub(super) waker: RefCell<Option<Waker>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    ShuttingDown,
    Finished,
}

impl<E: 'static> Group<E> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            phase: Cell::new(Phase::Open),
            children: RefCell::default(),
            limit,
            running: Cell::new(0),
            waiting: RefCell::default(),
            errors: RefCell::default(),
            panic: Cell::new(None),
            body: RefCell::default(),
            interrupted: Cell::new(false),
            waker: RefCell::default(),
        }
    }

    /// Runs the body in a scope that a failing child can cancel.
    pub(super) async fn run_body<R>(&self, body: impl Future<Output = R>) -> Result<R, Failure> {
        let mut body = pin!(Scoped::new(body));
        let result = poll_fn(|context| {
            body.as_mut().enter();
            if self.body.borrow().is_none()
                && let Some(guarded) = body.as_mut().guarded()
            {
                *self.body.borrow_mut() = Some(guarded.scope().clone());
            }
            match catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(context))) {
                Ok(polled) => polled.map(|result| result.map_err(Failure::Cancelled)),
                Err(panic) => Poll::Ready(Err(Failure::Panicked(panic))),
            }
        });
        let result = result.await;
        self.body.take();
        result
    }

    /// Keeps a panic for the end of the group. One that comes later goes to the event loop.
    pub(super) fn keep(&self, panic: Panic) {
        match self.panic.take() {
            None => self.panic.set(Some(panic)),
            first => {
                self.panic.set(first);
                report(panic);
            }
        }
    }

    pub(super) async fn all_ended(&self) {
        poll_fn(|context| {
            if self.children.borrow().is_empty() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Cancels the children; those that wait for their first turn never run.
    pub(super) fn shut_down(&self) {
        if self.phase.get() != Phase::Open {
            return;
        }
        self.phase.set(Phase::ShuttingDown);
        let children: Vec<_> =
            self.children.borrow().iter().map(|(_, child)| child.clone()).collect();
        for child in children {
            child.cancel(None);
        }
        for runnable in self.waiting.take() {
            self.running.set(self.running.get() + 1);
            runnable.schedule();
        }
    }

    /// A child has failed.
    fn fail(&self) {
        if self.phase.get() != Phase::Open {
            return;
        }
        self.shut_down();
        let body = self.body.borrow().clone();
        if let Some(scope) = body {
            self.interrupted.set(true);
            scope.task().state().count_request();
            scope.task().state().set_reason(None);
            scope.request(None);
        }
    }

    fn ended(&self, key: u32) {
        let child = self.children.borrow_mut().try_remove(key as usize);
        drop(child);
        let next = self.waiting.borrow_mut().pop_front();
        match next {
            Some(runnable) => runnable.schedule(),
            None => self.running.set(self.running.get() - 1),
        }
    }

    fn wake_if_empty(&self) {
        if self.children.borrow().is_empty()
            && let Some(waker) = self.waker.take()
        {
            waker.wake();
        }
    }
}

/// A child's tie to its group.
pub(super) struct Member<E> {
    pub(super) group: Rc<Group<E>>,
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

    fn ended(&self, task: &Shared<R::Value>) {
        let group = &*self.group;
        // Where the loop lists it, the group is gone and lists nobody.
        group.ended(task.state.key());
        let mut outcome = task.outcome.borrow_mut();
        match outcome.take() {
            // A group that is gone leaves the panic to the event loop.
            Some(Outcome::Panicked(panic)) if group.phase.get() != Phase::Finished => {
                *outcome = Some(Outcome::Failed);
                group.keep(*panic);
            }
            other => *outcome = other,
        }
        let failed = matches!(*outcome, Some(Outcome::Failed));
        let last = group.children.borrow().is_empty();
        if (failed || last)
            && let Some(event_loop) = EventLoop::current()
        {
            // A turn later, as in asyncio: a sibling that fails in this very round is heard too.
            let group = self.group.clone();
            event_loop.call_soon(move || {
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

impl<E> Drop for Abandon<'_, E> {
    fn drop(&mut self) {
        let group = self.0;
        group.shut_down();
        group.phase.set(Phase::Finished);
        if let Some(panic) = group.panic.take() {
            report(panic);
        }
        if let Some(scope) = group.body.take()
            && group.interrupted.take()
        {
            scope.task().state().uncancel();
        }
        if let Some(event_loop) = EventLoop::current() {
            for child in group.children.borrow_mut().drain() {
                event_loop.enroll(child);
            }
        }
    }
}

/// Leaves a panic to the event loop.
fn report(panic: Panic) {
    if let Some(event_loop) = EventLoop::current() {
        event_loop.report(panic);
    }
}
