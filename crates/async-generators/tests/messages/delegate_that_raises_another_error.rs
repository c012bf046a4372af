//! A delegate that raises another error than the body around it.
//~ `g.map_err(|error| …)`

use std::num::ParseIntError;

use twin_async_generators::{AsyncGenerator, Co, FallibleBody};

fn inner() -> AsyncGenerator<impl FallibleBody<i32, ParseIntError>> {
    AsyncGenerator::fallible(|mut co| async move {
        co.yield_("1".parse()?).await;
        Ok(())
    })
}

fn outer() -> AsyncGenerator<impl FallibleBody<i32, String>> {
    AsyncGenerator::fallible(|mut co: Co<_, _, String>| async move {
        co.yield_from(inner()).await;
        Ok(())
    })
}

fn main() {
    let _ = outer().next();
}
