//! An iterable is no body.
//~ `Generator::over(iterable)`

use twin_generators::Generator;

fn main() {
    let _ = Generator::of(vec![1, 2]);
}
