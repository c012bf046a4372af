//! Streams written by hand.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_lite::Stream;

use crate::{block_on, last};

struct Count {
    next: u64,
    end: u64,
}

impl Stream for Count {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u64>> {
        if self.next == self.end {
            return Poll::Ready(None);
        }
        self.next += 1;
        Poll::Ready(Some(self.next - 1))
    }
}

/// Wakes its task once before each item.
struct Woken {
    count: Count,
    woken: bool,
}

impl Stream for Woken {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<u64>> {
        // At the end there is no item to be woken for.
        if self.count.next < self.count.end {
            self.woken = !self.woken;
            if self.woken {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Pin::new(&mut self.count).poll_next(context)
    }
}

pub(crate) fn items(units: u64) -> u64 {
    block_on(last(Count { next: 0, end: units }))
}

pub(crate) fn wakes(units: u64) -> u64 {
    let count = Count { next: 0, end: units };
    block_on(last(Woken { count, woken: false }))
}
