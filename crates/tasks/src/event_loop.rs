//! The event loop: a queue of tasks that are ready, and the list of all that have not ended.
//!
//! asyncio's loop goes round: it looks which timers and sockets are ready, then runs every task
//! that is ready by now, once. Here a round is one poll of the loop's future by smol's `block_on`,
//! which looks at timers and sockets between two polls:
//!
//! ```text
//! block_on ──▶ timers, sockets ──wake──▶ queue: c  b  a ──▶ run those that stand in it now
//!    ▲                                                                  │
//!    └───────────────────── the round is over ◀─────────────────────────┘
//! ```
//!
//! The queue is made of async-task, as smol's own executors are, because a loop needs two things
//! that `smol::LocalExecutor` keeps to itself: how many tasks are ready (that is the round), and
//! which have not ended (those are cancelled at the end).

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use async_channel::{Receiver, Sender};
use async_task::Runnable;
use concurrent_queue::ConcurrentQueue;
use slab::Slab;

use crate::failure::Panic;
use crate::task::AnyTask;

thread_local! {
    static CURRENT: RefCell<Option<Rc<EventLoop>>> = const { RefCell::new(None) };
}

/// What is called with the panics that nobody awaits.
pub(crate) type OnPanic = Rc<dyn Fn(Panic)>;

/// What goes around while [`run`](crate::run) runs.
pub(crate) struct EventLoop {
    ready: Arc<Ready>,
    alive: RefCell<Slab<Rc<dyn AnyTask>>>,
    /// The first panic that nobody awaited.
    unclaimed: Cell<Option<Panic>>,
    on_panic: RefCell<Option<OnPanic>>,
    /// Panics of threads for which nobody waits any more. Each thread has a sender; this one is
    /// here until the loop is wound up.
    threads: RefCell<Option<Sender<Panic>>>,
    thread_panics: Receiver<Panic>,
}

/// The tasks that are ready, and how to wake the loop that waits for one. Any thread may add.
struct Ready {
    queue: ConcurrentQueue<Runnable>,
    idle: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Ready {
    fn push(&self, task: Runnable) {
        // It is unbounded and never closed.
        let _ = self.queue.push(task);
        if self.idle.swap(false, Ordering::SeqCst)
            && let Some(waker) = &*self.waker.lock().expect("no panic holds it")
        {
            waker.wake_by_ref();
        }
    }

    /// Runs every task that is ready by now, once.
    fn round(&self) {
        for _ in 0..self.queue.len() {
            if let Ok(task) = self.queue.pop() {
                task.run();
            }
        }
    }
}

impl EventLoop {
    pub(crate) fn new() -> Rc<Self> {
        let ready = Ready {
            queue: ConcurrentQueue::unbounded(),
            idle: AtomicBool::new(false),
            waker: Mutex::new(None),
        };
        let (threads, thread_panics) = async_channel::unbounded();
        Rc::new(Self {
            ready: Arc::new(ready),
            alive: RefCell::default(),
            unclaimed: Cell::new(None),
            on_panic: RefCell::default(),
            threads: RefCell::new(Some(threads)),
            thread_panics,
        })
    }

    /// The loop that runs this thread now.
    pub(crate) fn current() -> Option<Rc<Self>> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// As `current`, for what can't do without.
    #[track_caller]
    pub(crate) fn expect(caller: &str) -> Rc<Self> {
        match Self::current() {
            Some(event_loop) => event_loop,
            None => panic!("{caller} needs a running event loop: call it inside twin_tasks::run"),
        }
    }

    /// A task's first place in the queue; it enters when the `Runnable` is scheduled.
    pub(crate) fn runnable(&self, future: impl Future<Output = ()> + 'static) -> Runnable {
        let ready = Arc::clone(&self.ready);
        let (runnable, task) = async_task::spawn_local(future, move |task| ready.push(task));
        task.detach();
        runnable
    }

    /// Runs a function at the next turn: asyncio's `loop.call_soon`.
    pub(crate) fn call_soon(&self, function: impl FnOnce() + 'static) {
        self.runnable(async move { function() }).schedule();
    }

    pub(crate) fn enroll(&self, task: Rc<dyn AnyTask>) {
        let key = self.alive.borrow_mut().insert(task.clone());
        task.state().set_key(key.try_into().expect("fewer than 2^32 tasks"), true);
    }

    pub(crate) fn strike(&self, key: u32) {
        let ended = self.alive.borrow_mut().try_remove(key as usize);
        drop(ended);
    }

    /// Goes round until `over`.
    pub(crate) fn drive(&self, over: impl Fn() -> bool) {
        smol::block_on(poll_fn(|context| {
            self.ready.round();
            *self.ready.waker.lock().expect("no panic holds it") = Some(context.waker().clone());
            if over() {
                return Poll::Ready(());
            }
            self.ready.idle.store(true, Ordering::SeqCst);
            // Once more after the flag is up: another thread may have added one in between.
            if !self.ready.queue.is_empty() {
                self.ready.idle.store(false, Ordering::SeqCst);
                // Back to block_on, which looks at timers and sockets without waiting.
                context.waker().wake_by_ref();
            }
            Poll::Pending
        }));
    }

    /// Cancels what has not ended, and waits for its clean-up.
    pub(crate) fn wind_up(&self) {
        // A task that was started in the last round gets its first step.
        self.ready.round();
        // Cancelled tasks may start others while they clean up.
        while !self.alive.borrow().is_empty() {
            let left: Vec<_> = self.alive.borrow().iter().map(|(_, task)| task.clone()).collect();
            for task in &left {
                task.clone().cancel(None);
            }
            self.drive(|| left.iter().all(|task| task.state().done()));
        }
        // What the last tasks asked for (`call_soon`): nobody will run it later.
        self.ready.round();
        // The channel ends with the last thread.
        drop(self.threads.take());
        while let Ok(panic) = self.thread_panics.recv_blocking() {
            self.report(panic);
        }
    }

    /// Where a thread leaves its panic when nobody waits for it any more.
    pub(crate) fn unclaimed_of_thread(&self) -> Option<Sender<Panic>> {
        self.threads.borrow().clone()
    }

    /// A panic that nobody can await any more.
    pub(crate) fn report(&self, panic: Panic) {
        let on_panic = self.on_panic.borrow().clone();
        match on_panic {
            Some(on_panic) => on_panic(panic),
            None => {
                let first = self.unclaimed.take().unwrap_or(panic);
                self.unclaimed.set(Some(first));
            }
        }
    }

    pub(crate) fn take_unclaimed(&self) -> Option<Panic> {
        self.unclaimed.take()
    }

    pub(crate) fn set_on_panic(&self, on_panic: OnPanic) {
        *self.on_panic.borrow_mut() = Some(on_panic);
    }
}

/// Leaves the loop when it is dropped, also by a panic.
pub(crate) struct Entered;

impl Entered {
    pub(crate) fn new(event_loop: Rc<EventLoop>) -> Self {
        CURRENT.with_borrow_mut(|current| {
            assert!(
                current.is_none(),
                "twin_tasks::run can't be called inside of itself: await the future instead"
            );
            *current = Some(event_loop);
        });
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.take();
    }
}
