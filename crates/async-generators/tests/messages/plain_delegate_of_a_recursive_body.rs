//! A recursive body delegates flatly to recursive generators alone.
//~ `yield_from_nested(g)`

use twin_async_generators::{AsyncGenerator, Recursive, iter};

fn outer<'a>() -> Recursive<'a, i32> {
    AsyncGenerator::recursive(|mut co| async move {
        co.yield_from(AsyncGenerator::over(iter([1, 2]))).await
    })
}

fn main() {
    let _ = outer().next();
}
