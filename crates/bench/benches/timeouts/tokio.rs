//! tokio's timeouts, on its current-thread runtime.

use std::future;
use std::hint::black_box;

use ::tokio::runtime::{Builder, Runtime};
use ::tokio::task::unconstrained;
use ::tokio::time::timeout;

use crate::{HOUR, SHORT, leaf, widths};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime can be built")
}

pub(crate) fn ready(units: u64) -> u64 {
    runtime().block_on(async {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, future::ready(number));
            sum += black_box(limited.await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn in_time(units: u64) -> u64 {
    runtime().block_on(async {
        let mut sum = 0;
        for number in 0..units {
            sum += black_box(timeout(HOUR, leaf(number)).await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn nested(units: u64) -> u64 {
    runtime().block_on(async {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, timeout(HOUR, leaf(number))).await;
            sum += black_box(limited.and_then(|inner| inner).expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn expired(units: u64) -> u64 {
    runtime().block_on(async {
        let mut expired = 0;
        for width in widths(units) {
            let limited = (0..width).map(|_| timeout(SHORT, future::pending::<()>()));
            // Else tokio's budget makes the join ask those that are left in vain.
            let results = unconstrained(futures_util::future::join_all(limited)).await;
            expired += results.into_iter().filter(Result::is_err).count() as u64;
        }
        expired
    })
}
