//! The same on plain smol: tasks that put results in a channel.
//!
//! Run it: `cargo run --example as_completed_channel`

use std::time::Duration;

use async_channel::{Receiver, unbounded};
use futures_lite::future::block_on;
use smol::{LocalExecutor, Timer};

async fn answer(friend: &str, time: Duration) -> &str {
    Timer::after(time).await;
    println!("  {friend}: sends a postcard");
    friend
}

fn as_completed<'a, F: Future + 'a, const N: usize>(
    executor: &LocalExecutor<'a>,
    futures: [F; N],
) -> Receiver<F::Output> {
    let (sender, results) = unbounded();
    for future in futures {
        let sender = sender.clone();
        let task = async move { sender.send(future.await).await };
        executor.spawn(task).detach();
    }
    // It closes with its last sender: the loop below then ends.
    results
}

fn main() {
    let executor = LocalExecutor::new();
    block_on(executor.run(async {
        println!("sender: has written to three friends");
        let answers = [
            answer("anna", Duration::from_millis(600)),
            answer("boris", Duration::from_millis(200)),
            answer("clara", Duration::from_millis(400)),
        ];
        let answers = as_completed(&executor, answers);
        while let Ok(friend) = answers.recv().await {
            println!("sender: pins up the postcard from {friend}");
        }
        println!("sender: has heard from all");
    }));
}
