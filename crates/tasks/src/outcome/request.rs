//! What a cancellation is: a request, who has taken it, and what becomes of it.

use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

/// Why something was cancelled.
pub(crate) type Reason = Arc<dyn Any + Send + Sync>;

/// A request to cancel, on its way from the one who asks to those who take it.
///
/// What takes it holds a [`Claim`]. It is answered when one of them has ended by it, or has
/// refused. If all claims are dropped before that (a branch of somebody else's `or` that lost), the
/// request has met nobody: it is lost, and made again.
pub(crate) struct Request {
    reason: Option<Reason>,
    times: u32,
    claims: Cell<u32>,
    answered: Cell<bool>,
    lost: Cell<bool>,
    /// Of the one who asks, where it waits for the answer.
    asker: OnceCell<Waker>,
}

impl Request {
    /// `times`: how many requests it stands for, to be counted by those to whom it is handed on.
    pub(crate) fn new(reason: Option<Reason>, times: u32) -> Rc<Self> {
        Rc::new(Self {
            reason,
            times,
            claims: Cell::new(0),
            answered: Cell::new(false),
            lost: Cell::new(false),
            asker: OnceCell::new(),
        })
    }

    /// The asker waits for an answer, and is woken if the request is lost.
    pub(crate) fn wait(&self, asker: &Waker) {
        self.asker.get_or_init(|| asker.clone());
        if self.is_lost() {
            asker.wake_by_ref();
        }
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        self.reason.clone()
    }

    pub(crate) fn times(&self) -> u32 {
        self.times
    }

    pub(crate) fn cancelled(&self) -> Cancelled {
        Cancelled { reason: self.reason() }
    }

    /// How many have taken it, and hold it still.
    pub(crate) fn claims(&self) -> u32 {
        self.claims.get()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// It is made again.
    pub(crate) fn find(&self) {
        self.lost.set(false);
    }
}

thread_local! {
    /// Whether what is dropped now is dropped because its request is answered.
    static ANSWERING: Cell<bool> = const { Cell::new(false) };
}

/// Drops what a request, or the end of a task, has ended: the claims in it are no losses.
pub(crate) fn answering<R>(drop: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ANSWERING.set(self.0);
        }
    }
    let _restore = Restore(ANSWERING.replace(true));
    drop()
}

/// The part in a request of one who has taken it.
#[derive(Default)]
pub(crate) struct Claim(Option<Rc<Request>>);

impl Claim {
    /// Takes a request, in place of an earlier one.
    pub(crate) fn take(&mut self, request: &Rc<Request>) {
        if self.holds(request) {
            return;
        }
        self.answer();
        request.claims.set(request.claims.get() + 1);
        self.0 = Some(request.clone());
    }

    /// Whether it has taken this request.
    pub(crate) fn holds(&self, request: &Rc<Request>) -> bool {
        self.0.as_ref().is_some_and(|taken| Rc::ptr_eq(taken, request))
    }

    /// It has ended by the request, or has refused.
    pub(crate) fn answer(&mut self) {
        if let Some(request) = self.0.take() {
            request.answered.set(true);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let Some(request) = self.0.take() else { return };
        if ANSWERING.get() {
            request.answered.set(true);
        }
        request.claims.set(request.claims.get() - 1);
        if request.claims.get() == 0 && !request.answered.get() {
            request.lost.set(true);
            if let Some(asker) = request.asker.get() {
                asker.wake_by_ref();
            }
        }
    }
}

/// A caught cancellation: Python's `asyncio.CancelledError`.
#[derive(Clone, Default)]
#[must_use = "dropping it refuses the cancellation: go on cancelling by `propagate`"]
pub struct Cancelled {
    reason: Option<Reason>,
}

impl Cancelled {
    /// A cancellation that nobody asked for, to be raised by [`propagate`](Self::propagate):
    /// Python's `raise asyncio.CancelledError`.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn because(reason: Option<Reason>) -> Self {
        Self { reason }
    }

    pub(crate) fn shared_reason(&self) -> Option<Reason> {
        self.reason.clone()
    }

    /// The reason that was given, if it has the type `R`: Python's `error.args`.
    ///
    /// ```
    /// use twin_tasks::{catch_cancelled, run, spawn};
    ///
    /// run(async {
    ///     let task = spawn(async {});
    ///     task.cancel_with("closing time");
    ///     let cancelled = catch_cancelled(task).await.unwrap_err();
    ///     assert_eq!(cancelled.reason(), Some(&"closing time"));
    /// });
    /// ```
    #[must_use]
    pub fn reason<R: Any>(&self) -> Option<&R> {
        self.reason.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").finish_non_exhaustive()
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason::<&str>(), self.reason::<String>()) {
            (Some(reason), _) => write!(f, "cancelled: {reason}"),
            (_, Some(reason)) => write!(f, "cancelled: {reason}"),
            _ => f.write_str("cancelled"),
        }
    }
}

impl Error for Cancelled {}
