//! An error thrown into a generator that takes another type.
//~ `&str` can't be thrown into a generator that takes `String`

use twin_generators::{BoxFallibleGenerator, Generator};

fn numbers() -> BoxFallibleGenerator<'static, i32, (), (), String> {
    Generator::fallible(|mut co| async move {
        co.yield_(1).await;
        Ok(())
    })
    .boxed()
}

fn main() {
    let _ = numbers().throw("boom");
}
