//! An error raised by a body that can't.
//~ `&str` can't be raised by a body whose errors are `Infallible`
//~ `Generator::fallible`

use twin_generators::Generator;

fn main() {
    let _ = Generator::new(|mut co| async move {
        co.yield_(1).await;
        co.raise("boom").await;
    })
    .next();
}
