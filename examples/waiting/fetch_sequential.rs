//! Coroutines: five requests, each awaited before the next starts.
//!
//! Run it: `cargo run --example fetch_sequential`

use std::time::Duration;

use twin_tasks::{run, sleep};
use twins_examples::repr::{Repr, dict};

// Here Rust has a struct where Python has a dict.
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
    // Stands for a request to a remote API.
    println!("Запрос данных для ID {id}");
    sleep(Duration::from_secs(2)).await;
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

// Here Rust starts in an ordinary `main`, with an async block.
fn main() {
    run(async {
        let ids = [1, 2, 3, 4, 5];
        let data = process_data(&ids).await;
        println!("Все данные обработаны: {}", data.repr());
    });
}
