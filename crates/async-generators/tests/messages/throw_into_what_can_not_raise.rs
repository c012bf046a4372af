//! An error thrown into a generator that takes none.
//~ `&str` can't be thrown into a generator that takes `Infallible`
//~ `Generator::fallible`
//~ `Thrown::Exit`

use twin_async_generators::{AsyncGenerator, iter};

fn main() {
    let mut numbers = AsyncGenerator::over(iter(1..));
    let _ = numbers.athrow("boom");
}
