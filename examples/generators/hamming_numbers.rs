//! Hamming numbers: a lazy list that is made from itself.
//!
//! Run it: `cargo run --example hamming_numbers`

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use twin_generators::Generator;

type Numbers = Box<dyn Iterator<Item = u64>>;

/// What a generator has yielded; runs it only for what is new.
struct LazyList {
    items: RefCell<Vec<u64>>,
    source: RefCell<Numbers>,
}

impl LazyList {
    fn get(&self, index: usize) -> u64 {
        while index >= self.items.borrow().len() {
            let item = self.source.borrow_mut().next().unwrap();
            println!("  list: finds {item}");
            self.items.borrow_mut().push(item);
        }
        self.items.borrow()[index]
    }
}

/// Yields each number of the list, multiplied.
fn times(by: u64, list: Weak<LazyList>) -> Numbers {
    // Here Rust closes the circle by a link that does not own.
    let get = move |index| Some(by * list.upgrade()?.get(index));
    Box::new((0..).map_while(get))
}

/// Yields 1, and each number of the list times 2, 3 and 5.
fn hamming(list: Weak<LazyList>) -> Numbers {
    Box::new(Generator::new(|mut co| async move {
        co.yield_(1).await;
        let mut rows = [2, 3, 5].map(|by| times(by, list.clone()));
        let mut heads = rows.each_mut().map(Iterator::next);
        while let Some(&Some(low)) = heads.iter().min() {
            co.yield_(low).await;
            for (head, row) in heads.iter_mut().zip(&mut rows) {
                if *head == Some(low) {
                    *head = row.next();
                }
            }
        }
    }))
}

fn main() {
    let list = Rc::new_cyclic(|list| LazyList {
        items: RefCell::default(),
        source: RefCell::new(hamming(list.clone())),
    });
    for (reader, length) in [("anna", 6), ("boris", 9)] {
        println!("{reader}: reads {length} numbers");
        let read: Vec<_> =
            (0..length).map(|index| list.get(index)).collect();
        println!("{reader}: {read:?}");
    }
}
