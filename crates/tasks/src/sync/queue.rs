//! Queues between tasks: bounded or not, joinable, with a shutdown.

mod error;
mod order;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

pub use self::error::{JoinError, PutError, QueueShutDown, TryGetError, TryPutError};
pub use self::order::{Fifo, Lifo, Order, Priority};

use super::event::{Event, WaitEvent};
use super::{is_gone, poll_given};
use crate::cancel::path::{self, Seen};
use crate::outcome::drop_each;
use crate::state::{Wait, WaitList, What, waits, wake_all};

/// A queue between tasks, first in, first out: Python's `asyncio.Queue`.
///
/// A clone is the same queue. Those who wait for an item, or for room, are woken in the order in
/// which they came. As in asyncio, a task that runs may take an item before one that was woken for it
/// has its turn; that one waits again then.
///
/// Its methods stand at [`BaseQueue`], as which messages of the compiler know it: `BaseQueue<Fifo<T>>`.
///
/// # Examples
///
/// ```
/// use twin_tasks::{Queue, run, spawn};
///
/// run(async {
///     let orders = Queue::bounded(1);
///     let cook = spawn({
///         let orders = orders.clone();
///         async move {
///             let mut made = Vec::new();
///             while let Ok(order) = orders.get().await {
///                 made.push(order);
///                 orders.task_done().unwrap();
///             }
///             made
///         }
///     });
///     for order in ["tea", "coffee"] {
///         orders.put(order).await.unwrap();
///     }
///     orders.join().await;
///     orders.shutdown();
///     assert_eq!(cook.await, ["tea", "coffee"]);
/// });
/// ```
pub type Queue<T> = BaseQueue<Fifo<T>>;

/// A queue, last in, first out: Python's `asyncio.LifoQueue`. To the compiler it is a
/// `BaseQueue<Lifo<T>>`; see [`BaseQueue`] for its methods.
///
/// ```
/// use twin_tasks::LifoQueue;
///
/// let plates = LifoQueue::new();
/// plates.try_put("first").unwrap();
/// plates.try_put("last").unwrap();
/// assert_eq!(plates.try_get(), Ok("last"));
/// ```
pub type LifoQueue<T> = BaseQueue<Lifo<T>>;

/// A queue that gives the smallest item first: Python's `asyncio.PriorityQueue`. To the compiler it is a
/// `BaseQueue<Priority<T>>`, and items are `Ord`; see [`BaseQueue`] for its methods.
///
/// ```
/// use twin_tasks::PriorityQueue;
///
/// let orders = PriorityQueue::new();
/// for (urgency, order) in [(2, "cake"), (1, "tea")] {
///     orders.try_put((urgency, order)).unwrap();
/// }
/// assert_eq!(orders.try_get(), Ok((1, "tea")));
/// ```
pub type PriorityQueue<T> = BaseQueue<Priority<T>>;

/// A queue whose items come out in the order `O`: what [`Queue`], [`LifoQueue`] and [`PriorityQueue`]
/// are names of. Messages of the compiler call them by this one: `BaseQueue<Fifo<T>>` is a `Queue<T>`.
///
/// ```
/// use twin_tasks::{BaseQueue, LifoQueue, Order, PriorityQueue};
///
/// // Takes any of them.
/// fn drain<O: Order>(queue: &BaseQueue<O>) -> usize {
///     std::iter::from_fn(|| queue.try_get().ok()).count()
/// }
/// assert_eq!((drain(&LifoQueue::<u8>::new()), drain(&PriorityQueue::<u8>::new())), (0, 0));
/// ```
pub struct BaseQueue<O: Order> {
    shared: Rc<Shared<O>>,
}

struct Shared<O: Order> {
    items: O::Store,
    /// How many items there are.
    count: Cell<usize>,
    capacity: Option<usize>,
    getters: WaitList<()>,
    putters: WaitList<()>,
    unfinished: Cell<usize>,
    finished: Event,
    shut_down: Cell<bool>,
}

/// Those who wait for an item.
struct Getters<'a, O: Order>(&'a Shared<O>);

impl<O: Order> AsRef<WaitList<()>> for Getters<'_, O> {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.getters
    }
}

/// Those who wait for room.
struct Putters<'a, O: Order>(&'a Shared<O>);

impl<O: Order> AsRef<WaitList<()>> for Putters<'_, O> {
    fn as_ref(&self) -> &WaitList<()> {
        &self.0.putters
    }
}

