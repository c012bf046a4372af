//! What code of a user does, that it ran, and how a row runs.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use twin_tasks::{race, sleep};

use super::touch::{Touch, everything};
use crate::alone::{Row, each_alone};

thread_local! {
    pub(super) static ACT: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    pub(super) static RAN: Cell<u32> = const { Cell::new(0) };
    /// Code of the user runs: what it calls does not re-enter once more.
    pub(super) static BUSY: Cell<bool> = const { Cell::new(false) };
    /// `run` runs, and maybe its loop.
    pub(super) static IN_LOOP: Cell<bool> = const { Cell::new(false) };
}

/// Code of the user runs here.
pub(super) fn user_code() {
    // Not on other threads, nor when this one ends.
    let Ok(Some(act)) = ACT.try_with(|act| act.borrow().clone()) else { return };
    if BUSY.replace(true) {
        return;
    }
    struct Idle;
    impl Drop for Idle {
        fn drop(&mut self) {
            BUSY.set(false);
        }
    }
    let _idle = Idle;
    RAN.set(RAN.get() + 1);
    act();
}

/// From now on, code of the user calls this object, and everything else in the crate.
pub(super) fn reenters_by(object: impl Touch + 'static) {
    reenters(move || object.touch());
}

/// From now on, code of the user does this, and calls everything else in the crate.
pub(super) fn reenters(act: impl Fn() + 'static) {
    let act: Rc<dyn Fn()> = Rc::new(move || {
        act();
        everything();
    });
    let before = ACT.replace(Some(act));
    drop(before);
}

/// Runs each row by itself, in a process that nobody else aborts.
#[track_caller]
pub(super) fn check(test: impl Fn(), rows: &[Row]) {
    each_alone(test, rows, one);
}

/// A row's program.
pub(super) fn one(program: fn()) {
    struct Forget;
    impl Drop for Forget {
        fn drop(&mut self) {
            // It holds objects of the crate, which must not outlive the thread's variables.
            let act = ACT.take();
            drop(act);
        }
    }
    let _forget = Forget;
    program();
    assert!(RAN.get() > 0, "no code of the user has run");
}

/// Runs a program in the event loop.
pub(super) fn run<T: 'static>(program: impl Future<Output = T> + 'static) -> T {
    let _in_loop = InLoop::new();
    twin_tasks::run(program)
}

/// Says that `run` runs, until it is dropped.
pub(super) struct InLoop;

impl InLoop {
    pub(super) fn new() -> Self {
        IN_LOOP.set(true);
        Self
    }
}

impl Drop for InLoop {
    fn drop(&mut self) {
        IN_LOOP.set(false);
    }
}

pub(super) async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// Awaits a future for some turns, and drops it.
pub(super) async fn half_way<F: Future>(future: F) {
    let waits = async {
        let _output = future.await;
    };
    race((waits, turns(6))).await;
}

pub(super) const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
