//! The hooks of `twin-hooks`: what the loop does for code that does not know it.

use std::rc::Rc;
use std::task::{Context, Poll};

use twin_hooks::{LocalFuture, Work};

use crate::cancel::path;
use crate::event_loop::EventLoop;
use crate::task::start_clean_up;

/// A loop, for code that asks for the one that runs.
pub(super) struct Hooks(Rc<EventLoop>);

impl Hooks {
    pub(super) fn enter(event_loop: &Rc<EventLoop>) -> twin_hooks::Entered {
        twin_hooks::enter(Rc::new(Self(event_loop.clone())))
    }
}

impl twin_hooks::EventLoop for Hooks {
    fn clean_up(&self, clean_up: LocalFuture<'static, ()>) -> Result<(), LocalFuture<'static, ()>> {
        start_clean_up(&self.0, clean_up)
    }

    fn poll_cancel(&self, work: &mut Work<'_>, context: &mut Context<'_>) -> Poll<bool> {
        if path::task_key().is_none() {
            // Somebody else's executor, in this loop's thread: there is only drop.
            return Poll::Ready(false);
        }
        path::wake_parts();
        let mut request = None;
        let asked = path::ask(&mut request, || work(context));
        if let Some(request) = request {
            request.wait(context.waker());
        }
        match asked {
            (Poll::Ready(()), _) => Poll::Ready(true),
            (Poll::Pending, answer) if answer.raised.is_some() || !answer.claimed => {
                Poll::Ready(false)
            }
            (Poll::Pending, _) => self.poll_cancelled(work, context),
        }
    }

    fn poll_cancelled(&self, work: &mut Work<'_>, context: &mut Context<'_>) -> Poll<bool> {
        match path::poll_raised(context, work) {
            (Poll::Ready(()), _) => Poll::Ready(true),
            (Poll::Pending, Some(_)) => Poll::Ready(false),
            (Poll::Pending, None) => Poll::Pending,
        }
    }
}
