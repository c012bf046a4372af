//! Five requests at once, on one thread, on plain smol.
//!
//! Run it: `cargo run --example fetch_parallel_by_hand`

use std::time::Duration;

use futures_lite::future::block_on;
use smol::{LocalExecutor, Timer};
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

async fn process_data_parallel(
    executor: &LocalExecutor<'_>,
    ids: &[u32],
) -> Vec<Record> {
    // `collect` spawns them all, before the first is awaited.
    let tasks =
        ids.iter().map(|&id| executor.spawn(fetch_data(id)));
    let tasks: Vec<_> = tasks.collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await);
    }
    results
}

async fn main_parallel(executor: &LocalExecutor<'_>) {
    let ids = [1, 2, 3, 4, 5];
    let data = process_data_parallel(executor, &ids).await;
    println!("Все данные обработаны параллельно: {}", data.repr());
}

fn main() {
    let executor = LocalExecutor::new();
    block_on(executor.run(main_parallel(&executor)));
}
