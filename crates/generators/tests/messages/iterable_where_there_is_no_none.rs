//! An iterable can't take the `i32` that its body is sent.
//~ `i32` has no `None` to send

use twin_generators::{Body, Generator};

fn outer() -> Generator<impl Body<i32, i32>> {
    Generator::new(|mut co| async move { co.yield_from_iter([1, 2]).await })
}

fn main() {
    let _ = outer().start();
}
