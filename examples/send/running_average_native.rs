//! The same in nightly's syntax: a coroutine that returns.
//!
//! Run it: `cargo run --example running_average_native`

#![feature(coroutines)]

use twin_generators::{Body, Generator, Step};

/// What is sent in: degrees, or `None` to end.
type Reading = Option<u32>;

/// Yields the average so far; returns how many it took.
fn running_average() -> Generator<impl Body<f64, Reading, u32>> {
    Generator::native(
        #[coroutine]
        |_| {
            let (mut average, mut total, mut count) = (0.0, 0, 0);
            while let Some(reading) = (yield average)? {
                println!("  thermometer: {reading} °C");
                total += reading;
                count += 1;
                average = f64::from(total) / f64::from(count);
            }
            println!("  thermometer: off");
            Ok(count)
        },
    )
}

fn main() {
    let mut thermometer = running_average();
    _ = thermometer.start().unwrap();
    for reading in [Some(18), Some(21), Some(27), None] {
        match thermometer.send(reading).unwrap() {
            Step::Yielded(average) => {
                println!("cook: {average:.1} °C on average");
            }
            Step::Complete(count) => {
                println!("cook: that was the average of {count}");
            }
        }
    }
}
