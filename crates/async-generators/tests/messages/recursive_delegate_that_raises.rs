//! A recursive body that can't raise delegates to one that can.
//~ `AsyncGenerator::fallible_recursive`
//~ `yield_from_nested(g.map_err(|error| …))`

use twin_async_generators::{AsyncGenerator, FallibleRecursive, Recursive};

fn inner<'a>() -> FallibleRecursive<'a, i32, (), (), String> {
    AsyncGenerator::fallible_recursive(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn outer<'a>() -> Recursive<'a, i32> {
    AsyncGenerator::recursive(|mut co| async move { co.yield_from(inner()).await })
}

fn main() {
    let _ = outer().next();
}
