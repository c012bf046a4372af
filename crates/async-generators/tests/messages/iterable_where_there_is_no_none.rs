//! An iterable can't take the `i32` that its body is sent.
//~ `i32` has no `None` to send

use twin_async_generators::{AsyncGenerator, Body};

fn outer() -> AsyncGenerator<impl Body<i32, i32>> {
    AsyncGenerator::new(|mut co| async move { co.yield_from_iter([1, 2]).await })
}

fn main() {
    let _ = outer().start();
}
