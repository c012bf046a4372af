//! In which order a queue gives its items.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::mem;

/// An order of items: [`Fifo`], [`Lifo`] or [`Priority`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no order of a queue",
    note = "a queue is a `Queue`, a `LifoQueue`, or, where its items are `Ord`, a `PriorityQueue`"
)]
pub trait Order: sealed::Order {}

impl<O: sealed::Order> Order for O {}

pub(super) mod sealed {
    pub trait Order: Sized {
        /// What is queued.
        type Item;
        type Store: Default;
        /// What the queue is called.
        const NAME: &'static str;

        fn push(store: &Self::Store, item: Self::Item);
        fn pop(store: &Self::Store) -> Option<Self::Item>;
        fn len(store: &Self::Store) -> usize;
        /// Everything, to be dropped.
        fn take(store: &Self::Store) -> impl ExactSizeIterator<Item = Self::Item>;
    }
}

macro_rules! orders {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        pub struct $name<T> {
            items: PhantomData<T>,
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

orders! {
    /// First in, first out.
    Fifo
    /// Last in, first out.
    Lifo
    /// The smallest first. Of equal items, any.
    Priority
}

impl<T> sealed::Order for Fifo<T> {
    type Item = T;
    type Store = RefCell<VecDeque<T>>;
    const NAME: &'static str = "Queue";

    fn push(store: &Self::Store, item: T) {
        store.borrow_mut().push_back(item);
    }

    fn pop(store: &Self::Store) -> Option<T> {
        store.borrow_mut().pop_front()
    }

    fn len(store: &Self::Store) -> usize {
        store.borrow().len()
    }

    fn take(store: &Self::Store) -> impl ExactSizeIterator<Item = T> {
        store.take().into_iter()
    }
}

impl<T> sealed::Order for Lifo<T> {
    type Item = T;
    type Store = RefCell<Vec<T>>;
    const NAME: &'static str = "LifoQueue";

    fn push(store: &Self::Store, item: T) {
        store.borrow_mut().push(item);
    }

    fn pop(store: &Self::Store) -> Option<T> {
        store.borrow_mut().pop()
    }

    fn len(store: &Self::Store) -> usize {
        store.borrow().len()
    }

    fn take(store: &Self::Store) -> impl ExactSizeIterator<Item = T> {
        store.take().into_iter()
    }
}

impl<T: Ord> sealed::Order for Priority<T> {
    type Item = T;
    type Store = RefCell<BinaryHeap<Reverse<T>>>;
    const NAME: &'static str = "PriorityQueue";

    fn push(store: &Self::Store, item: T) {
        Compared::of(store).heap.push(Reverse(item));
    }

    fn pop(store: &Self::Store) -> Option<T> {
        Compared::of(store).heap.pop().map(|Reverse(item)| item)
    }

    fn len(store: &Self::Store) -> usize {
        store.borrow().len()
    }

    fn take(store: &Self::Store) -> impl ExactSizeIterator<Item = T> {
        store.take().into_vec().into_iter().map(|Reverse(item)| item)
    }
}

/// A heap whose items are being compared, which is a user's code: it is out of its cell meanwhile,
/// and comes back also after a panic.
struct Compared<'a, T: Ord> {
    store: &'a RefCell<BinaryHeap<Reverse<T>>>,
    heap: BinaryHeap<Reverse<T>>,
}

impl<'a, T: Ord> Compared<'a, T> {
    fn of(store: &'a RefCell<BinaryHeap<Reverse<T>>>) -> Self {
        Self { store, heap: store.take() }
    }
}

impl<T: Ord> Drop for Compared<'_, T> {
    fn drop(&mut self) {
        // What the comparisons themselves have put is compared in its turn.
        loop {
            let meanwhile = self.store.replace(mem::take(&mut self.heap));
            if meanwhile.is_empty() {
                return;
            }
            self.heap = self.store.take();
            self.heap.extend(meanwhile);
        }
    }
}
