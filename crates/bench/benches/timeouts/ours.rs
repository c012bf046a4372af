//! Our timeouts.

use std::future;
use std::hint::black_box;

use twin_tasks::{gather, run, timeout};

use crate::{HOUR, SHORT, leaf, widths};

pub(crate) fn ready(units: u64) -> u64 {
    run(async move {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, future::ready(number));
            sum += black_box(limited.await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn in_time(units: u64) -> u64 {
    run(async move {
        let mut sum = 0;
        for number in 0..units {
            sum += black_box(timeout(HOUR, leaf(number)).await.expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn nested(units: u64) -> u64 {
    run(async move {
        let mut sum = 0;
        for number in 0..units {
            let limited = timeout(HOUR, timeout(HOUR, leaf(number))).await;
            sum += black_box(limited.and_then(|inner| inner).expect("an hour is enough"));
        }
        sum
    })
}

pub(crate) fn expired(units: u64) -> u64 {
    run(async move {
        let mut expired = 0;
        for width in widths(units) {
            let limited = gather((0..width).map(|_| timeout(SHORT, future::pending::<()>())));
            expired += limited.await.into_iter().filter(Result::is_err).count() as u64;
        }
        expired
    })
}
