//! tokio's bounded channel, on its current-thread runtime.

use std::hint::black_box;

use ::tokio::runtime::Builder;
use ::tokio::sync::mpsc;

pub(crate) fn last<const CAPACITY: usize>(units: u64) -> u64 {
    let runtime = Builder::new_current_thread().build().expect("a runtime can be built");
    runtime.block_on(async {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        let producer = ::tokio::spawn(async move {
            for number in 0..units {
                sender.send(number).await.expect("the consumer takes all");
            }
        });
        let mut last = 0;
        while let Some(number) = receiver.recv().await {
            last = black_box(number);
        }
        producer.await.expect("the producer does not panic");
        last
    })
}
