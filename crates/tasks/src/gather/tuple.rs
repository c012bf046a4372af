//! Gathering a tuple: futures of different types, a tuple of results or the first error.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Gatherable, Together, TryGatherable};
use crate::scope::Sibling;

/// The kind of an argument whose futures have types of their own: a tuple.
#[derive(Debug)]
pub struct Tuple;

/// The future of [`gather`](crate::gather) for a tuple of futures.
///
/// There are few of them: each is polled at every wake.
#[must_use = "a gather does nothing until it is awaited"]
pub struct GatherTuple<T> {
    join: Together<Children<T>>,
}

/// The future of [`try_gather`](crate::try_gather) for a tuple of futures.
///
/// There are few of them: each is polled at every wake.
#[must_use = "a gather does nothing until it is awaited"]
pub struct TryGatherTuple<T> {
    join: Together<TryChildren<T>>,
}

/// The futures of a tuple.
#[allow(unreachable_pub, reason = "it stands in the type of a public future")]
pub struct Children<T>(T);

/// The futures of a tuple that can fail.
#[allow(unreachable_pub, reason = "it stands in the type of a public future")]
pub struct TryChildren<T>(T);

impl<T> fmt::Debug for GatherTuple<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatherTuple").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for TryGatherTuple<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryGatherTuple").finish_non_exhaustive()
    }
}

/// One future of a tuple, or its result until all have theirs.
pub enum Child<F: Future> {
    Running(Pin<Box<Sibling<F>>>),
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

impl<F: Future<Output = Result<T, E>>, T, E> Child<F> {
    /// As `is_done`, where an error is the end of all.
    fn try_is_done(&mut self, context: &mut Context<'_>) -> Result<bool, E> {
        let done = self.is_done(context);
        match mem::replace(self, Self::Taken) {
            Self::Done(Err(error)) => return Err(error),
            child => *self = child,
        }
        Ok(done)
    }
}

macro_rules! tuples {
    ($(($($F:ident: $T:ident),+))+) => {$(
        impl<$($F: Future),+> Gatherable<Tuple> for ($($F,)+) {
            type Gather = GatherTuple<($(Child<$F>,)+)>;

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn gather(self) -> Self::Gather {
                let ($($F,)+) = self;
                let children = Children(($(Child::Running(Box::pin(Sibling::new($F))),)+));
                GatherTuple { join: Together::new(children) }
            }
        }

        impl<$($F: Future),+> Future for GatherTuple<($(Child<$F>,)+)> {
            type Output = ($($F::Output,)+);

            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                self.join.poll(context)
            }
        }

        impl<$($F: Future),+> Future for Children<($(Child<$F>,)+)> {
            type Output = ($($F::Output,)+);

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let ($($F,)+) = &mut self.0;
                // Each gets its turn, whether or not those before it are done.
                let all = [$($F.is_done(context)),+];
                if all.contains(&false) {
                    return Poll::Pending;
                }
                Poll::Ready(($($F.take(),)+))
            }
        }

        impl<Error, $($T, $F: Future<Output = Result<$T, Error>>),+> TryGatherable<Tuple>
            for ($($F,)+)
        {
            type TryGather = TryGatherTuple<($(Child<$F>,)+)>;

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn try_gather(self) -> Self::TryGather {
                let ($($F,)+) = self;
                let children = TryChildren(($(Child::Running(Box::pin(Sibling::new($F))),)+));
                TryGatherTuple { join: Together::new(children) }
            }
        }

        impl<Error, $($T, $F: Future<Output = Result<$T, Error>>),+> Future
            for TryGatherTuple<($(Child<$F>,)+)>
        {
            type Output = Result<($($T,)+), Error>;

            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                self.join.poll(context)
            }
        }

        impl<Error, $($T, $F: Future<Output = Result<$T, Error>>),+> Future
            for TryChildren<($(Child<$F>,)+)>
        {
            type Output = Result<($($T,)+), Error>;

            #[allow(non_snake_case, reason = "each child is named like its type")]
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let ($($F,)+) = &mut self.0;
                // Up to the first error; those behind it get no turn.
                let all = [$($F.try_is_done(context)?),+];
                if all.contains(&false) {
                    return Poll::Pending;
                }
                Poll::Ready(Ok(($($F.take()?,)+)))
            }
        }
    )+};
}

tuples! {
    (A: RA)
    (A: RA, B: RB)
    (A: RA, B: RB, C: RC)
    (A: RA, B: RB, C: RC, D: RD)
    (A: RA, B: RB, C: RC, D: RD, E: RE)
    (A: RA, B: RB, C: RC, D: RD, E: RE, F: RF)
    (A: RA, B: RB, C: RC, D: RD, E: RE, F: RF, G: RG)
    (A: RA, B: RB, C: RC, D: RD, E: RE, F: RF, G: RG, H: RH)
}
