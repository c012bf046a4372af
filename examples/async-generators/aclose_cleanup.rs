//! `aclose`: ask the body to end, and wait until it has cleaned up.
//!
//! Run it: `cargo run --example aclose_cleanup`

use std::convert::Infallible;
use std::time::Duration;

use twin_async_generators::{AsyncGenerator, Body, Co, Thrown};
use twin_tasks::{run, sleep};

type News = &'static str;
type Exit = Thrown<Infallible>;

// Here Rust tells news from an early end by a `Result`: `?` leaves
// for the clean-up from any depth.
async fn tell(co: &mut Co<News>) -> Result<(), Exit> {
    for news in ["it rains", "it still rains", "the sun is out"] {
        sleep(Duration::from_millis(50)).await;
        co.try_yield(news).await?;
    }
    Ok(())
}

fn phone_call(caller: &str) -> AsyncGenerator<impl Body<News>> {
    AsyncGenerator::new(move |mut co| async move {
        println!("  {caller}: picks up");
        let _ = tell(&mut co).await; // to the end, or left early
        println!("  {caller}: says goodbye");
        sleep(Duration::from_millis(100)).await;
        println!("  {caller}: hangs up");
    })
}

fn main() {
    run(async {
        let mut call = phone_call("anna");
        let news = call.next().await.unwrap();
        println!("boris: hears that {news}");
        println!("boris: has to go");
        call.aclose().await.unwrap();
        println!("boris: leaves when she has hung up");
        call.aclose().await.unwrap();
        let news = call.next().await.unwrap_or("nothing more");
        println!("boris: hears {news}");
    });
}
