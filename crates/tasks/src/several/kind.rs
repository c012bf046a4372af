//! What `gather` and its like take: iterators of futures, or tuples of them.

/// The kind of an argument whose futures have one type: an array, a `Vec`, an iterator.
#[derive(Debug)]
#[non_exhaustive]
pub struct Many;

/// The kind of an argument whose futures have types of their own: a tuple.
#[derive(Debug)]
#[non_exhaustive]
pub struct Tuple;

/// The traits that nobody else implements.
pub(super) mod sealed {
    use std::future::Future;

    pub trait Gatherable<Kind> {
        /// The future of the gather.
        type Gather: Future;

        fn gather(self) -> Self::Gather;
    }

    pub trait TryGatherable<Kind> {
        /// The future of the gather.
        type TryGather: Future;

        fn try_gather(self) -> Self::TryGather;
    }

    pub trait OutcomesGatherable<Kind> {
        /// The future of the gather.
        type GatherOutcomes: Future;

        fn gather_outcomes(self) -> Self::GatherOutcomes;
    }

    pub trait Raceable<Kind> {
        /// The result of the winner.
        type Output;

        fn race(self) -> impl Future<Output = (usize, Self::Output)>;
    }
}
