//! How one sees what a task waits for: it is polled dry, and each wait of ours tells.
//!
//! What is not of this crate tells nothing. But it keeps the waker that it is polled by, or has given
//! it to a socket or a thread; ours keep none in a dry poll. So while somebody looks, futures are
//! polled by a *probe*: a waker that knows how many keep it.
//!
//! ```text
//! loop ──probe──▶ task ─▶ gather ──plain──▶ set ──probe──▶ a: lock     tells
//!                                               ──probe──▶ b: socket   keeps the probe
//! ```
//!
//! A set of futures keeps the waker, too, though nobody else does: it is polled by the plain one.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use crate::state::{Waits, What};

/// What a task waits for.
pub(crate) struct Look {
    pub(crate) waits: Vec<Waits>,
    /// Whether it waits for something of somebody else's, too.
    pub(crate) foreign: bool,
}

/// A waker that tells by its count whether anybody keeps it.
struct Probe(Waker);

impl Wake for Probe {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }
}

#[derive(Default)]
struct Found {
    waits: RefCell<Vec<Waits>>,
    foreign: Cell<bool>,
    /// The waker behind the probe.
    plain: RefCell<Option<Waker>>,
}

thread_local! {
    static LOOKS: Cell<bool> = const { Cell::new(false) };
    // Without a destructor, as in `path`.
    static FOUND: ManuallyDrop<Found> = const {
        ManuallyDrop::new(Found {
            waits: RefCell::new(Vec::new()),
            foreign: Cell::new(false),
            plain: RefCell::new(None),
        })
    };
}

fn found<R>(look: impl FnOnce(&Found) -> R) -> R {
    FOUND.with(|found| look(found))
}

/// Looks what is waited for inside `poll`, which polls dry (`path::pass`).
pub(crate) fn look(context: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>)) -> Look {
    /// Nobody looks any more, also after a panic.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            LOOKS.set(self.0);
        }
    }
    let restore = Restore(LOOKS.replace(true));
    drop(found(|found| (found.waits.take(), found.foreign.take())));
    probed(context, poll);
    drop(restore);
    found(|found| Look { waits: found.waits.take(), foreign: found.foreign.take() })
}

/// Polls by a probe, while somebody looks; else as it is.
pub(crate) fn probed<R>(context: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> R) -> R {
    /// Back to the outer probe, also after a panic.
    struct Restore(Option<Waker>);
    impl Drop for Restore {
        fn drop(&mut self) {
            drop(found(|found| found.plain.replace(self.0.take())));
        }
    }
    if !LOOKS.get() {
        return poll(context);
    }
    let plain = context.waker().clone();
    let probe = Arc::new(Probe(plain.clone()));
    let waker = Waker::from(probe.clone());
    let restore = Restore(found(|found| found.plain.replace(Some(plain))));
    let polled = poll(&mut Context::from_waker(&waker));
    drop(restore);
    if Arc::strong_count(&probe) > 2 {
        found(|found| found.foreign.set(true));
    }
    polled
}

/// Polls a set of futures, which keeps the waker: not the probe.
pub(crate) fn plain<R>(context: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> R) -> R {
    if !LOOKS.get() {
        return poll(context);
    }
    match found(|found| found.plain.take()) {
        None => poll(context),
        Some(plain) => {
            let polled = poll(&mut Context::from_waker(&plain));
            drop(found(|found| found.plain.replace(Some(plain))));
            polled
        }
    }
}

/// Some children of a set were not reached by the look.
pub(crate) fn is_not_all() {
    if LOOKS.get() {
        found(|found| found.foreign.set(true));
    }
}

/// Tells who looks what is waited for, and where.
#[cold]
pub(crate) fn tell(what: impl FnOnce() -> What, location: Option<&'static Location<'static>>) {
    if LOOKS.get() {
        let waits = Waits { what: what(), location };
        found(|found| found.waits.borrow_mut().push(waits));
    }
}
