//! The same in nightly's syntax: `gen fn`, a loop for each branch.
//!
//! Run it: `cargo run --example tree_walk_native`

#![feature(gen_blocks)]

/// A booking and its branches: a tree, sorted by hour.
struct Booking {
    hour: u32,
    guest: &'static str,
    earlier: Tree,
    later: Tree,
}

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
gen fn walk(tree: &Tree) -> &Booking {
    let Some(tree) = tree.as_deref() else { return };
    // Where nothing is sent, a loop does what `yield from` does.
    for earlier in Box::new(walk(&tree.earlier)) {
        yield earlier;
    }
    println!("  walk: at {}:00", tree.hour);
    yield tree;
    for later in Box::new(walk(&tree.later)) {
        yield later;
    }
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
