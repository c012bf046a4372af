//! A `yield_` without its `.await` does not suspend.
//~ the body is suspended by the `.await`

#![deny(unused_must_use)]

use twin_generators::Generator;

fn main() {
    let _ = Generator::new(|mut co| async move {
        co.yield_(1);
    })
    .next();
}
