//! A recursive body delegates flatly to recursive generators alone.
//~ `yield_from_nested(g)`

use twin_generators::{Generator, Recursive};

fn outer<'a>() -> Recursive<'a, i32> {
    Generator::recursive(|mut co| async move { co.yield_from(Generator::over([1, 2])).await })
}

fn main() {
    let _ = outer().next();
}
