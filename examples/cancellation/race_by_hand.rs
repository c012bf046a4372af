//! A race on plain smol: poll all, return the first, drop the rest.
//!
//! Run it: `cargo run --example race_by_hand`

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use futures_lite::future::block_on;
use smol::Timer;

struct Radio(&'static str);

impl Drop for Radio {
    fn drop(&mut self) {
        println!("  {}: signs off", self.0);
    }
}

async fn drive(taxi: &'static str, road: Duration) -> &'static str {
    println!("  {taxi}: on the way");
    let _radio = Radio(taxi);
    Timer::after(road).await;
    println!("  {taxi}: there");
    taxi
}

async fn race<F: Future, const N: usize>(
    futures: [F; N],
) -> F::Output {
    let mut futures = futures.map(Box::pin);
    // Whichever of them wakes it, it polls all: fine for a few.
    poll_fn(|context| {
        for future in &mut futures {
            let polled = future.as_mut().poll(context);
            if polled.is_ready() {
                return polled;
            }
        }
        Poll::Pending
    })
    .await
    // The array ends here, and with it the losers.
}

fn main() {
    block_on(async {
        println!("guest: orders three taxis");
        let taxis = [
            drive("red", Duration::from_millis(600)),
            drive("green", Duration::from_millis(200)),
            drive("blue", Duration::from_millis(400)),
        ];
        let taxi = race(taxis).await;
        println!("guest: takes the {taxi} one");
        Timer::after(Duration::from_millis(500)).await;
        println!("guest: arrives, and no other taxi has come");
    });
}
