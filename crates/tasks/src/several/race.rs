//! The first of several futures.

use std::future::Future;
use std::pin::Pin;

use super::as_completed::as_completed;
use super::kind::{Many, Tuple, sealed};

/// Awaits several futures until the first ends, and gives its place and its result: Python's
/// `asyncio.wait(…, return_when=FIRST_COMPLETED)`, with the others cancelled.
///
/// Takes an array, a `Vec` or an iterator of futures of one type; or a tuple of up to eight futures
/// of different types, whose results have one type. Who is ready at once wins before those behind it
/// have begun.
///
/// # Cancellation
///
/// The losers are dropped where they wait, in the order of the arguments, before the winner's
/// result is given: their destructors run, their asynchronous clean-up does not. What a loser has
/// read and not handed out is lost with it. Tasks among them run on.
///
/// # Panics
///
/// If there are no futures: nothing can win.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{race, run, sleep};
///
/// async fn echo(value: &'static str, delay: u64) -> &'static str {
///     sleep(Duration::from_millis(delay)).await;
///     value
/// }
/// assert_eq!(run(race([echo("slow", 60_000), echo("fast", 0)])), (1, "fast"));
///
/// let bell = async { "bell" };
/// assert_eq!(run(race((echo("slow", 60_000), bell))), (1, "bell"));
/// ```
pub async fn race<A, Kind>(futures: A) -> (usize, A::Output)
where
    A: Raceable<Kind>,
{
    futures.race().await
}

/// What [`race`] takes. `Kind` tells iterators from tuples, as in
/// [`Gatherable`](crate::Gatherable); it is always inferred.
pub trait Raceable<Kind>: sealed::Raceable<Kind> {}

impl<A: sealed::Raceable<Kind>, Kind> Raceable<Kind> for A {}

impl<I> sealed::Raceable<Many> for I
where
    I: IntoIterator,
    I::Item: Future,
{
    type Output = <I::Item as Future>::Output;

    async fn race(self) -> (usize, Self::Output) {
        let first = as_completed(self).next().await;
        first.expect("a race needs at least one future")
    }
}

macro_rules! tuples {
    ($(($($F:ident)+))+) => {$(
        impl<Output, $($F: Future<Output = Output>),+> sealed::Raceable<Tuple> for ($($F,)+) {
            type Output = Output;

            #[allow(non_snake_case, reason = "each future is named like its type")]
            async fn race(self) -> (usize, Output) {
                let ($($F,)+) = self;
                let futures: Vec<Pin<Box<dyn Future<Output = Output> + '_>>> =
                    vec![$(Box::pin($F)),+];
                futures.race().await
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
