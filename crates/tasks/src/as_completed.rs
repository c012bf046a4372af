//! Results in the order in which they come.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_buffered::FuturesUnorderedBounded;
use futures_lite::Stream;
use pin_project_lite::pin_project;

use crate::scope::{Guarded, Scoped, raise};
use crate::turn::{self, Child};

/// Awaits several futures and gives each result as soon as it is there: Python's
/// `asyncio.as_completed(aws)`.
///
/// Each result comes with the place of its future among the arguments. It is a [`Stream`]; and
/// [`next`](AsCompleted::next) gives futures that are interchangeable, of which several can be
/// awaited at once: whichever is awaited first gets the first result.
///
/// The futures are polled by whoever awaits the next result. While the body of the loop awaits
/// something else, they stand still, where Python's are tasks and go on. To let them go on, spawn
/// them: `as_completed([spawn(f()), spawn(g())])`.
///
/// Errors are values; use
/// [`gather_outcomes`](crate::gather_outcomes) where panics have to be.
///
/// # Cancellation
///
/// A request ends the wait and does not reach the futures, as in Python: the next wait goes on with
/// them. A future that is cancelled by itself raises that when its turn comes. Dropping the
/// iteration drops the futures; tasks among them run on.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{as_completed, run, sleep};
///
/// async fn echo(value: &'static str, delay: u64) -> &'static str {
///     sleep(Duration::from_millis(delay)).await;
///     value
/// }
/// run(async {
///     let words = as_completed([echo("slow", 20), echo("fast", 0)]);
///     assert_eq!(words.next().await, Some((1, "fast")));
///     assert_eq!(words.next().await, Some((0, "slow")));
///     assert_eq!(words.next().await, None);
/// });
/// ```
pub fn as_completed<I>(futures: I) -> AsCompleted<I::Item>
where
    I: IntoIterator,
    I::Item: Future,
{
    let futures = futures.into_iter().enumerate();
    let set = futures
        .map(|(place, future)| Child::new(Placed::new(place, Scoped::new(future))))
        .collect();
    AsCompleted {
        shared: Rc::new(RefCell::new(Shared { set, guarded: None, waiting: Vec::new() })),
    }
}

/// The iteration of [`as_completed`].
#[must_use = "nothing runs until a result is awaited"]
pub struct AsCompleted<F: Future> {
    shared: Rc<RefCell<Shared<F>>>,
}

struct Shared<F: Future> {
    set: FuturesUnorderedBounded<Child<Placed<Scoped<F>>>>,
    /// No request reaches the futures: they outlive the wait for one of them.
    guarded: Option<Guarded>,
    /// Of those that wait for a result. The set knows only one of them.
    waiting: Vec<Waker>,
}

impl<F: Future> Shared<F> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>> {
        if self.guarded.is_none() {
            self.guarded = Guarded::detached();
        }
        let set = Pin::new(&mut self.set);
        let poll = |context: &mut Context<'_>| {
            turn::of_children(context, |context| set.poll_next(context))
        };
        let next = match &self.guarded {
            Some(guarded) => guarded.poll(context, poll),
            None => poll(context),
        };
        if let Poll::Ready(next) = next {
            self.wake_all();
            match next {
                Some((place, Ok(output))) => return Poll::Ready(Some((place, output))),
                Some((_, Err(cancelled))) => raise(&cancelled),
                None => return Poll::Ready(None),
            }
        } else if !self.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            self.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// One of them has to poll the set from now on.
    fn wake_all(&mut self) {
        for waker in self.waiting.drain(..) {
            waker.wake();
        }
    }
}

impl<F: Future> AsCompleted<F> {
    /// The next result and the place of its future; `None` after the last.
    ///
    /// ```
    /// use twin_tasks::{as_completed, gather, run};
    ///
    /// run(async {
    ///     let results = as_completed(["tea", "milk"].map(async |word| word));
    ///     let both = gather([results.next(), results.next()]).await;
    ///     assert_eq!(both, [Some((0, "tea")), Some((1, "milk"))]);
    ///     assert_eq!(results.next().await, None);
    /// });
    /// ```
    #[must_use = "nothing runs until a result is awaited"]
    pub fn next(&self) -> NextCompleted<F> {
        NextCompleted { shared: self.shared.clone() }
    }

    /// How many results are still to come.
    ///
    /// ```
    /// use twin_tasks::{as_completed, run};
    ///
    /// run(async {
    ///     let results = as_completed(["tea", "milk"].map(async |word| word));
    ///     assert_eq!(results.len(), 2);
    ///     results.next().await;
    ///     assert_eq!(results.len(), 1);
    /// });
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.borrow().set.len()
    }

    /// Whether all results have been given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shared.borrow().set.is_empty()
    }
}

impl<F: Future> Stream for AsCompleted<F> {
    type Item = (usize, F::Output);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.shared.borrow_mut().poll_next(context)
    }
}

impl<F: Future> fmt::Debug for AsCompleted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").finish_non_exhaustive()
    }
}

/// The future of [`AsCompleted::next`].
#[must_use = "nothing runs until a result is awaited"]
pub struct NextCompleted<F: Future> {
    shared: Rc<RefCell<Shared<F>>>,
}

impl<F: Future> Future for NextCompleted<F> {
    type Output = Option<(usize, F::Output)>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.shared.borrow_mut().poll_next(context)
    }
}

impl<F: Future> Drop for NextCompleted<F> {
    fn drop(&mut self) {
        if let Ok(mut shared) = self.shared.try_borrow_mut() {
            shared.wake_all();
        }
    }
}

impl<F: Future> fmt::Debug for NextCompleted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextCompleted").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future that knows its place among the others.
    pub(crate) struct Placed<F> {
        place: usize,
        #[pin]
        future: F,
    }
}

impl<F> Placed<F> {
    pub(crate) fn new(place: usize, future: F) -> Self {
        Self { place, future }
    }
}

impl<F: Future> Future for Placed<F> {
    type Output = (usize, F::Output);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let place = self.place;
        self.project().future.poll(context).map(|output| (place, output))
    }
}
