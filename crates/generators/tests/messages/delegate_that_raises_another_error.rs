//! A delegate that raises another error than the body around it.
//~ `g.map_err(|error| …)`

use std::num::ParseIntError;

use twin_generators::{Co, FallibleBody, Generator};

fn inner() -> Generator<impl FallibleBody<i32, ParseIntError>> {
    Generator::fallible(|mut co| async move {
        co.yield_("1".parse()?).await;
        Ok(())
    })
}

fn outer() -> Generator<impl FallibleBody<i32, String>> {
    Generator::fallible(|mut co: Co<_, _, String>| async move {
        co.yield_from(inner()).await;
        Ok(())
    })
}

fn main() {
    let _ = outer().next();
}
