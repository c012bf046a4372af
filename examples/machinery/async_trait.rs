//! Different types with one async method, and an async callback.
//!
//! Run it: `cargo run --example async_trait`

use std::pin::Pin;
use std::time::Duration;

use twin_tasks::{run, sleep};

type Delivery<'a> =
    Pin<Box<dyn Future<Output = &'static str> + 'a>>;

// Here Rust wants one type for the futures of all couriers: a box.
trait Courier {
    fn deliver<'a>(&'a self, ware: &'a str) -> Delivery<'a>;
}

struct Bicycle;

impl Courier for Bicycle {
    fn deliver<'a>(&'a self, ware: &'a str) -> Delivery<'a> {
        Box::pin(async move {
            println!("  bicycle: takes the {ware}");
            sleep(Duration::from_millis(100)).await;
            "at the door"
        })
    }
}

struct Drone {
    height: u32,
}

impl Courier for Drone {
    fn deliver<'a>(&'a self, ware: &'a str) -> Delivery<'a> {
        Box::pin(async move {
            println!("  drone: {} m up with {ware}", self.height);
            sleep(Duration::from_millis(200)).await;
            "on the balcony"
        })
    }
}

async fn send(
    couriers: &[&dyn Courier],
    ware: &str,
    on_arrival: impl AsyncFn(&str),
) {
    for courier in couriers {
        let place = courier.deliver(ware).await;
        on_arrival(place).await;
    }
}

async fn thank(place: &str) {
    sleep(Duration::from_millis(100)).await;
    println!("anna: it is {place}, thank you");
}

fn main() {
    run(async {
        let drone = Drone { height: 50 };
        send(&[&Bicycle, &drone], "tea", thank).await;
    });
}
