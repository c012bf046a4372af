//! A `yield_` without its `.await` does nothing.
//~ a yield hands its value out only when awaited

#![deny(unused_must_use)]

use twin_async_generators::AsyncGenerator;

fn main() {
    let _ = AsyncGenerator::new(|mut co| async move {
        co.yield_(1);
    })
    .next();
}
