//! Time: sleeps, and limits on the time that a future may take.

mod deadline;
mod sleep;
mod timeout;
mod timer;

pub use self::deadline::{Deadline, RescheduleError};
pub use self::sleep::{Sleep, sleep};
pub use self::timeout::{
    TimedOut, Timeout, TimeoutFuture, move_on_after, timeout, timeout_at, wait_for,
};
pub(crate) use self::timer::Timer;
