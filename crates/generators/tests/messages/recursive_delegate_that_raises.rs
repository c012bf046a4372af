//! A recursive body that can't raise delegates to one that can.
//~ `Generator::fallible_recursive`
//~ `yield_from_nested(g.map_err(|error| …))`

use twin_generators::{FallibleRecursive, Generator, Recursive};

fn inner<'a>() -> FallibleRecursive<'a, i32, (), (), String> {
    Generator::fallible_recursive(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn outer<'a>() -> Recursive<'a, i32> {
    Generator::recursive(|mut co| async move { co.yield_from(inner()).await })
}

fn main() {
    let _ = outer().next();
}
