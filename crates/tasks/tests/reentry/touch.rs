//! What code of the user calls: the object at hand, and all the rest.

use std::future::{pending, ready};
use std::panic::{catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{
    AsCompleted, Barrier, BaseQueue, BoundedSemaphore, Condition, Deadline, Event, Gateway, Lock,
    Order, Promise, Semaphore, Task, TaskContext, TaskGroup, TaskHandle, amap, as_completed,
    catch_cancelled, finally, gather, gather_outcomes, promise, race, shield, sleep, spawn,
    timeout, try_gather, wait,
};

use super::harness::{HOUR, IN_LOOP, RAN, poll_once};
use super::user::ITEM;

pub(super) trait Touch {
    /// Calls every method of an object that leaves it as it is.
    fn touch(&self);
}

impl Touch for Event {
    fn touch(&self) {
        assert_eq!(poll_once(self.wait()).is_some(), self.is_set());
        let _text = format!("{self:?}");
    }
}

impl<T: Clone> Touch for Promise<T> {
    fn touch(&self) {
        assert!(self.is(&self.clone()));
        assert_eq!(self.result().is_ok(), self.done() && !self.cancelled());
        if !self.cancelled() {
            assert_eq!(poll_once(self.clone()).is_some(), self.done());
        }
        let _text = format!("{self:?}");
    }
}

impl Touch for TaskHandle {
    fn touch(&self) {
        assert_eq!(poll_once(self.ended()).is_some(), self.done());
        assert!(*self == self.clone() && (self.done() || !self.cancelled()));
        let _text = format!("{self:?} {} {:?}", self.cancelling(), self.name());
    }
}

impl<T> Touch for Task<T> {
    fn touch(&self) {
        self.handle().touch();
        assert!(self.done() || self.result().is_err());
        let _text = format!("{self:?} {} {:?}", self.cancelling(), self.name());
    }
}

impl Touch for Lock {
    fn touch(&self) {
        drop(self.try_acquire());
        drop(poll_once(self.acquire()));
        let _text = format!("{self:?} {}", self.locked());
    }
}

impl Touch for Semaphore {
    fn touch(&self) {
        drop(self.try_acquire());
        drop(poll_once(self.acquire()));
        let _text = format!("{self:?} {}", self.locked());
    }
}

impl Touch for BoundedSemaphore {
    fn touch(&self) {
        drop(self.try_acquire());
        drop(poll_once(self.acquire()));
        let _text = format!("{self:?} {}", self.locked());
    }
}

impl Touch for Condition {
    fn touch(&self) {
        if let Some(guard) = poll_once(self.acquire()) {
            self.notify(&guard, 0);
            assert!(self.locked());
        }
        let _text = format!("{self:?}");
    }
}

impl Touch for Barrier {
    fn touch(&self) {
        if self.waiting() + 1 < self.parties() && !self.broken() {
            assert_eq!(poll_once(self.wait()), None);
        }
        let _text = format!("{self:?}");
    }
}

impl<O: Order> Touch for BaseQueue<O> {
    fn touch(&self) {
        let length = self.len();
        assert_eq!(self.is_empty(), length == 0);
        assert!(self.capacity().is_none_or(|capacity| self.len() <= capacity));
        let _text = format!("{self:?} {} {}", self.is_full(), self.is_shut_down());
        poll_once(self.join());
        if self.is_empty() {
            assert!(self.try_get().is_err());
        }
    }
}

impl<E> Touch for TaskGroup<E> {
    fn touch(&self) {
        let _text = format!("{self:?}");
        // Not without end: a child that ends wakes who waits for the group.
        if RAN.get() < 10 {
            let _closed = self.try_spawn(async {});
        }
    }
}

impl Touch for Deadline {
    fn touch(&self) {
        let _moved = self.reschedule(self.when());
        let _text = format!("{self:?} {}", self.expired());
    }
}

impl<F: Future> Touch for Rc<AsCompleted<F>> {
    fn touch(&self) {
        let length = self.len();
        assert_eq!(self.is_empty(), length == 0);
        let _text = format!("{self:?}");
    }
}

impl Touch for Gateway {
    fn touch(&self) {
        drop(self.spawn(|| async {}));
        let _text = format!("{self:?}");
    }
}

impl Touch for TaskContext {
    fn touch(&self) {
        let _text = format!("{self:?} {:?}", ITEM.get_in(self));
    }
}

/// Whether tasks can be spawned. What outlives its loop is dropped when that is over.
pub(super) fn in_loop() -> bool {
    if !IN_LOOP.get() {
        return false;
    }
    let spawned = catch_unwind(|| spawn(async {}).detach());
    if let Err(panic) = spawned {
        let refused = panic.downcast_ref::<String>();
        if !refused.is_some_and(|text| text.contains("needs a running event loop")) {
            resume_unwind(panic);
        }
        return false;
    }
    true
}

/// Calls all that needs no object.
pub(super) fn everything() {
    assert_eq!(poll_once(gather([ready(1), ready(2)])), Some(vec![1, 2]));
    assert_eq!(poll_once(gather((ready(1), ready("two")))), Some((1, "two")));
    assert_eq!(poll_once(try_gather([ready(Err::<(), _>(1))])), Some(Err(1)));
    assert!(poll_once(gather_outcomes([ready(1)])).is_some_and(|outcomes| outcomes[0].is_ok()));
    assert_eq!(poll_once(race([ready(1)])), Some((0, 1)));
    assert_eq!(poll_once(amap(1, [1, 2], ready)), Some(vec![1, 2]));
    assert_eq!(poll_once(as_completed([ready(1)]).next()), Some(Some((0, 1))));
    assert_eq!(poll_once(timeout(HOUR, ready(1))), Some(Ok(1)));
    assert!(poll_once(timeout(HOUR, pending::<()>())).is_none());
    assert!(poll_once(sleep(HOUR)).is_none() && poll_once(sleep(Duration::ZERO)).is_none());
    let _caught = poll_once(catch_cancelled(pending::<()>()));
    assert!(poll_once(finally(ready(1), pending())).is_none());
    assert_eq!(poll_once(promise::<()>()), None);
    let _item = (ITEM.get(), TaskContext::copy());
    if in_loop() {
        let task = spawn(pending::<()>());
        assert!(task.cancel() && poll_once(wait([&task])).is_none());
        assert!(poll_once(shield(ready(1))).is_none());
        drop(Gateway::new().spawn(|| async {}));
    }
}
