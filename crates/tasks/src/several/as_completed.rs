//! Results in the order in which they come.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use atomic_waker::AtomicWaker;
use futures_buffered::FuturesUnorderedBounded;
use futures_lite::Stream;
use pin_project_lite::pin_project;

use super::sibling::{Sibling, poll_family, poll_set};
use crate::cancel::look::tell;
use crate::cancel::path::{self, Kind, Part, Seen};
use crate::cancel::{Attempt, Caught};
use crate::outcome::{Cancelled, Failure};
use crate::state::{Callback, Wait, WaitList, What, waits, wake_all};
use crate::task::Task;

/// Awaits several futures and gives each result as soon as it is there: Python's
/// `asyncio.as_completed(aws)`.
///
/// Each result comes with the place of its future among the arguments. It is a [`Stream`]; and
/// [`next`](AsCompleted::next) gives futures that are interchangeable, of which several can be
/// awaited at once: whichever is awaited first gets the first result.
///
/// The futures are polled by what awaits the next result. While the body of the loop awaits
/// something else, they stand still, where Python's are tasks and go on. To let them go on, spawn
/// them: `as_completed([spawn(f()), spawn(g())])`.
///
/// The loop tells of the end of a task in a place of its own in the queue, as asyncio does by a callback,
/// also if the task had ended before; the consumer goes on a turn after that.
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
    let crowd = Rc::default();
    let set: Set<I::Item> = futures
        .map(|(place, future)| Sibling::new(Placed::new(place, Heard::new(future, &crowd))))
        .collect();
    let left = Cell::new(set.len());
    let shared = State {
        set: RefCell::new(Some(set)),
        left,
        put_back: RefCell::default(),
        waiting: WaitList::default(),
        consumer: Arc::default(),
        crowd,
    };
    AsCompleted { shared: Shared(Rc::new(shared)), next: None }
}

/// The iteration of [`as_completed`].
#[must_use = "nothing runs until a result is awaited"]
pub struct AsCompleted<F: Future> {
    shared: Shared<F>,
    /// Of the stream.
    next: Option<NextCompleted<F>>,
}

// The futures are on the heap.
impl<F: Future> Unpin for AsCompleted<F> {}

type Set<F> = FuturesUnorderedBounded<Sibling<Placed<Heard<F>>>>;

/// A result and its place, `None` after the last.
type Item<T> = Option<(usize, Result<T, Caught>)>;

/// Whether a callback of the loop has told of a result, and the result.
type Completed<T> = (bool, Result<T, Caught>);

struct State<F: Future> {
    /// `None` while it is polled: its futures may look at this.
    set: RefCell<Option<Set<F>>>,
    left: Cell<usize>,
    /// What was handed to one who went away.
    put_back: RefCell<VecDeque<Item<F::Output>>>,
    waiting: WaitList<Item<F::Output>>,
    /// Who awaits a result now, as far as the futures know.
    consumer: Arc<Consumer>,
    /// Whether several wait.
    crowd: Rc<Cell<bool>>,
}

/// Whom the futures wake: nobody while the body of the loop awaits something else. They remain woken.
#[derive(Default)]
struct Consumer(AtomicWaker);

impl Wake for Consumer {
    fn wake(self: Arc<Self>) {
        self.0.wake();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.wake();
    }
}

struct Shared<F: Future>(Rc<State<F>>);

impl<F: Future> Clone for Shared<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: Future> AsRef<WaitList<Item<F::Output>>> for Shared<F> {
    fn as_ref(&self) -> &WaitList<Item<F::Output>> {
        &self.0.waiting
    }
}

impl<F: Future> Shared<F> {
    fn poll_set(
        &self,
        kind: Kind,
        context: &mut Context<'_>,
    ) -> Poll<Option<(usize, Completed<F::Output>)>> {
        /// Puts the set back, also after a panic.
        struct PutBack<'a, F: Future>(&'a State<F>, Option<Set<F>>);
        impl<F: Future> Drop for PutBack<'_, F> {
            fn drop(&mut self) {
                *self.0.set.borrow_mut() = self.1.take();
            }
        }
        let Some(set) = self.0.set.borrow_mut().take() else {
            // Who asks is polled by the set: somebody else gives it a result.
            return Poll::Pending;
        };
        let mut out = PutBack(&self.0, Some(set));
        let set = out.1.as_mut().expect("it has just been put there");
        let waker = path::identity(context.waker());
        let count = set.len();
        let consumer = Waker::from(self.0.consumer.clone());
        let mut next = || {
            poll_set(count, context, |context| {
                self.0.consumer.0.register(context.waker());
                Pin::new(&mut *set).poll_next(&mut Context::from_waker(&consumer))
            })
        };
        let poll = || path::poll_children(waker, &mut next);
        let item = std::task::ready!(poll_family(false, kind, poll).0);
        self.0.left.set(set.len());
        Poll::Ready(item)
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
        NextCompleted::new(self.shared.clone())
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
        self.shared.0.left.get() + self.shared.0.put_back.borrow().len()
    }

    /// Whether all results have been given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<F: Future> Stream for AsCompleted<F> {
    type Item = (usize, F::Output);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let shared = self.shared.clone();
        let next = self.next.get_or_insert_with(|| NextCompleted::new(shared));
        let item = std::task::ready!(Pin::new(next).poll(context));
        self.next = None;
        Poll::Ready(item)
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
    wait: Wait<Item<F::Output>, Shared<F>>,
    seen: Seen,
    part: Part,
    raises: Option<Cancelled>,
}

// The futures are on the heap.
impl<F: Future> Unpin for NextCompleted<F> {}

