//! Start before send: a value needs a `yield` that waits for it.
//!
//! Run it: `cargo run --example start_before_send`

use twin_generators::{Body, Generator};

fn scale() -> Generator<impl Body<(), u32>> {
    Generator::new(|mut co| async move {
        println!("  scale: switched on");
        let weight = co.yield_(()).await;
        println!("  scale: shows {weight} kg");
        co.yield_(()).await;
    })
}

fn main() {
    let mut parcel = scale();
    // Here Rust, in our crate, returns the error and the unsent 7.
    if let Err(error) = parcel.send(7) {
        println!("clerk: send(7) failed: {error}");
    }
    println!("clerk: next, up to the first yield");
    _ = parcel.start().unwrap();
    println!("clerk: send(7) once more");
    _ = parcel.send(7).unwrap();
}
