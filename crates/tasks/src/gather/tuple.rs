//! Gathering a tuple: futures of different types, a tuple of results.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Gatherable;

/// The kind of an argument whose futures have types of their own: a tuple.
#[derive(Debug)]
pub struct Tuple;

/// The future of [`gather`](crate::gather) for a tuple of futures.
///
/// There are few of them: each is polled at every wake.
#[must_use = "a gather does nothing until it is awaited"]
pub struct GatherTuple<T> {
    children: T,
}

impl<T> fmt::Debug for GatherTuple<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatherTuple").finish_non_exhaustive()
    }
}

/// One future of a tuple, or its result until all have theirs.
pub enum Child<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
    Taken,
}

// Nothing in it is pinned in place: the future is on the heap.
impl<F: Future> Unpin for Child<F> {}

impl<F: Future> Child<F> {
    fn is_done(&mut self, context: &mut Context<'_>) -> bool {
        if let Self::Running(future) = self {
            match future.as_mut().poll(context) {
                Poll::Ready(output) => *self = Self::Done(output),
                Poll::Pending => return false,
            }
        }
        true
    }

    fn take(&mut self) -> F::Output {
        match mem::replace(self, Self::Taken) {
            Self::Done(output) => output,
            Self::Running(_) => unreachable!("a result is taken when all are done"),
            Self::Taken => panic!("a gather was polled after its end"),
        }
    }
}

macro_rules! tuples {
    ($(($($F:ident)+))+) => {$(
        impl<$($F: Future),+> Gatherable<Tuple> for ($($F,)+) {
            type Gather = GatherTuple<($(Child<$F>,)+)>;

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn gather(self) -> Self::Gather {
                let ($($F,)+) = self;
                GatherTuple { children: ($(Child::Running(Box::pin($F)),)+) }
            }
        }

        impl<$($F: Future),+> Future for GatherTuple<($(Child<$F>,)+)> {
            type Output = ($($F::Output,)+);

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let ($($F,)+) = &mut self.children;
                // Each gets its turn, whether or not those before it are done.
                let all = [$($F.is_done(context)),+];
                if all.contains(&false) {
                    return Poll::Pending;
                }
                Poll::Ready(($($F.take(),)+))
            }
        }
    )+};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
}
