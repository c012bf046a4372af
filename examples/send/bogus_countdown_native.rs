//! The same in nightly's syntax: an `Option` sent to a `yield`.
//!
//! Run it: `cargo run --example bogus_countdown_native`

#![feature(coroutines)]

use twin_generators::{Body, Generator};

fn countdown(
    mut minutes: u32,
) -> Generator<impl Body<u32, Option<u32>>> {
    Generator::native(
        #[coroutine]
        move |_| {
            while minutes > 0 {
                let wound: Option<u32> = (yield minutes)?;
                minutes = wound.unwrap_or(minutes - 1);
            }
            Ok(())
        },
    )
}

fn bogus() {
    let mut timer = countdown(5);
    while let Some(left) = timer.sending_none().next() {
        println!("bogus cook: {left} min left");
        if left == 5 {
            println!("bogus cook: winds it back to 3");
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
