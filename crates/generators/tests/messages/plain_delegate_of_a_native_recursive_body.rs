//! A recursive native body delegates flatly to its like alone.
//~ `yield_nested!(g)`

#![feature(coroutines)]

use twin_generators::{Generator, NativeRecursive, yield_recursive};

fn outer<'a>() -> NativeRecursive<'a, i32> {
    Generator::recursive_native(
        #[coroutine]
        |_| {
            yield_recursive!(Generator::over([1, 2]));
            Ok(())
        },
    )
}

fn main() {
    let _ = outer().next();
}
