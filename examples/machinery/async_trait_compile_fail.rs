//! What Rust refuses: `dyn` for a trait with an `async fn`.
//!
//! See it refused: `cargo twins check async_trait`

use std::time::Duration;

use twin_tasks::{run, sleep};

trait Courier {
    async fn deliver(&self, ware: &str) -> &'static str;
}

struct Bicycle;

impl Courier for Bicycle {
    async fn deliver(&self, ware: &str) -> &'static str {
        println!("  bicycle: takes the {ware}");
        sleep(Duration::from_millis(100)).await;
        "at the door"
    }
}

async fn send(couriers: &[&dyn Courier], ware: &str) {
    for courier in couriers {
        let place = courier.deliver(ware).await;
        println!("anna: it is {place}, thank you");
    }
}

fn main() {
    run(async { send(&[&Bicycle], "tea").await });
}
