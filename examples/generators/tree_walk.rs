//! A tree walk: a recursive generator, left when enough is seen.
//!
//! Run it: `cargo run --example tree_walk`

use twin_generators::{Generator, Recursive};

/// A booking and its branches: a tree, sorted by hour.
struct Booking {
    hour: u32,
    guest: &'static str,
    earlier: Tree,
    later: Tree,
}

// Here Rust lets a branch be `None` because its type says so.
type Tree = Option<Box<Booking>>;

fn booking(
    hour: u32,
    guest: &'static str,
    earlier: Tree,
    later: Tree,
) -> Tree {
    Some(Box::new(Booking { hour, guest, earlier, later }))
}

/// Yields the bookings in the order of their hours.
fn walk(tree: &Tree) -> Recursive<'_, &Booking> {
    // Here Rust says that it calls itself: so its type is known.
    Generator::recursive(|mut co| async move {
        let Some(tree) = tree.as_deref() else { return };
        co.yield_from(walk(&tree.earlier)).await;
        println!("  walk: at {}:00", tree.hour);
        co.yield_(tree).await;
        co.yield_from(walk(&tree.later)).await;
    })
}

fn main() {
    let anna = booking(12, "Anna", None, None);
    let boris = booking(14, "Boris", anna, None);
    let emil = booking(21, "Emil", None, None);
    let bookings = booking(19, "Dmitri", boris, emil);

    println!("waiter: who is the first after 12:00?");
    let first = walk(&bookings).find(|found| found.hour > 12);
    println!("waiter: {}", first.unwrap().guest);

    println!("waiter: who comes today?");
    for booking in walk(&bookings) {
        println!("waiter: {}", booking.guest);
    }
}
