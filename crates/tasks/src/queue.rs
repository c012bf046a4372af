//! Queues between tasks: bounded or not, joinable, with a shutdown.

mod error;
mod order;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

pub use self::error::{JoinError, PutError, QueueShutDown, TryGetError, TryPutError};
pub use self::order::{Fifo, Lifo, Order, Priority};

use crate::event::Event;
use crate::permits::{Acquire, Permits};

/// A queue between tasks, first in, first out: Python's `asyncio.Queue`.
///
/// A clone is the same queue. Who waits for an item, or for room, is served in the order in which
/// they came.
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
///     orders.shutdown(false);
///     assert_eq!(cook.await, ["tea", "coffee"]);
/// });
/// ```
pub type Queue<T> = BaseQueue<Fifo<T>>;

/// A queue, last in, first out: Python's `asyncio.LifoQueue`.
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

/// A queue that gives the smallest item first: Python's `asyncio.PriorityQueue`.
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

/// A queue whose items come out in the order `O`, see [`Queue`].
pub struct BaseQueue<O: Order> {
    shared: Rc<Shared<O>>,
}

struct Shared<O> {
    items: RefCell<O>,
    capacity: Option<usize>,
    /// A permit for each item that nobody has claimed.
    filled: Permits,
    /// A permit for each free place.
    room: Permits,
    unfinished: Cell<usize>,
    finished: Event,
}

/// The permits of the items, as something to wait for.
struct Filled<'a, O>(&'a Shared<O>);

impl<O> AsRef<Permits> for Filled<'_, O> {
    fn as_ref(&self) -> &Permits {
        &self.0.filled
    }
}

/// The permits of the free places.
struct Room<'a, O>(&'a Shared<O>);

impl<O> AsRef<Permits> for Room<'_, O> {
    fn as_ref(&self) -> &Permits {
        &self.0.room
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
    pub fn bounded(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue without room passes nothing on: give at least 1");
        Self::with_capacity(Some(capacity))
    }

    fn with_capacity(capacity: Option<usize>) -> Self {
        let finished = Event::new();
        finished.set();
        Self {
            shared: Rc::new(Shared {
                items: RefCell::default(),
                capacity,
                filled: Permits::new(0),
                room: Permits::new(capacity.unwrap_or(usize::MAX)),
                unfinished: Cell::new(0),
                finished,
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
        self.shared.items.borrow().count()
    }

    /// Whether it holds no items: Python's `queue.empty()`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has no room: Python's `queue.full()`.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.shared.capacity.is_some_and(|capacity| self.len() >= capacity)
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
    ///     orders.shutdown(false);
    ///     assert_eq!(orders.put("milk").await, Err(PutError("milk")));
    /// });
    /// ```
    pub async fn put(&self, item: O::Item) -> Result<(), PutError<O::Item>> {
        let shared = &*self.shared;
        if self.is_shut_down() || !Acquire::new(Room(shared)).await || self.is_shut_down() {
            return Err(PutError(item));
        }
        self.insert(item);
        Ok(())
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
        if !self.shared.room.try_acquire() {
            return Err(TryPutError::Full(item));
        }
        self.insert(item);
        Ok(())
    }

    fn insert(&self, item: O::Item) {
        let shared = &*self.shared;
        shared.items.borrow_mut().push(item);
        shared.unfinished.set(shared.unfinished.get() + 1);
        shared.finished.clear();
        shared.filled.release(1);
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
    pub async fn get(&self) -> Result<O::Item, QueueShutDown> {
        if !Acquire::new(Filled(&self.shared)).await {
            return Err(QueueShutDown);
        }
        self.remove().ok_or(QueueShutDown)
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
    /// orders.shutdown(false);
    /// assert_eq!(orders.try_get(), Err(TryGetError::ShutDown));
    /// ```
    pub fn try_get(&self) -> Result<O::Item, TryGetError> {
        let item = self.shared.filled.try_acquire().then(|| self.remove()).flatten();
        item.ok_or(if self.is_shut_down() { TryGetError::ShutDown } else { TryGetError::Empty })
    }

    fn remove(&self) -> Option<O::Item> {
        let item = self.shared.items.borrow_mut().pop()?;
        if self.shared.capacity.is_some() {
            self.shared.room.release(1);
        }
        Some(item)
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
    pub async fn join(&self) {
        if self.shared.unfinished.get() > 0 {
            self.shared.finished.wait().await;
        }
    }

    /// Shuts the queue down: Python's `queue.shutdown(immediate)`. Nothing can be put any more, and when
    /// the items that it holds are taken, nothing can be got. `immediate` throws these items away, as if
    /// they were dealt with. All who wait in vain get the error.
    ///
    /// ```
    /// use twin_tasks::{Queue, TryGetError};
    ///
    /// let orders = Queue::new();
    /// orders.try_put("tea").unwrap();
    /// orders.shutdown(false);
    /// assert!(orders.is_shut_down());
    /// assert_eq!(orders.try_get(), Ok("tea"));
    /// assert_eq!(orders.try_get(), Err(TryGetError::ShutDown));
    /// ```
    pub fn shutdown(&self, immediate: bool) {
        let shared = &*self.shared;
        shared.room.close();
        if immediate {
            let thrown = std::mem::take(&mut *shared.items.borrow_mut());
            let left = shared.unfinished.get().saturating_sub(thrown.count());
            shared.unfinished.set(left);
            shared.filled.clear();
            if left == 0 {
                shared.finished.set();
            }
        }
        shared.filled.close();
    }

    /// Whether it was shut down.
    #[must_use]
    pub fn is_shut_down(&self) -> bool {
        self.shared.room.closed()
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
        f.debug_struct("Queue")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}
