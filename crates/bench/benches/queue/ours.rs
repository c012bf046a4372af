//! Our queue.

use std::hint::black_box;

use twin_tasks::{Queue, run, spawn};

pub(crate) fn last<const CAPACITY: usize>(units: u64) -> u64 {
    run(async move {
        let queue = Queue::bounded(CAPACITY);
        let producer = spawn({
            let queue = queue.clone();
            async move {
                for number in 0..units {
                    queue.put(number).await.expect("nobody shuts it down before");
                }
                queue.shutdown();
            }
        });
        let mut last = 0;
        while let Ok(number) = queue.get().await {
            last = black_box(number);
        }
        producer.await;
        last
    })
}