impl<O: Order> Shared<O> {
    fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.count.get() >= capacity)
    }

    fn insert(&self, item: O::Item) {
        let counted = Counted::new(self);
        self.unfinished.set(self.unfinished.get() + 1);
        self.finished.clear();
        O::push(&self.items, item);
        drop(counted);
        wake_all(self.getters.offer((), is_gone));
    }

    fn remove(&self) -> Option<O::Item> {
        let counted = Counted::new(self);
        let item = O::pop(&self.items)?;
        drop(counted);
        wake_all(self.putters.offer((), is_gone));
        Some(item)
    }

    /// Wakes who wait for items, as long as there are more than those were woken for who have not come
    /// yet.
    fn pass_items_on(&self) {
        pass_on(&self.getters, || self.count.get());
    }

    /// As that, of room.
    fn pass_room_on(&self) {
        let capacity = self.capacity.unwrap_or(usize::MAX);
        pass_on(&self.putters, || capacity.saturating_sub(self.count.get()));
    }
}

fn pass_on(waiting: &WaitList<()>, count: impl Fn() -> usize) {
    let mut wakers = Vec::new();
    while count() > waiting.given() {
        // The first who is gone passes the rest on.
        if waiting.is_first_gone(is_gone) {
            wakers.extend(waiting.first_waker());
            break;
        }
        let Some(waker) = waiting.give_first((), is_gone) else { break };
        wakers.push(waker);
    }
    wake_all(wakers);
}

/// Counts the items anew, also after a comparison that panics.
struct Counted<'a, O: Order>(&'a Shared<O>);

impl<'a, O: Order> Counted<'a, O> {
    fn new(shared: &'a Shared<O>) -> Self {
        Self(shared)
    }
}

impl<O: Order> Drop for Counted<'_, O> {
    fn drop(&mut self) {
        self.0.count.set(O::len(&self.0.items));
    }
}

