//! How a row says that something is refused.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use twin_tasks::sleep;

use crate::alone::{Row, each_alone};

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

#[track_caller]
pub(crate) fn check(test: impl Fn(), rows: &[Row]) {
    each_alone(test, rows, |row| row());
}

pub(crate) fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

pub(crate) async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

pub(crate) fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// What a panic says.
pub(crate) fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// What a call gives, or what its panic says.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| text(&*panic))
}

/// The call panics, and says one of these.
#[track_caller]
pub(crate) fn refuses<T>(says: &[&str], call: impl FnOnce() -> T) {
    let text = caught(call).err().expect("it should be refused");
    assert!(says.iter().any(|says| text.contains(says)), "{text:?} says none of {says:?}");
}

/// The value of a call, unless that is refused. A refusal is clear: it is ours, and not what a
/// cell, a lock or a counter of ours says.
#[track_caller]
pub(crate) fn value_or_refusal<T>(call: impl FnOnce() -> T) -> Option<T> {
    let unclear = ["orrow", "unwrap", "Thread Local", "unreachable", "overflow", "poison", "index"];
    match caught(call) {
        Ok(value) => Some(value),
        Err(text) => {
            assert!(
                !text.is_empty() && !unclear.iter().any(|word| text.contains(word)),
                "{text:?}"
            );
            None
        }
    }
}
