//! A lent delegate may have been started; then it is sent `None`, which an `i32` is not.
//~ `i32` has no `None` to send
//~ `Option<i32>`
//~ hand it over, `yield_from(g)`

use twin_generators::{Body, Generator};

fn outer(mut inner: Generator<impl Body<i32, i32>>) -> Generator<impl Body<i32, i32>> {
    Generator::new(|mut co| async move {
        co.yield_from(&mut inner).await;
    })
}

fn main() {
    let _ = outer(outer(Generator::from_fn(|_| twin_generators::Step::Complete(())))).start();
}
