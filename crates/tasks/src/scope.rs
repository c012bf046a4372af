//! The tree of a task's scopes, and how a request to cancel finds its way through it.
//!
//! A scope is a future that reacts to a request: one that catches it (`catch_cancelled`, a
//! timeout), or one that hands it on to what it waits for (a joined task, a promise).
//!
//! ```text
//! task ── catch_cancelled ─┬─ timeout ── joined task   ◀── the request goes here
//!                          └─ catch_cancelled          ◀── and here
//! ```
//!
//! The request goes to the scopes without an inner one. Such a scope drops what it holds and
//! answers `Err(Cancelled)`; the code behind it cleans up, and then refuses or propagates: that
//! raises the cancellation in the next outer scope, and so on, up to the task.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;
use slab::Slab;

use crate::cancel::{Cancelled, Reason};
use crate::task::AnyTask;

thread_local! {
    static CURRENT: RefCell<Option<Place>> = const { RefCell::new(None) };
    /// Which of several siblings is being polled, see `Sibling`.
    static OWNER: Cell<usize> = const { Cell::new(0) };
}

/// What can be asked to end. Gives whether it will: what has ended already won't.
pub(crate) trait Cancel {
    fn cancel(self: Rc<Self>, reason: Option<Reason>) -> bool;
}

/// The inner scopes of a scope or of a task, and whether it is being cancelled itself.
#[derive(Default)]
pub(crate) struct Branch {
    /// Most tasks have no scope at all, so that this costs them a pointer.
    inner: RefCell<Option<Box<Entries>>>,
    raised: Cell<bool>,
}

/// Who is inside, each with its owner among several siblings.
type Entries = Slab<(usize, Inner)>;

#[derive(Clone)]
enum Inner {
    Scope(Rc<Scope>),
    Waits(Rc<dyn Cancel>),
}

impl Branch {
    /// Passes a request on, and gives the owners of the inner scopes that took it; if there are
    /// none, it is raised here.
    pub(crate) fn request(&self, reason: Option<&Reason>) -> Vec<usize> {
        // A copy: what is asked may leave the tree at once.
        let mut inner: Vec<_> = match &*self.inner.borrow() {
            Some(inner) => inner.iter().map(|(_, inner)| inner.clone()).collect(),
            None => Vec::new(),
        };
        inner.retain(|(_, inner)| match inner {
            Inner::Scope(scope) => {
                scope.request(reason);
                true
            }
            Inner::Waits(other) => other.clone().cancel(reason.cloned()),
        });
        if inner.is_empty() {
            self.raised.set(true);
        }
        inner.into_iter().map(|(owner, _)| owner).collect()
    }

    /// Takes back a request that nobody has answered yet.
    pub(crate) fn withdraw(&self) {
        self.raised.set(false);
        if let Some(inner) = &*self.inner.borrow() {
            for (_, (_, inner)) in inner.iter() {
                if let Inner::Scope(scope) = inner {
                    scope.branch.withdraw();
                }
            }
        }
    }

    pub(crate) fn raise(&self) {
        self.raised.set(true);
    }

    pub(crate) fn take_raised(&self) -> bool {
        self.raised.take()
    }

    fn insert(&self, inner: Inner) -> usize {
        self.inner.borrow_mut().get_or_insert_default().insert((OWNER.get(), inner))
    }

    fn remove(&self, key: usize) {
        let removed = self.inner.borrow_mut().as_mut().and_then(|inner| inner.try_remove(key));
        drop(removed);
    }
}

/// Where in the tree the code runs that is being polled.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) task: Rc<dyn AnyTask>,
    scope: Option<Rc<Scope>>,
}

impl Place {
    pub(crate) fn of_task(task: Rc<dyn AnyTask>) -> Self {
        Self { task, scope: None }
    }

