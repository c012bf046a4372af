//! The same by hand: a struct that implements `Stream`.
//!
//! Run it: `cargo run --example async_log_generator_by_hand`

use std::array::IntoIter;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::{FutureExt, Stream, StreamExt, future, ready};
use smol::Timer;

/// What lives across a pause, at the `await` as at the `yield`.
struct AsyncLogGenerator {
    logs: IntoIter<&'static str, 5>,
    /// The `await` it waits at, if it does.
    sleep: Option<Timer>,
}

fn async_log_generator() -> AsyncLogGenerator {
    let logs = [
        "Log 1: user1 login",
        "Log 2: user2 upload file",
        "Log 3: user3 download file",
        "Log 4: user4 logout",
        "Log 5: user5 login",
    ];
    AsyncLogGenerator { logs: logs.into_iter(), sleep: None }
}

impl Stream for AsyncLogGenerator {
    type Item = &'static str;

    /// Runs to the `yield`, or gives its turn away at the `await`.
    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        if self.logs.len() > 0 {
            let second = Duration::from_secs(1); // a slow disk
            let start = || Timer::after(second);
            let sleep = self.sleep.get_or_insert_with(start);
            ready!(sleep.poll(cx));
            self.sleep = None;
        }
        Poll::Ready(self.logs.next())
    }
}

async fn process_logs_async() {
    let mut log_gen = async_log_generator();
    while let Some(log) = log_gen.next().await {
        println!("Обработка: {log}");
    }
}

fn main() {
    future::block_on(process_logs_async());
}
