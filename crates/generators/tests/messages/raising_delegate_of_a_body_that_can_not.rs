//! A body that can't raise delegates to one that can.
//~ `Generator::fallible`
//~ `g.map_err(|error| …)`

use twin_generators::{Body, FallibleBody, Generator};

fn inner() -> Generator<impl FallibleBody<i32, String>> {
    Generator::fallible(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn outer() -> Generator<impl Body<i32>> {
    Generator::new(|mut co| async move { co.yield_from(inner()).await })
}

fn main() {
    let _ = outer().next();
}
