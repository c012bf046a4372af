//! Panics that nobody awaits any more.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::outcome::{Panic, catch};

/// What is called with the panics that nobody awaits.
pub(crate) type OnPanic = Rc<dyn Fn(Panic)>;

#[derive(Default)]
pub(crate) struct Unclaimed {
    handler: RefCell<Option<OnPanic>>,
    /// The first, where no handler takes it.
    first: Cell<Option<Panic>>,
}

impl Unclaimed {
    pub(crate) fn set_handler(&self, handler: OnPanic) {
        let before = self.handler.replace(Some(handler));
        drop(before);
    }

    pub(crate) fn report(&self, panic: Panic) {
        let handler = self.handler.borrow().clone();
        let panic = match handler {
            None => panic,
            // A handler that panics has not dealt with it.
            Some(handler) => match catch(|| handler(panic)) {
                Ok(()) => return,
                Err(panic) => panic,
            },
        };
        let first = self.first.take().unwrap_or(panic);
        self.first.set(Some(first));
    }

    pub(crate) fn take(&self) -> Option<Panic> {
        self.first.take()
    }
}
