//! Futures in a scope of their own.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Entry, Inner, Place, Scope, Siblings};
use crate::cancel::{Cancelled, Reason};
use crate::task::AnyTask;

/// A scope as it is held by the future that it belongs to.
pub(crate) struct Guarded {
    scope: Rc<Scope>,
    _entry: Option<Entry>,
}

impl Guarded {
    /// A scope inside of the current one.
    pub(crate) fn new() -> Option<Self> {
        let place = Place::current()?;
        let scope = Scope::new(place.task.clone());
        let key = place.branch().insert(Inner::Scope(scope.clone()));
        Some(Self { scope, _entry: Some(Entry { place, key }) })
    }

    /// A scope outside of the tree, which no request reaches.
    pub(crate) fn detached() -> Option<Self> {
        let task = Place::current()?.task;
        Some(Self { scope: Scope::new(task), _entry: None })
    }

    pub(crate) fn task(&self) -> &Rc<dyn AnyTask> {
        &self.scope.task
    }

    pub(crate) fn scope(&self) -> &Rc<Scope> {
        &self.scope
    }

    /// Cancels what is inside.
    pub(crate) fn request(&self, reason: Option<&Reason>) {
        self.scope.request(reason);
    }

    /// Whether siblings were asked to end, and all have.
    pub(crate) fn siblings(&self) -> Siblings {
        let family = self.scope.family.borrow();
        let Some(family) = &*family else { return Siblings::Running };
        match &family.asked {
            Some(asked) if asked.is_empty() => Siblings::Ended,
            Some(_) => Siblings::Ending,
            None if family.fallen.is_empty() => Siblings::Running,
            None => Siblings::Ended,
        }
    }

    pub(crate) fn take_raised(&self) -> Option<Cancelled> {
        self.scope.branch.take_raised().then(|| self.scope.task.state().cancelled_error())
    }

    /// Polls what is inside.
    pub(crate) fn poll<R>(
        &self,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        let mut waker = self.scope.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            *waker = Some(context.waker().clone());
        }
        drop(waker);
        let place = Place { task: self.scope.task.clone(), scope: Some(self.scope.clone()) };
        place.enter(|| poll(context))
    }
}

pin_project! {
    /// A future in a scope of its own, which catches a cancellation.
    pub(crate) struct Scoped<F> {
        #[pin]
        future: Option<F>,
        guarded: Option<Guarded>,
    }
}

impl<F: Future> Scoped<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(future), guarded: None }
    }

    /// The scope, from the first poll to the end.
    pub(crate) fn guarded(self: Pin<&mut Self>) -> Option<&Guarded> {
        self.project().guarded.as_ref()
    }

    /// Enters the tree, if there is one.
    pub(crate) fn enter(self: Pin<&mut Self>) {
        let this = self.project();
        if this.guarded.is_none() {
            *this.guarded = Guarded::new();
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = Result<F::Output, Cancelled>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.as_mut().enter();
        let mut this = self.project();
        let future = this.future.as_mut().as_pin_mut().expect("polled after its end");
        let Some(guarded) = this.guarded.as_ref() else {
            // Another executor: a future has only drop there.
            let output = std::task::ready!(future.poll(context));
            this.future.set(None);
            return Poll::Ready(Ok(output));
        };
        // The request comes first: it beats a value of the same turn.
        let result = match guarded.take_raised() {
            Some(cancelled) => Err(cancelled),
            None => match guarded.poll(context, |context| future.poll(context)) {
                Poll::Ready(output) => Ok(output),
                Poll::Pending => match guarded.take_raised() {
                    Some(cancelled) => Err(cancelled),
                    None => return Poll::Pending,
                },
            },
        };
        this.future.set(None);
        *this.guarded = None;
        Poll::Ready(result)
    }
}
