//! In which order a queue gives its items.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;

/// An order of items.
pub trait Order: Default {
    /// What is queued.
    type Item;

    #[doc(hidden)]
    fn push(&mut self, item: Self::Item);
    #[doc(hidden)]
    fn pop(&mut self) -> Option<Self::Item>;
    #[doc(hidden)]
    fn count(&self) -> usize;
}

macro_rules! orders {
    ($($(#[$meta:meta])* $name:ident ($store:ty) $(: $bound:path,)?
       |$items:ident, $item:ident| $push:expr, $pop:expr;)+) => {$(
        $(#[$meta])*
        pub struct $name<T> {
            items: $store,
        }

        impl<T $(: $bound)?> Default for $name<T> {
            fn default() -> Self {
                Self { items: Default::default() }
            }
        }

        impl<T $(: $bound)?> Order for $name<T> {
            type Item = T;

            fn push(&mut self, $item: T) {
                let $items = &mut self.items;
                $push;
            }

            fn pop(&mut self) -> Option<T> {
                let $items = &mut self.items;
                $pop
            }

            fn count(&self) -> usize {
                self.items.len()
            }
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
    Fifo(VecDeque<T>) |items, item| items.push_back(item), items.pop_front();
    /// Last in, first out.
    Lifo(Vec<T>) |items, item| items.push(item), items.pop();
    /// The smallest first.
    Priority(BinaryHeap<Reverse<T>>): Ord,
        |items, item| items.push(Reverse(item)), items.pop().map(|Reverse(item)| item);
}
