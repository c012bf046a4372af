//! A lent delegate may have been started; then it is sent `None`, which an `i32` is not.
//~ `i32` has no `None` to send
//~ `Option<i32>`
//~ hand it over, `yield_from(g)`

use twin_async_generators::{AsyncGenerator, Body};

fn outer(mut inner: AsyncGenerator<impl Body<i32, i32>>) -> AsyncGenerator<impl Body<i32, i32>> {
    AsyncGenerator::new(|mut co| async move {
        co.yield_from(&mut inner).await;
    })
}

fn main() {
    let inner = AsyncGenerator::new(|mut co| async move {
        let _: i32 = co.yield_(1).await;
    });
    let _ = outer(inner).start();
}