impl<O: Order> BaseQueue<O> {
    /// A queue without a limit.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(None)
    }

    /// A queue for so many items: Python's `maxsize`.
    ///
    /// # Panics
    ///
    /// If there is no room for any. (Python takes 0 for "without a limit", see [`new`](Self::new).)
    ///
    /// ```
    /// use twin_tasks::{Queue, TryPutError};
    ///
    /// let orders = Queue::bounded(1);
    /// assert_eq!(orders.capacity(), Some(1));
    /// orders.try_put("tea").unwrap();
    /// assert!(orders.is_full() && !orders.is_empty());
    /// assert_eq!(orders.try_put("cake"), Err(TryPutError::Full("cake")));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn bounded(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue without room passes nothing on: give at least 1");
        Self::with_capacity(Some(capacity))
    }

    fn with_capacity(capacity: Option<usize>) -> Self {
        let finished = Event::new();
        finished.set();
        Self {
            shared: Rc::new(Shared {
                items: Default::default(),
                count: Cell::new(0),
                capacity,
                getters: WaitList::default(),
                putters: WaitList::default(),
                unfinished: Cell::new(0),
                finished,
                shut_down: Cell::new(false),
            }),
        }
    }

    /// How many items it may hold; `None` without a limit.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.shared.capacity
    }

    /// How many items it holds: Python's `queue.qsize()`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.count.get()
    }

    /// Whether it holds no items: Python's `queue.empty()`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has no room: Python's `queue.full()`.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.shared.is_full()
    }

    /// Puts an item, and waits for room if there is none: Python's `await queue.put(item)`.
    ///
    /// # Errors
    ///
    /// Gives the item back if the queue was shut down.
    ///
    /// # Cancellation
    ///
    /// The item is not put, and is lost with the future. The place in the queue of those who wait
    /// goes to the next.
    ///
    /// ```
    /// use twin_tasks::{PutError, Queue, gather, run};
    ///
    /// run(async {
    ///     let orders = Queue::bounded(1);
    ///     orders.put("tea").await.unwrap();
    ///     // The second waits for room.
    ///     let both = gather((orders.put("cake"), orders.get())).await;
    ///     assert_eq!(both, (Ok(()), Ok("tea")));
    ///     orders.shutdown();
    ///     assert_eq!(orders.put("milk").await, Err(PutError("milk")));
    /// });
    /// ```
    #[track_caller]
    pub fn put(&self, item: O::Item) -> Put<'_, O> {
        let wait = Wait::new(Putters(&*self.shared));
        Put { wait, item: Some(item), seen: Seen::default(), location: Location::caller() }
    }

    /// Puts an item if there is room: Python's `queue.put_nowait(item)`.
    ///
    /// # Errors
    ///
    /// Gives the item back if the queue is full, or was shut down.
    pub fn try_put(&self, item: O::Item) -> Result<(), TryPutError<O::Item>> {
        if self.is_shut_down() {
            return Err(TryPutError::ShutDown(item));
        }
        if self.is_full() {
            return Err(TryPutError::Full(item));
        }
        self.shared.insert(item);
        Ok(())
    }

    /// Takes an item, and waits for one if there is none: Python's `await queue.get()`.
    ///
    /// # Errors
    ///
    /// If the queue was shut down and holds no more.
    ///
    /// # Cancellation
    ///
    /// No item is lost: one that was meant for this task goes to the next who asks.
    ///
    /// ```
    /// use twin_tasks::{Queue, gather, run};
    ///
    /// run(async {
    ///     let orders = Queue::new();
    ///     let (order, ()) = gather((orders.get(), async { orders.try_put("tea").unwrap() })).await;
    ///     assert_eq!(order, Ok("tea"));
    /// });
    /// ```
    #[track_caller]
    pub fn get(&self) -> Get<'_, O> {
        let wait = Wait::new(Getters(&*self.shared));
        Get { wait, seen: Seen::default(), location: Location::caller() }
    }

    /// Takes an item if there is one: Python's `queue.get_nowait()`.
    ///
    /// # Errors
    ///
    /// If the queue is empty, or was shut down and holds no more.
    ///
    /// ```
    /// use twin_tasks::{Queue, TryGetError};
    ///
    /// let orders = Queue::<&str>::new();
    /// assert_eq!(orders.try_get(), Err(TryGetError::Empty));
    /// orders.shutdown();
    /// assert_eq!(orders.try_get(), Err(TryGetError::ShutDown));
    /// ```
    pub fn try_get(&self) -> Result<O::Item, TryGetError> {
        let none = if self.is_shut_down() { TryGetError::ShutDown } else { TryGetError::Empty };
        self.shared.remove().ok_or(none)
    }

    /// Says that an item which was taken has been dealt with, for [`join`](Self::join): Python's
    /// `queue.task_done()`.
    ///
    /// # Errors
    ///
    /// If it is called more often than items were put.
    ///
    /// ```
    /// use twin_tasks::{JoinError, Queue, run};
    ///
    /// run(async {
    ///     let orders = Queue::new();
    ///     orders.try_put("tea").unwrap();
    ///     orders.get().await.unwrap();
    ///     assert_eq!(orders.task_done(), Ok(()));
    ///     assert_eq!(orders.task_done(), Err(JoinError));
    /// });
    /// ```
    pub fn task_done(&self) -> Result<(), JoinError> {
        let left = self.shared.unfinished.get().checked_sub(1).ok_or(JoinError)?;
        self.shared.unfinished.set(left);
        if left == 0 {
            self.shared.finished.set();
        }
        Ok(())
    }

    /// Waits until every item that was put has been dealt with: Python's `await queue.join()`.
    ///
    /// # Cancellation
    ///
    /// Only the wait ends.
    ///
    /// ```
    /// use twin_tasks::{Queue, run, spawn};
    ///
    /// run(async {
    ///     let orders = Queue::new();
    ///     orders.try_put("tea").unwrap();
    ///     let cook = orders.clone();
    ///     spawn(async move {
    ///         cook.get().await.unwrap();
    ///         cook.task_done().unwrap();
    ///     })
    ///     .detach();
    ///     orders.join().await;
    ///     assert!(orders.is_empty());
    /// });
    /// ```
    #[track_caller]
    pub fn join(&self) -> WaitEvent {
        self.shared.finished.wait()
    }

    /// Shuts the queue down: Python's `queue.shutdown()`. Nothing can be put any more, and when the
    /// items that it holds are taken, nothing can be got. All who wait in vain get the error.
    ///
    /// ```
    /// use twin_tasks::{Queue, TryGetError};
    ///
    /// let orders = Queue::new();
    /// orders.try_put("tea").unwrap();
    /// orders.shutdown();
    /// assert!(orders.is_shut_down());
    /// assert_eq!(orders.try_get(), Ok("tea"));
    /// assert_eq!(orders.try_get(), Err(TryGetError::ShutDown));
    /// ```
    pub fn shutdown(&self) {
        let shared = &*self.shared;
        shared.shut_down.set(true);
        let wakers = shared.getters.give_all(|_| ()).into_iter();
        wake_all(wakers.chain(shared.putters.give_all(|_| ())));
    }

    /// As [`shutdown`](Self::shutdown), and throws away the items that it holds, as if they had been
    /// dealt with: Python's `queue.shutdown(immediate=True)`.
    ///
    /// ```
    /// use twin_tasks::{Queue, TryGetError};
    ///
    /// let orders = Queue::new();
    /// orders.try_put("tea").unwrap();
    /// orders.shutdown_immediately();
    /// assert_eq!(orders.try_get(), Err(TryGetError::ShutDown));
    /// ```
    pub fn shutdown_immediately(&self) {
        let shared = &*self.shared;
        shared.shut_down.set(true);
        let thrown = O::take(&shared.items);
        shared.count.set(0);
        let left = shared.unfinished.get().saturating_sub(thrown.len());
        shared.unfinished.set(left);
        if left == 0 {
            shared.finished.set();
        }
        self.shutdown();
        drop_each(thrown);
    }

    /// Whether it was shut down.
    #[must_use]
    pub fn is_shut_down(&self) -> bool {
        self.shared.shut_down.get()
    }
}

