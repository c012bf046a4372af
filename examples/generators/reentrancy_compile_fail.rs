//! What Rust refuses: a generator that holds itself.
//!
//! See it refused: `cargo twins run reentrancy_compile_fail`

use twin_generators::{BoxGenerator, Generator};

fn evening() {
    let mut story: BoxGenerator<'_, String>;
    story = Generator::new(|mut co| async move {
        co.yield_("once upon a time".to_owned()).await;
        let next = story.next().unwrap_or_default();
        co.yield_(next).await;
    })
    .boxed();
    while let Some(story) = story.next() {
        println!("storyteller: {story}");
    }
}

fn main() {
    evening();
}
