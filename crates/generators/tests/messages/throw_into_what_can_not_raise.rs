//! An error thrown into a generator that takes none.
//~ `&str` can't be thrown into a generator that takes `Infallible`
//~ `Generator::fallible`
//~ `Thrown::Exit`

use twin_generators::Generator;

fn main() {
    let mut numbers = Generator::over(1..);
    numbers.next();
    let _ = numbers.throw("boom");
}
