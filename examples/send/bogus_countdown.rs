//! A bogus countdown: to loop over a generator and also send.
//!
//! Run it: `cargo run --example bogus_countdown`

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
    // Here Rust has no `for`: what takes values is no iterator.
    while let Some(left) = timer.sending_none().next() {
        println!("bogus cook: {left} min left");
        if left == 5 {
            println!("bogus cook: winds it back to 3");
            // Here Rust warns, unless we write that we drop the 3.
            _ = timer.send(Some(3));
        }
    }
}

fn better() {
    let mut timer = countdown(5);
    let mut next = timer.sending_none().next();
    while let Some(left) = next {
        println!("better cook: {left} min left");
        next = if left == 5 {
            println!("better cook: winds it back to 3");
            timer.send(Some(3)).unwrap().yielded()
        } else {
            timer.sending_none().next()
        };
    }
}

fn main() {
    bogus();
    better();
}
