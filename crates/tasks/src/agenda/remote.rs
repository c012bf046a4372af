//! What other threads may touch of an event loop: who was woken, what was called, how to wake it.

use std::collections::HashSet;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::pool::Pool;
use crate::outcome::Panic;

/// A function that another thread wants to be called in the event loop.
pub(crate) type Call = Box<dyn FnOnce() + Send>;

/// The part of an event loop that any thread may touch.
#[derive(Default)]
pub(crate) struct Remote {
    inbox: Mutex<Inbox>,
    /// Whether there may be something in the inbox.
    filled: AtomicBool,
    /// Whether the loop waits, or is about to.
    idle: AtomicBool,
    /// Of the loop's thread.
    waker: Mutex<Option<Waker>>,
    /// How many functions of `to_thread` run, or wait for a thread.
    threads: AtomicUsize,
    pool: Arc<Pool>,
    /// How many ways lead from other threads into the loop.
    gateways: AtomicUsize,
}

#[derive(Default)]
struct Inbox {
    /// In order, each once: a thread that wakes for ever must not fill it.
    woken: Vec<u32>,
    listed: HashSet<u32>,
    calls: Vec<Call>,
    /// Panics of threads for which nobody waits any more.
    panics: Vec<Panic>,
    closed: bool,
}

/// What came from other threads.
pub(crate) struct Received {
    pub(crate) woken: Vec<u32>,
    pub(crate) calls: Vec<Call>,
    pub(crate) panics: Vec<Panic>,
}

/// No code of a user runs under these locks; a poisoned one holds what it held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remote {
    pub(crate) fn wake_task(&self, key: u32) {
        let mut inbox = lock(&self.inbox);
        if inbox.listed.insert(key) {
            inbox.woken.push(key);
        }
        drop(inbox);
        self.notify();
    }

    /// Gives the function back when the loop has ended.
    pub(crate) fn call(&self, call: Call) -> Result<(), Call> {
        let mut inbox = lock(&self.inbox);
        if inbox.closed {
            return Err(call);
        }
        inbox.calls.push(call);
        drop(inbox);
        self.notify();
        Ok(())
    }

    /// Leaves a panic to the loop for which nobody waits any more.
    pub(crate) fn report(&self, panic: Panic) {
        lock(&self.inbox).panics.push(panic);
        self.notify();
    }

    fn notify(&self) {
        self.filled.store(true, Ordering::SeqCst);
        self.rouse();
    }

    /// Wakes the loop, if it waits: also on its own thread, which looks at sockets meanwhile.
    #[inline]
    pub(crate) fn rouse(&self) {
        if self.idle.load(Ordering::SeqCst) && self.idle.swap(false, Ordering::SeqCst) {
            let waker = lock(&self.waker).clone();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    pub(crate) fn receive(&self) -> Option<Received> {
        if !self.filled.load(Ordering::SeqCst) {
            return None;
        }
        let mut inbox = lock(&self.inbox);
        self.filled.store(false, Ordering::SeqCst);
        inbox.listed.clear();
        Some(Received {
            woken: mem::take(&mut inbox.woken),
            calls: mem::take(&mut inbox.calls),
            panics: mem::take(&mut inbox.panics),
        })
    }

    /// The loop goes round, and doesn't need to be woken.
    pub(crate) fn goes_round(&self) {
        self.idle.store(false, Ordering::SeqCst);
    }

    /// From now on until `goes_round`, to add something wakes the loop. Gives `false`
    /// where something has been added already.
    pub(crate) fn wait(&self, waker: &Waker) -> bool {
        let mut kept = lock(&self.waker);
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            *kept = Some(waker.clone());
        }
        drop(kept);
        self.idle.store(true, Ordering::SeqCst);
        // Once more after the flag is up: another thread may have added something in between.
        !self.filled.load(Ordering::SeqCst) || !self.idle.swap(false, Ordering::SeqCst)
    }

    /// Nothing can be called any more; what was not called yet is dropped.
    pub(crate) fn close(&self) {
        let mut inbox = lock(&self.inbox);
        inbox.closed = true;
        let calls = mem::take(&mut inbox.calls);
        drop(inbox);
        drop(calls);
    }

    /// Whether no thread works for the loop, and none may call into it.
    pub(crate) fn is_alone(&self) -> bool {
        self.threads() == 0 && self.gateways.load(Ordering::SeqCst) == 0
    }

    /// So many more ways lead from other threads into the loop.
    pub(crate) fn add_gateway(&self) {
        self.gateways.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn remove_gateway(&self) {
        self.gateways.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads.load(Ordering::SeqCst)
    }
}

/// A function that a thread runs for the loop, until it has ended or been given up.
pub(crate) struct Working {
    remote: Arc<Remote>,
}

impl Working {
    pub(crate) fn new(remote: &Arc<Remote>) -> Self {
        remote.threads.fetch_add(1, Ordering::SeqCst);
        Self { remote: Arc::clone(remote) }
    }

    /// A panic for which nobody waits any more.
    pub(crate) fn report(&self, panic: Panic) {
        self.remote.report(panic);
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.remote.threads.fetch_sub(1, Ordering::SeqCst);
        self.remote.notify();
    }
}
