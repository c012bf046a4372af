//! An error raised by a body that can't.
//~ `&str` can't be raised by a body whose errors are `Infallible`
//~ `Generator::fallible`

use twin_async_generators::AsyncGenerator;

fn main() {
    let _ = AsyncGenerator::new(|mut co| async move {
        co.yield_(1).await;
        co.raise("boom").await;
    })
    .next();
}
