//! A scope: a future that catches a cancellation.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::path::{self, Kind, Part, Seen};
use crate::outcome::{Cancelled, Claim, Request, answering};

pin_project! {
    /// A future in a scope of its own, which catches a cancellation.
    pub(crate) struct Scoped<F> {
        #[pin]
        future: Option<F>,
        seen: Seen,
        struck: Option<Struck>,
        part: Part,
        // Whether somebody inside has left a waker with the task.
        parts: bool,
    }
}

/// The request that a scope makes of what is inside, where it makes one. It comes to be when somebody
/// inside looks at it: what has nothing to clean up needs none.
pub(crate) type Own<'a> = Option<&'a mut Option<Rc<Request>>>;

/// A scope that drops what is inside at its next ordinary poll.
struct Struck {
    cancelled: Cancelled,
    claim: Claim,
}

impl<F: Future> Scoped<F> {
    pub(crate) fn new(future: F) -> Self {
        Self {
            future: Some(future),
            seen: Seen::default(),
            struck: None,
            part: Part::default(),
            parts: false,
        }
    }

    /// As `Future::poll`, in a poll of this kind.
    ///
    #[inline]
    pub(crate) fn poll_as(
        self: Pin<&mut Self>,
        kind: Kind,
        own: Own<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Cancelled>> {
        if kind != Kind::Ordinary || own.is_some() {
            return self.poll_dry(kind, own, context);
        }
        let mut this = self.project();
        let cancelled = match this.struck.take() {
            Some(mut struck) => {
                struck.claim.answer();
                struck.cancelled
            }
            None => {
                let mut inner = this.future.as_mut().as_pin_mut().expect("polled after its end");
                let (polled, parts) = path::poll_parts(|| {
                    path::poll_raised(context, |context| inner.as_mut().poll(context))
                });
                *this.parts |= parts;
                match polled {
                    (Poll::Ready(output), _) => {
                        this.part.leave();
                        this.future.set(None);
                        return Poll::Ready(Ok(output));
                    }
                    (Poll::Pending, None) => {
                        this.part.keep(context.waker());
                        return Poll::Pending;
                    }
                    (Poll::Pending, Some(cancelled)) => cancelled,
                }
            }
        };
        this.part.leave();
        answering(|| this.future.set(None));
        Poll::Ready(Err(cancelled))
    }

    /// What kind of poll goes on; to be asked once in each.
    pub(crate) fn kind(self: Pin<&mut Self>) -> Kind {
        self.project().seen.kind()
    }

    #[cold]
    fn poll_dry(
        mut self: Pin<&mut Self>,
        kind: Kind,
        own: Own<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Cancelled>> {
        let mut this = self.as_mut().project();
        let asks = own.is_some();
        if this.struck.is_none() {
            if asks && *this.parts {
                path::wake_parts();
            }
            let mut inner = this.future.as_mut().as_pin_mut().expect("polled after its end");
            let waker = path::identity(context.waker());
            let mut poll = || inner.as_mut().poll(context);
            let (polled, answer) = match own {
                // It asks even in an ordinary poll, where it has found out late.
                Some(request) => {
                    let asked = path::ask_and_poll_on(request, waker, &mut poll);
                    if let Some(request) = request {
                        request.wait(context.waker());
                    }
                    asked
                }
                None => path::inside(&mut poll),
            };
            if let Poll::Ready(output) = polled {
                this.part.leave();
                this.future.set(None);
                return Poll::Ready(Ok(output));
            }
            if answer.claimed && kind == Kind::Ask {
                path::claim();
            }
            let mut claim = Claim::default();
            let outer = path::request().filter(|_| kind == Kind::Ask && !asks);
            let cancelled = match (answer.raised, outer) {
                (Some(raised), _) => raised,
                (None, _) if asks && !answer.claimed => Cancelled::new(),
                (None, Some(request)) if !answer.claimed && !answer.began => {
                    claim.take(&request);
                    request.cancelled()
                }
                _ if kind == Kind::Ordinary => return self.poll_as(kind, None, context),
                _ => return Poll::Pending,
            };
            *this.struck = Some(Struck { cancelled, claim });
        }
        if kind == Kind::Ordinary {
            return self.poll_as(kind, None, context);
        }
        if kind == Kind::Ask {
            path::claim();
            // The request of now, where it was struck by an earlier one.
            if let (Some(request), Some(struck)) = (path::request(), this.struck.as_mut())
                && !asks
            {
                struck.claim.take(&request);
            }
        }
        this.part.leave_later(context);
        Poll::Pending
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = Result<F::Output, Cancelled>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let kind = self.as_mut().kind();
        self.poll_as(kind, None, context)
    }
}
