//! `athrow`: an error raised at the yield, caught, mended, awaited.
//!
//! Run it: `cargo run --example athrow_recovery`

use std::time::Duration;

use twin_async_generators::{AsyncGenerator, FallibleBody, Thrown};
use twin_tasks::{run, sleep};

#[derive(Debug)]
enum Alarm {
    Jammed,
    OnFire,
}

type Parcel = String;

fn conveyor() -> AsyncGenerator<impl FallibleBody<Parcel, Alarm>> {
    AsyncGenerator::fallible(|mut co| async move {
        let mut parcel = 1;
        loop {
            match co.try_yield(format!("parcel {parcel}")).await {
                Ok(()) => parcel += 1,
                // Here Rust matches every case: this one is caught,
                Err(Thrown::Error(Alarm::Jammed)) => {
                    println!("  belt: jammed, clearing");
                    sleep(Duration::from_millis(100)).await;
                    println!("  belt: clear, that parcel again");
                }
                // and these go on to the caller.
                Err(Thrown::Error(alarm)) => break Err(alarm),
                Err(Thrown::Exit) => break Ok(()),
            }
        }
    })
}

async fn watch() {
    let mut belt = conveyor();
    for _ in 0..2 {
        println!("clerk: {}", belt.next().await.unwrap().unwrap());
    }
    println!("clerk: pulls the jam alarm");
    let step = belt.athrow(Alarm::Jammed).await.unwrap();
    println!("clerk: {}", step.yielded().unwrap());
    println!("clerk: {}", belt.next().await.unwrap().unwrap());
    println!("clerk: pulls the fire alarm");
    if belt.athrow(Alarm::OnFire).await.is_err() {
        println!("clerk: the belt gave up, it is on fire");
    }
    if belt.next().await.is_none() {
        println!("clerk: no more parcels");
    }
}

fn main() {
    run(watch());
}
