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

mod scoped;
mod sibling;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Waker;

use slab::Slab;

pub(crate) use self::scoped::{Guarded, Scoped};
pub(crate) use self::sibling::{Sibling, Siblings};

use crate::cancel::{Cancelled, Reason};
use crate::task::AnyTask;
use crate::turn;

thread_local! {
    static CURRENT: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// How many branches are raised, and how many families there are, in all threads: where there is
/// none, siblings need not look at their scope.
static CANCELLING: AtomicUsize = AtomicUsize::new(0);

/// What can be asked to end. Gives whether it will: what has ended already won't.
pub(crate) trait Cancel {
    fn cancel(self: Rc<Self>, reason: Option<Reason>) -> bool;
}

/// The inner scopes of a scope or of a task, and whether it is being cancelled itself.
#[derive(Default)]
pub(crate) struct Branch {
    /// Most tasks have no scope at all, so that this costs them a pointer.
    inner: Cell<Option<Box<Entries>>>,
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
        let mut inner = self.copies();
        inner.retain(|(_, inner)| match inner {
            Inner::Scope(scope) => {
                scope.from_outside.set(true);
                scope.request(reason);
                true
            }
            Inner::Waits(other) => other.clone().cancel(reason.cloned()),
        });
        if inner.is_empty() {
            self.raise();
        }
        inner.into_iter().map(|(owner, _)| owner).collect()
    }

    /// Takes back a request that nobody has answered yet.
    pub(crate) fn withdraw(&self) {
        self.take_raised();
        for (_, inner) in self.copies() {
            if let Inner::Scope(scope) = inner {
                scope.branch.withdraw();
            }
        }
    }

    pub(crate) fn raise(&self) {
        if !self.raised.replace(true) {
            CANCELLING.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn take_raised(&self) -> bool {
        let raised = self.raised.take();
        if raised {
            CANCELLING.fetch_sub(1, Relaxed);
        }
        raised
    }

    fn insert(&self, inner: Inner) -> usize {
        let mut entries = self.inner.take().unwrap_or_default();
        let key = entries.insert((turn::owner(), inner));
        self.inner.set(Some(entries));
        key
    }

    fn remove(&self, key: usize) {
        let mut entries = self.inner.take();
        let removed = entries.as_mut().and_then(|entries| entries.try_remove(key));
        self.inner.set(entries);
        drop(removed);
    }

    fn copies(&self) -> Vec<(usize, Inner)> {
        let entries = self.inner.take();
        let copies = entries.iter().flat_map(|entries| entries.iter());
        let copies = copies.map(|(_, entry)| entry.clone()).collect();
        self.inner.set(entries);
        copies
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        self.take_raised();
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

    /// As `current`, for what can't do without.
    #[track_caller]
    pub(crate) fn expect(caller: &str) -> Self {
        match Self::current() {
            Some(place) => place,
            None => panic!("{caller} needs a running task: call it inside twin_tasks::run"),
        }
    }

    /// Looks at the running task, if there is one.
    pub(crate) fn with_current(look: impl FnOnce(&dyn AnyTask)) {
        CURRENT.with_borrow(|current| {
            if let Some(place) = current {
                look(&*place.task);
            }
        });
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
                // Dropped after the borrow: a destructor may look at the current place.
                drop(CURRENT.replace(self.0.take()));
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
            "what was awaited has been cancelled, which needs a running task to end: await it \
             inside twin_tasks::run"
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
    /// Whether a request came from outside of it.
    from_outside: Cell<bool>,
    /// Of siblings that share this scope; most scopes have one future and need no such list.
    family: RefCell<Option<Box<Family>>>,
}

/// What a scope knows of the siblings that share it, each by its owner's number. There is one from
/// the first cancellation on.
struct Family {
    /// While they are asked to end: those that have not.
    asked: Option<HashSet<usize>>,
    /// Those that were cancelled, and must not be polled again.
    fallen: HashSet<usize>,
}

impl Family {
    fn new() -> Self {
        CANCELLING.fetch_add(1, Relaxed);
        Self { asked: None, fallen: HashSet::new() }
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        CANCELLING.fetch_sub(1, Relaxed);
    }
}

impl Scope {
    fn new(task: Rc<dyn AnyTask>) -> Rc<Self> {
        Rc::new(Self {
            task,
            branch: Branch::default(),
            waker: RefCell::default(),
            from_outside: Cell::new(false),
            family: RefCell::default(),
        })
    }

    pub(crate) fn task(&self) -> &Rc<dyn AnyTask> {
        &self.task
    }

    pub(crate) fn asked_from_outside(&self) -> bool {
        self.from_outside.get()
    }

    /// Cancels what is inside of this scope.
    pub(crate) fn request(&self, reason: Option<&Reason>) {
        let owners = self.branch.request(reason);
        if !owners.is_empty() {
            self.with_family(|family| family.asked = Some(owners.into_iter().collect()));
        } else if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    fn sibling_ended(&self, owner: usize) {
        if let Some(family) = &mut *self.family.borrow_mut()
            && let Some(asked) = &mut family.asked
        {
            asked.remove(&owner);
        }
    }

    fn sibling_fell(&self, owner: usize) {
        self.with_family(|family| family.fallen.insert(owner));
        self.sibling_ended(owner);
    }

    fn with_family<R>(&self, change: impl FnOnce(&mut Family) -> R) -> R {
        change(self.family.borrow_mut().get_or_insert_with(|| Box::new(Family::new())))
    }

    fn has_fallen(&self, owner: usize) -> bool {
        self.family.borrow().as_ref().is_some_and(|family| family.fallen.contains(&owner))
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