    /// Nowhere, outside of [`run`](crate::run) and under other executors.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    fn branch(&self) -> &Branch {
        match &self.scope {
            Some(scope) => &scope.branch,
            None => self.task.state().branch(),
        }
    }

    /// Polls something at this place.
    pub(crate) fn enter<R>(self, poll: impl FnOnce() -> R) -> R {
        struct Leave(Option<Place>);
        impl Drop for Leave {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _leave = Leave(CURRENT.replace(Some(self)));
        poll()
    }
}

/// Raises a cancellation where the running code is: its scope drops it.
pub(crate) fn raise(cancelled: &Cancelled) {
    let Some(place) = Place::current() else {
        panic!(
            "what was awaited has been cancelled, and outside of twin_tasks::run nothing can be \
             cancelled with it: await it by `outcome`"
        )
    };
    place.task.state().set_reason(cancelled.shared_reason());
    place.branch().raise();
}

/// A live inner scope.
pub(crate) struct Scope {
    task: Rc<dyn AnyTask>,
    branch: Branch,
    waker: RefCell<Option<Waker>>,
    /// While siblings are asked to end: those that have not.
    asked: RefCell<Option<Vec<usize>>>,
    /// Whether a sibling was cancelled.
    fallen: Cell<bool>,
}

impl Scope {
    fn new(task: Rc<dyn AnyTask>) -> Rc<Self> {
        Rc::new(Self {
            task,
            branch: Branch::default(),
            waker: RefCell::default(),
            asked: RefCell::default(),
            fallen: Cell::new(false),
        })
    }

    pub(crate) fn task(&self) -> &Rc<dyn AnyTask> {
        &self.task
    }

    /// Cancels what is inside of this scope.
    pub(crate) fn request(&self, reason: Option<&Reason>) {
        let owners = self.branch.request(reason);
        if !owners.is_empty() {
            self.asked.replace(Some(owners));
        } else if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    fn sibling_ended(&self, owner: usize) {
        if let Some(asked) = &mut *self.asked.borrow_mut() {
            asked.retain(|other| *other != owner);
        }
    }
}

/// A scope's, or a wait's, entry in the tree. It leaves when this is dropped.
pub(crate) struct Entry {
    place: Place,
    key: usize,
}

impl Entry {
    /// Whoever is asked to cancel hands it on to `other`, for which it waits.
    pub(crate) fn waits_for(other: Rc<dyn Cancel>) -> Option<Self> {
        let place = Place::current()?;
        let key = place.branch().insert(Inner::Waits(other));
        Some(Self { place, key })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.place.branch().remove(self.key);
    }
}

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
        match &*self.scope.asked.borrow() {
            Some(asked) if asked.is_empty() => Siblings::Ended,
            Some(_) => Siblings::Ending,
            None if self.scope.fallen.get() => Siblings::Ended,
            None => Siblings::Running,
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

/// How far those are that share a scope.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Siblings {
    /// Nobody was cancelled.
    Running,
    /// They were asked to end, and clean up.
    Ending,
    /// All who were asked have ended, or one was cancelled by itself.
    Ended,
}

pin_project! {
    /// One of several futures that share a scope. A cancellation that it raises ends it and not
    /// those beside it, who may still have to clean up.
    pub struct Sibling<F> {
        #[pin]
        future: F,
    }
}

impl<F> Sibling<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Sibling<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        struct Restore(usize);
        impl Drop for Restore {
            fn drop(&mut self) {
                OWNER.set(self.0);
            }
        }
        // It is pinned: nobody else has this address while it lives.
        let owner = std::ptr::from_ref(&*self).addr();
        let restore = Restore(OWNER.replace(owner));
        let output = self.project().future.poll(context);
        drop(restore);

        CURRENT.with_borrow(|place| {
            let Some(scope) = place.as_ref().and_then(|place| place.scope.as_ref()) else { return };
            if output.is_ready() {
                scope.sibling_ended(owner);
            } else if scope.branch.take_raised() {
                scope.fallen.set(true);
                scope.sibling_ended(owner);
            }
        });
        output
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
