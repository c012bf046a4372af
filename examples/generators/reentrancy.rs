//! Re-entrancy: a generator that asks itself for an item.
//!
//! Run it: `cargo run --example reentrancy`

use std::cell::OnceCell;
use std::convert::Infallible;
use std::rc::Rc;

use twin_generators::{BoxGenerator, Engine, Generator, Shared};

type Storyteller = BoxGenerator<'static, String>;
type Body = dyn Engine<
        Yield = String,
        Send = (),
        Return = (),
        Error = Infallible,
        Mode = Infallible,
    >;
type Stories = Rc<OnceCell<Shared<Box<Body>>>>;

fn storyteller(stories: Stories) -> Storyteller {
    Generator::new(|mut co| async move {
        co.yield_("once upon a time".to_owned()).await;
        // Here Rust refuses a generator that holds itself. Only a
        // `Shared` one finds at run time that it runs already.
        let story = match stories.get().unwrap().enter() {
            Ok(mut story) => story.next().unwrap_or_default(),
            Err(error) => format!("I can't go on, {error}"),
        };
        co.yield_(story).await;
    })
    .boxed()
}

fn evening() {
    let stories = Stories::default();
    let story = storyteller(stories.clone());
    let story = stories.get_or_init(|| Shared::new(story));
    while let Some(story) = story.enter().unwrap().next() {
        println!("storyteller: {story}");
    }
}

fn main() {
    evening();
}
