//! Gathering a tuple: futures of different types, a tuple of results or the first error.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::super::kind::{Tuple, sealed};
use super::super::sibling::{MayBeError, Sibling, Together};
use crate::cancel::{Attempt, Caught};
use crate::outcome::Failure;

/// Several futures, of which each is polled at every wake: there are few.
#[allow(unreachable_pub, reason = "it stands in the types of public futures")]
pub trait Children {
    /// A result of each.
    type Outputs;

    fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Outputs>;
}

/// As `Children`, where each may fail.
#[allow(unreachable_pub, reason = "it stands in the types of public futures")]
pub trait TryChildren {
    /// A result of each, or the first error.
    type TryOutputs: MayBeError;

    fn poll_try(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::TryOutputs>;
}

/// As `Children`, whose failures are values.
#[allow(unreachable_pub, reason = "it stands in the types of public futures")]
pub trait OutcomeChildren: Children {
    /// An outcome of each.
    type Outcomes;

    fn outcomes(outputs: Self::Outputs) -> Self::Outcomes;
}

macro_rules! futures {
    ($($(#[$meta:meta])* $name:ident<$trait:ident> $outputs:ident -> $output:ident
       $method:ident |$children:ident, $context:ident| $poll:expr, |$polled:ident| $map:expr;)+) => {$(
        pin_project! {
            $(#[$meta])*
            #[must_use = "a gather does nothing until it is awaited"]
            pub struct $name<C: $trait> {
                #[pin]
                join: Together<C, C::$outputs>,
            }
        }

        impl<C: $trait> Future for $name<C> {
            type Output = C::$output;

            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let $polled = self.project().join.$method(context, |$children, $context| $poll);
                $map
            }
        }

        impl<C: $trait> fmt::Debug for $name<C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

futures! {
    /// The future of [`gather`](crate::gather()) for a tuple of futures.
    GatherTuple<Children> Outputs -> Outputs
        poll |children, context| children.poll_all(context), |polled| polled;
    /// The future of [`try_gather`](crate::try_gather()) for a tuple of futures.
    TryGatherTuple<TryChildren> TryOutputs -> TryOutputs
        try_poll |children, context| children.poll_try(context), |polled| polled;
    /// The future of [`gather_outcomes`](crate::gather_outcomes()) for a tuple of futures.
    OutcomesTuple<OutcomeChildren> Outputs -> Outcomes
        poll |children, context| children.poll_all(context), |polled| polled.map(C::outcomes);
}

pin_project! {
    /// One future of a tuple, or its result until all have theirs.
    pub struct Child<F: Future> {
        #[pin]
        future: Option<Sibling<F>>,
        output: Option<F::Output>,
    }
}

impl<F: Future> Child<F> {
    fn new(future: F) -> Self {
        Self { future: Some(Sibling::new(future)), output: None }
    }

    fn is_done(self: Pin<&mut Self>, context: &mut Context<'_>) -> bool {
        let mut this = self.project();
        if let Some(future) = this.future.as_mut().as_pin_mut() {
            let Poll::Ready(output) = future.poll(context) else { return false };
            this.future.set(None);
            *this.output = Some(output);
        }
        true
    }

    fn take(self: Pin<&mut Self>) -> F::Output {
        self.project().output.take().expect("results are taken once, when all are there")
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> Child<F> {
    /// As `is_done`, where an error is the end of all.
    fn try_is_done(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Result<bool, E> {
        let done = self.as_mut().is_done(context);
        match self.project().output.take_if(|output| output.is_err()) {
            Some(Err(error)) => Err(error),
            _ => Ok(done),
        }
    }
}

macro_rules! tuples {
    ($($Children:ident ($($field:ident $F:ident $T:ident),+))+) => {$(
        pin_project! {
            #[allow(unreachable_pub, reason = "it stands in the types of public futures")]
            pub struct $Children<$($F: Future),+> {
                $(#[pin] $field: Child<$F>,)+
            }
        }

        impl<$($F: Future),+> $Children<$($F),+> {
            #[allow(clippy::too_many_arguments, reason = "as many as the tuple has")]
            fn new($($field: $F),+) -> Self {
                Self { $($field: Child::new($field)),+ }
            }
        }

        impl<$($F: Future),+> Children for $Children<$($F),+> {
            type Outputs = ($($F::Output,)+);

            fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Outputs> {
                let mut this = self.project();
                // Each gets its turn, whether or not those before it are done.
                let all = [$(this.$field.as_mut().is_done(context)),+];
                if all.contains(&false) {
                    return Poll::Pending;
                }
                Poll::Ready(($(this.$field.take(),)+))
            }
        }

        impl<Fault, $($T, $F: Future<Output = Result<$T, Fault>>),+> TryChildren
            for $Children<$($F),+>
        {
            type TryOutputs = Result<($($T,)+), Fault>;

            fn poll_try(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<Self::TryOutputs> {
                let mut this = self.project();
                // Up to the first error; those behind it get no turn.
                let all = [$(this.$field.as_mut().try_is_done(context)?),+];
                if all.contains(&false) {
                    return Poll::Pending;
                }
                Poll::Ready(Ok(($(this.$field.take()?,)+)))
            }
        }

        impl<$($F: Future),+> OutcomeChildren for $Children<$(Attempt<$F>),+> {
            type Outcomes = ($(Result<$F::Output, Failure>,)+);

            fn outcomes(outputs: Self::Outputs) -> Self::Outcomes {
                let ($($field,)+) = outputs;
                ($($field.map_err(Caught::failure),)+)
            }
        }

        impl<$($F: Future),+> sealed::Gatherable<Tuple> for ($($F,)+) {
            type Gather = GatherTuple<$Children<$($F),+>>;

            fn gather(self) -> Self::Gather {
                let ($($field,)+) = self;
                GatherTuple { join: Together::new($Children::new($($field),+), 0) }
            }
        }

        impl<Fault, $($T, $F: Future<Output = Result<$T, Fault>>),+> sealed::TryGatherable<Tuple>
            for ($($F,)+)
        {
            type TryGather = TryGatherTuple<$Children<$($F),+>>;

            fn try_gather(self) -> Self::TryGather {
                let ($($field,)+) = self;
                TryGatherTuple { join: Together::new($Children::new($($field),+), 0) }
            }
        }

        impl<$($F: Future),+> sealed::OutcomesGatherable<Tuple> for ($($F,)+) {
            type GatherOutcomes = OutcomesTuple<$Children<$(Attempt<$F>),+>>;

            fn gather_outcomes(self) -> Self::GatherOutcomes {
                let ($($field,)+) = self;
                OutcomesTuple { join: Together::new($Children::new($(Attempt::new($field)),+), 0) }
            }
        }
    )+};
}

tuples! {
    Children1 (a A RA)
    Children2 (a A RA, b B RB)
    Children3 (a A RA, b B RB, c C RC)
    Children4 (a A RA, b B RB, c C RC, d D RD)
    Children5 (a A RA, b B RB, c C RC, d D RD, e E RE)
    Children6 (a A RA, b B RB, c C RC, d D RD, e E RE, f F RF)
    Children7 (a A RA, b B RB, c C RC, d D RD, e E RE, f F RF, g G RG)
    Children8 (a A RA, b B RB, c C RC, d D RD, e E RE, f F RF, g G RG, h H RH)
}
