//! smol has no timeout: its users write `or` with a timer.

use std::future;
use std::hint::black_box;
use std::time::Duration;

use ::smol::future::FutureExt;
use ::smol::{Timer, block_on};

use crate::{HOUR, SHORT, leaf, widths};

async fn timeout<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    let expire = async {
        Timer::after(time).await;
        None
    };
    async { Some(future.await) }.or(expire).await
}

pub(crate) fn ready(units: u64) -> u64 {
    block_on(async {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, future::ready(number));
            sum += black_box(limited.await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn in_time(units: u64) -> u64 {
    block_on(async {
        let mut sum = 0;
        for number in 0..units {
            sum += black_box(timeout(HOUR, leaf(number)).await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn nested(units: u64) -> u64 {
    block_on(async {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, timeout(HOUR, leaf(number))).await;
            sum += black_box(limited.flatten().expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn expired(units: u64) -> u64 {
    block_on(async {
        let mut expired = 0;
        for width in widths(units) {
            let limited = (0..width).map(|_| timeout(SHORT, future::pending::<()>()));
            let results = futures_buffered::join_all(limited).await;
            expired += results.into_iter().filter(Option::is_none).count() as u64;
        }
        expired
    })
}
