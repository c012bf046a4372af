//! `yield from [1, 2]` names its iterable without a word about what it is.
//~ `yield_from_iter(iterable)`

use twin_generators::Generator;

fn main() {
    let _ = Generator::new(|mut co| async move { co.yield_from(vec![1, 2]).await }).next();
}
