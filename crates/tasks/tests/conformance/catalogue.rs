//! What the crate answers for among CPython's behaviours, and the words of asyncio that its twins
//! use.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{Cancelled, Clock, Failure, Runner, Sleep, sleep};
use twins_conformance::{Account, check_programs};

const ACCOUNT: Account<'_> = Account {
    areas: &[
        "coroutine",
        "gather",
        "wait",
        "wait_for",
        "as_completed",
        "shield",
        "cancel",
        "taskgroup",
        "timeout",
        "queue",
        "lock",
        "semaphore",
        "event",
        "runner",
        "to_thread",
    ],
    page: include_str!("../../src/conformance.rs"),
    refused: include_str!("../../src/conformance/refused.rs"),
    front: include_str!("../../src/lib.rs"),
    typed_tests: &[
        "test_asyncio/test_tasks.py::BaseTaskTests::test_task_awaits_on_itself",
        "test_asyncio/test_timeouts.py::TimeoutTests::test_timeout_finished",
    ],
};

#[test]
fn python_prints_what_the_catalogue_says() {
    check_programs(ACCOUNT.areas);
}

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(ACCOUNT.areas);
    ACCOUNT.check_counts();
}

/// Runs the twin of the behaviour that the surrounding test is named after, and holds what it
/// prints against what CPython prints.
macro_rules! same {
    (|| $twin:expr) => {
        twins_conformance::check(twins_conformance::here!(), "smol", || $twin)
    };
    ($($main:tt)*) => { same!(|| $crate::catalogue::run(async move { $($main)* })) };
}

/// Runs in virtual time, as the harness has CPython do: a busy machine does not change who is first.
pub(crate) fn run<T: 'static>(main: impl Future<Output = T> + 'static) -> T {
    let mut runner = Runner::with_clock(Clock::jumping());
    let value = runner.run(main);
    runner.close();
    value
}

/// A sleep of as many milliseconds as in the Python program.
pub(crate) fn ms(time: u64) -> Sleep {
    sleep(Duration::from_millis(time))
}

/// `asyncio.sleep(0)`.
pub(crate) fn turn() -> Sleep {
    sleep(Duration::ZERO)
}

/// A value that several tasks change: a log, most of all.
pub(crate) struct Shared<T>(Rc<RefCell<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Rc::new(RefCell::new(value)))
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.borrow_mut())
    }

    pub(crate) fn get(&self) -> T
    where
        T: Clone,
    {
        self.0.borrow().clone()
    }
}

impl<T> Shared<Vec<T>> {
    pub(crate) fn log() -> Self {
        Self::new(Vec::new())
    }

    pub(crate) fn push(&self, item: T) {
        self.0.borrow_mut().push(item);
    }
}

/// The `args` of a `CancelledError`.
pub(crate) fn args(cancelled: &Cancelled) -> String {
    match (cancelled.reason::<&str>(), cancelled.reason::<i32>()) {
        (Some(text), _) => format!("('{text}',)"),
        (_, Some(number)) => format!("({number},)"),
        _ => "()".to_owned(),
    }
}

/// The cancellation that something ended by.
#[track_caller]
pub(crate) fn cancelled<T>(outcome: Result<T, Failure>) -> Cancelled {
    match outcome {
        Err(Failure::Cancelled(cancelled)) => cancelled,
        Err(failure) => panic!("{failure}"),
        Ok(_) => panic!("it gave a value"),
    }
}
