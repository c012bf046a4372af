//! A bounded async-channel and a producer task: what `into_channel` stands on.

use crate::last_received;

fn channel(units: u64, capacity: usize) -> u64 {
    last_received(|executor| {
        let (sender, receiver) = async_channel::bounded(capacity);
        let producer = executor.spawn(async move {
            for number in 0..units {
                if sender.send(number).await.is_err() {
                    break;
                }
            }
        });
        producer.detach();
        receiver
    })
}

pub(crate) fn channel_1(units: u64) -> u64 {
    channel(units, 1)
}

pub(crate) fn channel_64(units: u64) -> u64 {
    channel(units, 64)
}
