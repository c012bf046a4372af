//! Several futures that share a scope: the children of a gather.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{CANCELLING, CURRENT, Scope};
use crate::turn;

/// How far those are that share a scope.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Siblings {
    /// Nobody was cancelled.
    Running,
    /// They were asked to end, and clean up.
    Ending,
    /// All who were asked have ended, or one was cancelled by itself.
    Ended,
}

pin_project! {
    /// One of several futures that share a scope. A cancellation that it raises ends it and not
    /// those beside it, who may still have to clean up.
    pub struct Sibling<F> {
        #[pin]
        future: F,
    }
}

impl<F> Sibling<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Sibling<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // It is pinned: nobody else has this address while it lives.
        let owner = std::ptr::from_ref(&*self).addr();
        let has_fallen = |scope: &Scope| scope.has_fallen(owner);
        if CANCELLING.load(Relaxed) > 0 && with_scope(has_fallen) == Some(true) {
            return Poll::Pending;
        }
        turn::of_sibling(owner, context.waker());
        let output = self.project().future.poll(context);
        if CANCELLING.load(Relaxed) > 0 {
            with_scope(|scope| {
                if output.is_ready() {
                    scope.sibling_ended(owner);
                } else if scope.branch.take_raised() {
                    scope.sibling_fell(owner);
                }
            });
        }
        output
    }
}

/// Looks at the scope that the siblings share, if there is one.
fn with_scope<R>(look: impl FnOnce(&Scope) -> R) -> Option<R> {
    CURRENT.with_borrow(|place| place.as_ref()?.scope.as_deref().map(look))
}
