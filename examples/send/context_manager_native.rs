//! The same in nightly's syntax: `yield` gives how the block went.
//!
//! Run it: `cargo run --example context_manager_native`

#![feature(coroutines)]

use twin_generators::{FallibleBody, Generator, Thrown, with};

struct Burnt(String);

fn oven(degrees: u32) -> Generator<impl FallibleBody<u32, Burnt>> {
    Generator::fallible_native(
        #[coroutine]
        move |_| {
            println!("  oven: on, {degrees} degrees");
            // Without a `?`: the failure is dealt with here.
            let block = yield degrees;
            if let Err(Thrown::Error(Burnt(why))) = block {
                println!("  oven: opens the window, {why}");
            }
            println!("  oven: off");
            Ok(())
        },
    )
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
