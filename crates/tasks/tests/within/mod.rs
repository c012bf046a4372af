//! A hang is a failure: what has to end, ends in time or fails its test.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Long enough for the slowest machine, short enough for a person that waits for the test.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Calls a function on a thread of its own, whose stack has the 2 MiB that threads have. A panic
/// goes on; a function that does not end in time fails the test, and its thread is left behind.
#[track_caller]
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    function: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, result) = mpsc::channel();
    // Named as the test, which a panic then tells.
    let name = thread::current().name().unwrap_or("within").to_owned();
    let thread = thread::Builder::new().name(name).stack_size(2 << 20);
    let thread = thread.spawn(move || sender.send(function())).expect("a thread starts");
    match result.recv_timeout(limit) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => panic!("it has not ended after {limit:?}"),
        Err(RecvTimeoutError::Disconnected) => {
            resume_unwind(thread.join().expect_err("a thread that sends nothing has panicked"))
        }
    }
}
