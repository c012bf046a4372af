//! A context whose errors are others than the block's.
//~ `g.map_err(|error| …)`

use twin_generators::{FallibleBody, Generator, with};

fn context() -> Generator<impl FallibleBody<i32, String>> {
    Generator::fallible(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn main() {
    let _ = with::<_, (), i32>(context(), |_| Err(42));
}
