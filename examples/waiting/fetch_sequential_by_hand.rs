//! Five requests, one after the other, on plain smol.
//!
//! Run it: `cargo run --example fetch_sequential_by_hand`

use std::time::Duration;

use futures_lite::future::block_on;
use smol::Timer;
use twins_examples::repr::{Repr, dict};

struct Record {
    id: u32,
    data: String,
}

impl Repr for Record {
    fn repr(&self) -> String {
        dict(&[("id", &self.id), ("data", &self.data)])
    }
}

async fn fetch_data(id: u32) -> Record {
    println!("Запрос данных для ID {id}");
    Timer::after(Duration::from_secs(2)).await;
    println!("Получены данные для ID {id}");
    Record { id, data: format!("data_for_{id}") }
}

async fn process_data(ids: &[u32]) -> Vec<Record> {
    let mut results = Vec::new();
    for &id in ids {
        let result = fetch_data(id).await;
        results.push(result);
    }
    results
}

// One future that awaits one thing at a time needs no executor:
// `block_on` polls it, and sleeps until a timer wakes it.
fn main() {
    block_on(async {
        let ids = [1, 2, 3, 4, 5];
        let data = process_data(&ids).await;
        println!("Все данные обработаны: {}", data.repr());
    });
}
