//! How a cost grows: in proportion to the load, or with its square.

use std::time::Duration;

/// How many times the load is taken.
const TIMES: usize = 16;

/// As far from the 16 of a linear cost as from the 256 of one that grows with the square: what
/// caches and neighbours add to the larger load is less than that.
const MOST: f64 = 64.0;

/// Sixteen times the load costs about sixteen times as much. A busy machine makes a run slow, but
/// not the best of several.
#[track_caller]
pub(crate) fn is_linear(size: usize, load: impl Fn(usize)) {
    let mut small = f64::MAX;
    let mut large = f64::MAX;
    for _ in 0..5 {
        small = small.min(cost(|| load(size)));
        large = large.min(cost(|| load(TIMES * size)));
        if large <= MOST * small {
            return;
        }
    }
    panic!(
        "{TIMES} times the load cost {:.1} times as much: {small:.3} s, {large:.3} s",
        large / small
    );
}

/// How many seconds this thread runs on a processor for a load.
fn cost(load: impl FnOnce()) -> f64 {
    let before = processor_time();
    load();
    (processor_time() - before).as_secs_f64()
}

/// How long this thread has run on a processor: what others do there does not count.
#[cfg(unix)]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a thread has run for no negative time")
}

/// Where no system tells, the time of the clock.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    use std::{sync::LazyLock, time::Instant};

    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}
