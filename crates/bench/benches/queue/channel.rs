//! A bare bounded async-channel, under smol's executor and under ours.

use std::hint::black_box;

use smol::{LocalExecutor, block_on};
use twin_tasks::{run, spawn};

async fn produce(units: u64, sender: async_channel::Sender<u64>) {
    for number in 0..units {
        sender.send(number).await.expect("the consumer takes all");
    }
}

async fn consume(receiver: async_channel::Receiver<u64>) -> u64 {
    let mut last = 0;
    while let Ok(number) = receiver.recv().await {
        last = black_box(number);
    }
    last
}

pub(crate) fn on_smol<const CAPACITY: usize>(units: u64) -> u64 {
    let executor = LocalExecutor::new();
    block_on(executor.run(async {
        let (sender, receiver) = async_channel::bounded(CAPACITY);
        let producer = executor.spawn(produce(units, sender));
        let last = consume(receiver).await;
        producer.await;
        last
    }))
}

pub(crate) fn here<const CAPACITY: usize>(units: u64) -> u64 {
    run(async move {
        let (sender, receiver) = async_channel::bounded(CAPACITY);
        let producer = spawn(produce(units, sender));
        let last = consume(receiver).await;
        producer.await;
        last
    })
}
