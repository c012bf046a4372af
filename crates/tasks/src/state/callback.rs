//! An end that the loop tells of in a place of its own.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Waker;

use super::Watch;
use crate::agenda::Agenda;

/// What is over when the loop goes round, as where asyncio has a callback: a request that comes before
/// that finds a task that waits.
#[derive(Default)]
pub(crate) struct Callback {
    state: Cell<State>,
    waker: RefCell<Option<Waker>>,
    /// Whether it is over at once, for now.
    at_once: Option<Rc<Cell<bool>>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Waits,
    Planned,
    Over,
    OverAtOnce,
}

impl Callback {
    /// `at_once`: whether an end is told without a callback, as it is when it comes.
    pub(crate) fn new(at_once: Rc<Cell<bool>>) -> Self {
        Self { at_once: Some(at_once), ..Self::default() }
    }

    /// It is over when the loop goes round, and wakes the waiter; at once where no loop does.
    pub(crate) fn plan<T: AsRef<Self> + 'static>(owner: Rc<T>) {
        let callback: &Self = (*owner).as_ref();
        if callback.state.get() != State::Waits {
            return;
        }
        callback.state.set(State::Planned);
        let call = move || (*owner).as_ref().end(State::Over);
        match Agenda::current() {
            Some(agenda) => agenda.call_soon(call),
            None => call(),
        }
    }

    fn end(&self, state: State) {
        self.state.set(state);
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state.get(), State::Over | State::OverAtOnce)
    }

    /// Whether it was a callback that told it.
    pub(crate) fn by_callback(&self) -> bool {
        self.state.get() == State::Over
    }

    /// Whom to wake.
    pub(crate) fn wakes(&self, waker: &Waker) {
        let same = |before: &Waker| before.will_wake(waker);
        if !self.waker.borrow().as_ref().is_some_and(same) {
            let waker = waker.clone();
            let before = self.waker.replace(Some(waker));
            drop(before);
        }
    }

    /// Nobody waits any more. That it is over may be planned.
    pub(crate) fn forget(&self) {
        let waker = self.waker.take();
        drop(waker);
    }
}

impl AsRef<Self> for Callback {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Watch for Callback {
    fn ended(self: Rc<Self>, _place: u32) {
        match &self.at_once {
            Some(at_once) if at_once.get() => self.end(State::OverAtOnce),
            _ => Self::plan(self),
        }
    }
}
