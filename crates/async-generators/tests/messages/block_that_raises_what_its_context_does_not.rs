//! A context whose errors are others than the block's.
//~ `g.map_err(|error| …)`

use twin_async_generators::{AsyncGenerator, FallibleBody, async_with};

fn context() -> AsyncGenerator<impl FallibleBody<i32, String>> {
    AsyncGenerator::fallible(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
}

fn main() {
    let _ = async_with::<_, (), i32>(context(), async |_| Err(42));
}
