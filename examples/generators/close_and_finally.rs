//! `close`: a generator that is left early cleans up.
//!
//! Run it: `cargo run --example close_and_finally`

use twin_generators::{Body, Generator};

struct Heating;

// Here Rust cleans up in a destructor, which every end runs.
impl Drop for Heating {
    fn drop(&mut self) {
        println!("  oven: off");
    }
}

fn oven() -> Generator<impl Body<u32>> {
    Generator::new(|mut co| async move {
        println!("  oven: on");
        let _heating = Heating;
        for degrees in (100..300).step_by(50) {
            co.yield_(degrees).await;
        }
    })
}

fn bake() {
    let mut heat = oven();
    println!("cook: {} degrees", heat.next().unwrap());
    heat.close().unwrap();
    println!("cook: closed it, half-way");
    let again = heat.next().map(|degrees| degrees.to_string());
    println!(
        "cook: asked again: {}",
        again.unwrap_or("cold".into())
    );
}

fn change_plans() {
    let mut heat = oven();
    heat.close().unwrap();
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
