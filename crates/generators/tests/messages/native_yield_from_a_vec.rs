//! An iterable, in a native body.
//~ `yield_from_iter(iterable)`

#![feature(coroutines)]

use twin_generators::{Body, Generator, yield_from};

fn outer() -> Generator<impl Body<i32>> {
    Generator::native(
        #[coroutine]
        |_| {
            yield_from!(vec![1, 2]);
            Ok(())
        },
    )
}

fn main() {
    let _ = outer().next();
}
