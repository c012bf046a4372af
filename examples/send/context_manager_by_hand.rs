//! The same by a guard: what Rust would write without a generator.
//!
//! Run it: `cargo run --example context_manager_by_hand`

struct Burnt(String);

struct Oven {
    degrees: u32,
}

impl Oven {
    fn new(degrees: u32) -> Self {
        println!("  oven: on, {degrees} degrees");
        Self { degrees }
    }
}

impl Drop for Oven {
    // It runs whichever way the block is left, and isn't told why.
    fn drop(&mut self) {
        println!("  oven: off");
    }
}

fn bake(dish: &str, most: u32) {
    let oven = Oven::new(220);
    let block = || {
        println!("cook: puts the {dish} in");
        if oven.degrees > most {
            return Err(Burnt(format!("the {dish} is burnt")));
        }
        println!("cook: takes the {dish} out");
        Ok(())
    };
    // So the failure is dealt with here, before the guard goes.
    let baked = block();
    if let Err(Burnt(why)) = &baked {
        println!("  oven: opens the window, {why}");
    }
    drop(oven);
    if baked.is_err() {
        println!("cook: starts again");
    }
}

fn main() {
    bake("bread", 230);
    bake("pie", 200);
    println!("cook: goes home");
}
