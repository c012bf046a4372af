//! Running a program of tasks: asyncio's event loop.
//!
//! asyncio's loop goes round: it looks which timers and sockets are ready, then runs every task
//! that is ready by now, once. Here a round is one poll of the loop's future by smol's `block_on`,
//! which looks at timers and sockets between two polls:
//!
//! ```text
//! block_on ──▶ timers, sockets ──wake──▶ queue: c  a  b │ marker
//!    ▲                                          run one by one │
//!    └───────────────────── the round is over ◀────────────────┘
//! ```
//!
//! The marker is a task that is queued at the beginning of a round, behind all that are ready: when
//! its turn comes, the round is over. What became ready meanwhile stands behind it.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures_lite::future;
use smol::LocalExecutor;

thread_local! {
    static CURRENT: RefCell<Option<Rc<LocalExecutor<'static>>>> = const { RefCell::new(None) };
}

/// Runs a program to its end and returns what it returns: Python's `asyncio.run(main())`.
///
/// Tasks that are left when `main` ends are cancelled: dropped where they wait, so that their
/// destructors run.
///
/// # Blocking
///
/// It blocks the thread: this is the way from ordinary code into asynchronous code.
///
/// # Panics
///
/// If it is called inside of itself, as `asyncio.run` raises `RuntimeError`. A panic of `main` goes
/// on to the caller.
///
/// # Examples
///
/// ```
/// use twin_tasks::run;
///
/// async fn boil(water: &str) -> String {
///     format!("hot {water}")
/// }
/// assert_eq!(run(boil("tea")), "hot tea");
/// ```
pub fn run<F>(main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let executor = Rc::new(LocalExecutor::new());
    let _entered = Entered::new(executor.clone());
    smol::block_on(drive(&executor, main))
}

async fn drive<F>(executor: &LocalExecutor<'static>, main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let mut main = executor.spawn(main);
    let marker = Rc::new(Marker::default());
    // Detached: it never ends, and is dropped with the executor.
    executor.spawn(Rc::clone(&marker).queue()).detach();
    loop {
        let ran = marker.round(executor);
        if let Some(output) = future::poll_once(&mut main).await {
            return output;
        }
        if ran {
            // Back to block_on, which looks at timers and sockets without waiting.
            future::yield_now().await;
        } else {
            // Nothing is ready: wait until something is, and run it; the rest of its round follows.
            executor.tick().await;
        }
    }
}

/// The task whose turn ends a round.
#[derive(Default)]
struct Marker {
    waker: RefCell<Option<Waker>>,
    reached: Cell<bool>,
}

impl Marker {
    async fn queue(self: Rc<Self>) {
        poll_fn(|context| {
            *self.waker.borrow_mut() = Some(context.waker().clone());
            self.reached.set(true);
            Poll::<()>::Pending
        })
        .await;
    }

    /// Runs every task that is ready by now, once, and tells whether there was any.
    fn round(&self, executor: &LocalExecutor<'static>) -> bool {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
        self.reached.set(false);
        let mut turns = 0;
        while !self.reached.get() && executor.try_tick() {
            turns += 1;
        }
        // One turn was the marker's own.
        turns > 1
    }
}

/// The executor of the running [`run`], for [`spawn`](crate::spawn).
pub(crate) fn current(caller: &str) -> Rc<LocalExecutor<'static>> {
    CURRENT.with_borrow(Clone::clone).unwrap_or_else(|| {
        panic!("{caller} needs a running event loop: call it inside twin_tasks::run")
    })
}

/// Leaves the loop when it is dropped, also by a panic.
struct Entered;

impl Entered {
    fn new(executor: Rc<LocalExecutor<'static>>) -> Self {
        let outer = CURRENT.take();
        if outer.is_some() {
            CURRENT.set(outer);
            panic!("twin_tasks::run can't be called inside of itself: await the future instead");
        }
        CURRENT.set(Some(executor));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}
