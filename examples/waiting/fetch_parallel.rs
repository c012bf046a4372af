//! `gather`: five requests at once, on one thread.
//!
//! Run it: `cargo run --example fetch_parallel`

use std::time::Duration;

use twin_tasks::{gather, run, sleep};
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

// Here Rust has no tasks, whatever the name: futures, which our
// `gather` takes one by one. None runs before it is awaited.
async fn process_data_parallel(ids: &[u32]) -> Vec<Record> {
    let tasks = ids.iter().map(|&id| fetch_data(id));
    gather(tasks).await
}

async fn main_parallel() {
    let ids = [1, 2, 3, 4, 5];
    let data = process_data_parallel(&ids).await;
    println!("Все данные обработаны параллельно: {}", data.repr());
}

fn main() {
    run(main_parallel());
}
