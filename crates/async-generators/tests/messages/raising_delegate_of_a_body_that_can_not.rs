//! A body that can't raise delegates to one that can.
//~ `Generator::fallible`
//~ `g.map_err(|error| …)`

use twin_async_generators::{AsyncGenerator, Body, FallibleBody};

fn inner() -> AsyncGenerator<impl FallibleBody<i32, String>> {
    AsyncGenerator::fallible(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn outer() -> AsyncGenerator<impl Body<i32>> {
    AsyncGenerator::new(|mut co| async move { co.yield_from(inner()).await })
}

fn main() {
    let _ = outer().next();
}