impl<O: Order> Clone for BaseQueue<O> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<O: Order> Default for BaseQueue<O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<O: Order> fmt::Debug for BaseQueue<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(O::NAME)
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

/// The future of [`BaseQueue::put`].
#[must_use = "nothing is put until this is awaited"]
pub struct Put<'a, O: Order> {
    wait: Wait<(), Putters<'a, O>>,
    item: Option<O::Item>,
    seen: Seen,
    location: &'static Location<'static>,
}

// The item is not pinned in it.
impl<O: Order> Unpin for Put<'_, O> {}

impl<O: Order> Future for Put<'_, O> {
    type Output = Result<(), PutError<O::Item>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let kind = this.seen.kind();
        let shared = this.wait.list().0;
        if this.wait.has_entered() {
            ready!(poll_given(
                &mut this.wait,
                kind,
                |_| What::Room,
                |putters| putters.0.pass_room_on(),
                this.location,
                context
            ));
            this.wait.leave();
        }
        if shared.is_full() && !shared.shut_down.get() {
            // Somebody was faster.
            this.wait.enter(context.waker(), path::task_key());
            waits(|| What::Room);
            return Poll::Pending;
        }
        let item = this.item.take().expect("a put was polled after its end");
        Poll::Ready(if shared.shut_down.get() {
            Err(PutError(item))
        } else {
            shared.insert(item);
            Ok(())
        })
    }
}

impl<O: Order> Drop for Put<'_, O> {
    fn drop(&mut self) {
        if !self.wait.has_entered() {
            return;
        }
        // The room that it was woken for goes to the next.
        let shared = self.wait.list().0;
        match self.wait.leave() {
            Some(()) if !shared.is_full() => wake_all(shared.putters.offer((), is_gone)),
            _ => shared.pass_room_on(),
        }
    }
}

impl<O: Order> fmt::Debug for Put<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put").finish_non_exhaustive()
    }
}

/// The future of [`BaseQueue::get`].
#[must_use = "nothing is taken until this is awaited"]
pub struct Get<'a, O: Order> {
    wait: Wait<(), Getters<'a, O>>,
    seen: Seen,
    location: &'static Location<'static>,
}

impl<O: Order> Future for Get<'_, O> {
    type Output = Result<O::Item, QueueShutDown>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let kind = this.seen.kind();
        let shared = this.wait.list().0;
        if this.wait.has_entered() {
            ready!(poll_given(
                &mut this.wait,
                kind,
                |_| What::Item,
                |getters| getters.0.pass_items_on(),
                this.location,
                context
            ));
            this.wait.leave();
        }
        if let Some(item) = shared.remove() {
            return Poll::Ready(Ok(item));
        }
        if shared.shut_down.get() {
            return Poll::Ready(Err(QueueShutDown));
        }
        // Somebody was faster.
        this.wait.enter(context.waker(), path::task_key());
        waits(|| What::Item);
        Poll::Pending
    }
}

impl<O: Order> Drop for Get<'_, O> {
    fn drop(&mut self) {
        if !self.wait.has_entered() {
            return;
        }
        // The item that it was woken for goes to the next.
        let shared = self.wait.list().0;
        match self.wait.leave() {
            Some(()) if shared.count.get() > 0 => wake_all(shared.getters.offer((), is_gone)),
            _ => shared.pass_items_on(),
        }
    }
}

impl<O: Order> fmt::Debug for Get<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").finish_non_exhaustive()
    }
}
