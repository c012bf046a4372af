//! A future whose failures are values.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::scoped::Scoped;
use crate::agenda::Agenda;
use crate::outcome::{Failure, Panic, catch};

pin_project! {
    /// A future whose cancellation and panic are values.
    pub struct Attempt<F> {
        #[pin]
        scoped: Scoped<F>,
    }
}

impl<F: Future> Attempt<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { scoped: Scoped::new(future) }
    }
}

impl<F: Future> Future for Attempt<F> {
    type Output = Result<F::Output, Caught>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch(|| self.project().scoped.poll(context)) {
            Ok(polled) => polled.map(|result| {
                result.map_err(|cancelled| Caught(Some(Failure::Cancelled(cancelled))))
            }),
            Err(panic) => Poll::Ready(Err(Caught::from(panic))),
        }
    }
}

/// A failure that waits for other outcomes, or for a clean-up. If it is a panic, it must not vanish
/// when the wait is dropped.
pub struct Caught(Option<Failure>);

impl Caught {
    pub(crate) fn failure(mut self) -> Failure {
        self.0.take().expect("it is taken once")
    }
}

impl From<Panic> for Caught {
    fn from(panic: Panic) -> Self {
        Self(Some(Failure::Panicked(panic)))
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        if let Some(Failure::Panicked(panic)) = self.0.take()
            && let Some(agenda) = Agenda::current()
        {
            agenda.unclaimed().report(panic);
        }
    }
}
