//! A collection is no body.
//~ `AsyncGenerator::over(stream)`

use twin_async_generators::AsyncGenerator;

fn main() {
    let _ = AsyncGenerator::of(vec![1, 2]);
}
