//! A stream is a delegate by `over`.
//~ `yield_from(AsyncGenerator::over(stream))`
//~ `yield_from_iter(iterable)`

use twin_async_generators::{AsyncGenerator, iter};

fn main() {
    let _ = AsyncGenerator::new(|mut co| async move { co.yield_from(iter([1, 2])).await }).next();
}
