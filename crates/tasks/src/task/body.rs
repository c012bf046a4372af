//! The future of a task as the loop runs it: a turn, and what it leads to.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::state::{Outcome, Phase, Shared};
use crate::scope::Place;

/// What a group wants to know about its children.
pub(crate) trait Parent<R, T>: 'static {
    /// Turns what the future returned into the task's outcome.
    fn outcome(&self, returned: R) -> Outcome<T>;
    /// The task has ended.
    fn ended(&self, task: &Shared<T>);
}

/// A task without a group.
pub(crate) struct NoParent;

impl<T: 'static> Parent<T, T> for NoParent {
    fn outcome(&self, returned: T) -> Outcome<T> {
        Outcome::Value(returned)
    }

    fn ended(&self, _task: &Shared<T>) {}
}

pin_project! {
    /// The future of a task as the loop runs it.
    pub(crate) struct Body<F, T, P> {
        #[pin]
        future: Option<F>,
        shared: Rc<Shared<T>>,
        parent: P,
    }
}

impl<F, T, P> Body<F, T, P> {
    pub(crate) fn new(future: F, shared: Rc<Shared<T>>, parent: P) -> Self {
        Self { future: Some(future), shared, parent }
    }
}

impl<F, T, P> Future for Body<F, T, P>
where
    F: Future,
    T: 'static,
    P: Parent<F::Output, T>,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let shared = &**this.shared;
        let state = &shared.state;
        let waker = state.waker.take();
        state.waker.set(Some(waker.unwrap_or_else(|| context.waker().clone())));

        let outcome = Place::of_task(this.shared.clone()).enter(|| {
            state.phase.set(Phase::Running);
            let returned = if state.branch().take_raised() {
                Ok(None)
            } else {
                let future =
                    this.future.as_mut().as_pin_mut().expect("a task is polled to its end");
                catch_unwind(AssertUnwindSafe(|| future.poll(context))).map(Some)
            };
            state.phase.set(Phase::Suspended);

            let outcome = match returned {
                Err(panic) => Outcome::Panicked(Box::new(panic)),
                // A request that came too late for a wait destroys the result.
                Ok(Some(Poll::Ready(_))) if state.must_cancel.get() => Outcome::Cancelled,
                Ok(Some(Poll::Ready(returned))) => this.parent.outcome(returned),
                Ok(Some(Poll::Pending)) => {
                    if !state.branch().take_raised() {
                        if state.must_cancel.take() | state.may_cancel.take() {
                            state.request();
                        }
                        return None;
                    }
                    Outcome::Cancelled
                }
                Ok(None) => Outcome::Cancelled,
            };
            // Destructors run inside of the task, too; one that panics gives the task's outcome.
            let dropped = catch_unwind(AssertUnwindSafe(|| this.future.as_mut().set(None)));
            Some(match dropped {
                Ok(()) => outcome,
                Err(panic) => Outcome::Panicked(Box::new(panic)),
            })
        });
        let Some(outcome) = outcome else { return Poll::Pending };
        shared.end(outcome);
        this.parent.ended(shared);
        Poll::Ready(())
    }
}
