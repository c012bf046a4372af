//! What Rust refuses: a step that could resume its own generator.
//!
//! See it refused: `cargo twins check reentrancy`

use twin_generators::{Body, Generator, Step};

type Switch = Box<dyn FnMut()>;

fn kettle() -> Generator<impl Body<&'static str, Switch>> {
    Generator::new(|mut co| async move {
        let mut switch_off: Switch = co.yield_("cold").await;
        println!("  kettle: boils, and presses its own switch");
        switch_off();
        co.yield_("hot").await;
    })
}

fn main() {
    let mut owned = kettle();
    _ = owned.start().unwrap();
    let switch_off = Box::new(move || drop(owned.close()));
    println!("cook: gives the kettle its own switch");
    if let Ok(Step::Yielded(water)) = owned.send(switch_off) {
        println!("cook: the water is {water}");
    }
}
