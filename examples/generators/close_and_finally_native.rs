//! The same in nightly's own syntax: closing a `gen fn` is a drop.
//!
//! Run it: `cargo run --example close_and_finally_native`

#![feature(gen_blocks)]

struct Heating;

impl Drop for Heating {
    fn drop(&mut self) {
        println!("  oven: off");
    }
}

gen fn oven() -> u32 {
    println!("  oven: on");
    let _heating = Heating;
    for degrees in (100..300).step_by(50) {
        yield degrees;
    }
}

fn bake() {
    let mut heat = oven();
    println!("cook: {} degrees", heat.next().unwrap());
    drop(heat);
    println!("cook: closed it, half-way");
    // What is dropped can't be asked again: it would not compile.
    println!("cook: asked again: cold");
}

fn change_plans() {
    let heat = oven();
    drop(heat);
    println!("cook: closed it before it was on");
}

fn forget() {
    let mut heat = oven();
    let degrees = heat.next().unwrap();
    println!("cook: {degrees} degrees, and I forget about it");
}

fn main() {
    bake();
    change_plans();
    forget();
    println!("cook: and still it is off");
}
