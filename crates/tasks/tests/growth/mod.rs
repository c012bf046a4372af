//! How a cost grows: in proportion to the load, or with its square.

use std::fs;
use std::time::{Duration, Instant};

/// Between the 4 of a linear cost and the 16 of one that grows with the square.
const MOST: f64 = 8.0;

/// Four times the load costs about four times as much. A busy machine makes a run slow, but not
/// the best of several.
#[track_caller]
pub(crate) fn is_linear(size: usize, load: impl Fn(usize)) {
    let mut small = f64::MAX;
    let mut large = f64::MAX;
    for _ in 0..3 {
        small = small.min(cost(|| load(size)));
        large = large.min(cost(|| load(4 * size)));
        if large <= MOST * small {
            return;
        }
    }
    panic!(
        "four times the load cost {:.1} times as much: {small:.3} s, {large:.3} s",
        large / small
    );
}

fn cost(load: impl FnOnce()) -> f64 {
    let (began, ran) = (Instant::now(), processor_time());
    load();
    match (ran, processor_time()) {
        (Some(before), Some(after)) => (after - before).as_secs_f64(),
        _ => began.elapsed().as_secs_f64(),
    }
}

/// How long this thread has run on a processor, where the system tells: others don't count.
fn processor_time() -> Option<Duration> {
    let line = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    line.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
