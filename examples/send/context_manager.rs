//! A context manager: a generator wraps a block of its caller.
//!
//! Run it: `cargo run --example context_manager`

use twin_generators::{FallibleBody, Generator, Thrown, with};

struct Burnt(String);

fn oven(degrees: u32) -> Generator<impl FallibleBody<u32, Burnt>> {
    Generator::fallible(move |mut co| async move {
        println!("  oven: on, {degrees} degrees");
        // Here Rust has no `finally`: the failure of the block is
        // a value, and what is done in any case comes after it.
        let block = co.try_yield(degrees).await;
        if let Err(Thrown::Error(Burnt(why))) = block {
            println!("  oven: opens the window, {why}");
        }
        println!("  oven: off");
        Ok(())
    })
}

fn bake(dish: &str, most: u32) {
    let baked = with(oven(220), |degrees| {
        println!("cook: puts the {dish} in");
        if degrees > most {
            return Err(Burnt(format!("the {dish} is burnt")));
        }
        println!("cook: takes the {dish} out");
        Ok(())
    });
    // `None`: the oven has dealt with the failure.
    if let Ok(None) = baked {
        println!("cook: starts again");
    }
}

fn main() {
    bake("bread", 230);
    bake("pie", 200);
    println!("cook: goes home");
}
