//! What Rust refuses: to loop over a generator and also send to it.
//!
//! See it refused: `cargo twins check bogus_countdown`

use twin_generators::{Body, Generator};

fn countdown(
    mut minutes: u32,
) -> Generator<impl Body<u32, Option<u32>>> {
    Generator::new(move |mut co| async move {
        while minutes > 0 {
            let wound: Option<u32> = co.yield_(minutes).await;
            minutes = wound.unwrap_or(minutes - 1);
        }
    })
}

fn bogus() {
    let mut timer = countdown(5);
    for left in timer {
        println!("bogus cook: {left} min left");
        if left == 5 {
            println!("bogus cook: winds it back to 3");
            timer.send(Some(3));
        }
    }
}

fn main() {
    bogus();
}
