//! The futures of a generator's operations. None of them runs anything before it is polled.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::engine::Engine;
use crate::generator::AsyncGenerator;

/// The future of [`AsyncGenerator::next`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Next<'a, B> {
    pub(crate) generator: &'a mut AsyncGenerator<B>,
}

impl<B: Engine<Send = ()>> Future for Next<'_, B> {
    type Output = Option<<AsyncGenerator<B> as Stream>::Item>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.generator).poll_next(context)
    }
}