impl<F: Future> NextCompleted<F> {
    fn new(shared: Shared<F>) -> Self {
        Self { wait: Wait::new(shared), seen: Seen::default(), part: Part::default(), raises: None }
    }
}

impl<F: Future> Future for NextCompleted<F> {
    type Output = Option<(usize, F::Output)>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let kind = this.seen.kind();
        if let Some(cancelled) = &this.raises {
            path::raise(cancelled, context);
            return Poll::Pending;
        }
        if kind == Kind::Pass {
            tell(|| What::Result, None);
        } else if kind == Kind::Ordinary && !this.wait.is_given() {
            waits(|| What::Result);
        }
        // A request ends the wait, and reaches none of the futures.
        if kind == Kind::Ask {
            if this.wait.is_given() {
                path::later(context);
            }
            return Poll::Pending;
        }
        let first = !this.wait.has_entered();
        if !this.wait.is_given() {
            if kind == Kind::Ordinary {
                // What is there already is taken at once, and wakes nobody.
                let waker = if first { Waker::noop() } else { context.waker() };
                this.wait.enter(waker, path::task_key());
            }
            let told = this.pump(kind, context);
            if first && !this.wait.is_given() {
                this.wait.enter(context.waker(), path::task_key());
            }
            if kind == Kind::Ordinary {
                this.part.keep(context.waker());
            }
            if !this.wait.is_given() || !first && !told && path::task_key().is_some() {
                // As in asyncio, where a callback stands between, a result comes a turn later:
                // who is given one is woken.
                return Poll::Pending;
            }
        }
        if kind != Kind::Ordinary {
            path::later(context);
            return Poll::Pending;
        }
        let item = this.wait.leave().expect("it was given");
        this.pass_on();
        this.part.leave();
        match item {
            Some((place, Ok(output))) => Poll::Ready(Some((place, output))),
            None => Poll::Ready(None),
            Some((_, Err(caught))) => match caught.failure() {
                Failure::Cancelled(cancelled) => {
                    path::raise(&cancelled, context);
                    this.raises = Some(cancelled);
                    Poll::Pending
                }
                Failure::Panicked(panic) => panic.resume(),
            },
        }
    }
}

impl<F: Future> NextCompleted<F> {
    /// Polls the futures as long as somebody waits for a result, and hands results over in the order
    /// in which they wait. Gives whether this one has one of which a callback has told.
    fn pump(&self, kind: Kind, context: &mut Context<'_>) -> bool {
        let state = &self.wait.list().0;
        let mut told = false;
        while state.waiting.waiting() > 0 {
            let item = state.put_back.borrow_mut().pop_front();
            let (by_callback, item) = match item {
                Some(item) => (false, item),
                None => match self.wait.list().poll_set(kind, context) {
                    Poll::Ready(Some((place, (by_callback, result)))) => {
                        (by_callback, Some((place, result)))
                    }
                    Poll::Ready(None) => (false, None),
                    Poll::Pending => break,
                },
            };
            let waits = !self.wait.is_given();
            let waker = state.waiting.give_first(item, |_| false);
            if by_callback && waits && self.wait.is_given() {
                // It goes on at once.
                told = true;
                drop(waker);
            } else {
                wake_all(waker);
            }
        }
        state.crowd.set(state.waiting.waiting() > 1);
        told
    }

    /// The futures know the waker of one who waits; that is somebody else's from now on, or nobody's.
    fn pass_on(&self) {
        let state = &self.wait.list().0;
        // While the futures are polled, somebody is about to wait: one of them has asked for a result.
        if state.waiting.waiting() == 0 && state.set.borrow().is_some() {
            drop(state.consumer.0.take());
        }
        state.crowd.set(state.waiting.waiting() > 1);
        wake_all(state.waiting.take_first_waker());
    }
}

impl<F: Future> Drop for NextCompleted<F> {
    fn drop(&mut self) {
        if !self.wait.has_entered() {
            return;
        }
        if let Some(item) = self.wait.leave() {
            self.wait.list().0.put_back.borrow_mut().push_front(item);
        }
        self.pass_on();
    }
}

impl<F: Future> fmt::Debug for NextCompleted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextCompleted").finish_non_exhaustive()
    }
}

pin_project! {
    /// A future whose end is told by a callback of the loop, if it is a task: a request that comes
    /// before that finds a task that waits.
    struct Heard<F> {
        #[pin]
        attempt: Attempt<F>,
        told: Option<Rc<Callback>>,
        at_once: Rc<Cell<bool>>,
    }

    impl<F> PinnedDrop for Heard<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(told) = this.project().told {
                told.forget();
            }
        }
    }
}

impl<F: Future> Heard<F> {
    /// Nothing tells a task from other futures but its size, and that it lies where this one does.
    const MAY_BE_TASK: bool = size_of::<F>() == size_of::<Task<()>>();

    /// `at_once`: whether it is told without a callback.
    fn new(future: F, at_once: &Rc<Cell<bool>>) -> Self {
        Self { attempt: Attempt::new(future), told: None, at_once: at_once.clone() }
    }
}

impl<F: Future> Future for Heard<F> {
    type Output = Completed<F::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if !Self::MAY_BE_TASK {
            return this.attempt.poll(context).map(|result| (false, result));
        }
        let told = this.told.get_or_insert_with(|| Rc::new(Callback::new(this.at_once.clone())));
        let place = ptr::from_ref(&*this.attempt).cast();
        let poll = || this.attempt.poll(context);
        let polled = path::poll_told(place, size_of::<Attempt<F>>(), told, poll);
        polled.map(|result| (told.by_callback(), result))
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
