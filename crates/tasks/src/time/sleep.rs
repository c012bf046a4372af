//! Sleeping: a timer that makes one task wait, and no other.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::timer::Timer;
use crate::agenda::now;
use crate::cancel::look::tell;
use crate::cancel::path::{self, Seen};
use crate::record::mark;
use crate::state::{What, waits};

/// Waits for a time, while other tasks run: Python's `await asyncio.sleep(seconds)`.
///
/// The time begins when the future is first polled. `Duration::ZERO` waits for one turn: every
/// other task that is ready runs before, also where a child of a [`gather`](crate::gather()) sleeps.
/// A time that no clock reaches is waited for for ever.
///
/// # Cancellation
///
/// Dropping the future stops its timer.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use twin_tasks::{run, sleep};
///
/// let started = Instant::now();
/// run(sleep(Duration::from_millis(20)));
/// assert!(started.elapsed() >= Duration::from_millis(20));
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { state: State::Created(duration), seen: Seen::default(), location: Location::caller() }
}

/// The future of [`sleep`].
#[must_use = "a sleep does nothing until it is awaited"]
pub struct Sleep {
    state: State,
    seen: Seen,
    location: &'static Location<'static>,
}

enum State {
    Created(Duration),
    /// One turn, and it is over.
    Turn,
    Timer(Timer),
    /// A time that no clock reaches.
    Never,
    Over,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let dry = this.seen.is_dry();
        if dry {
            let what = || match &this.state {
                State::Timer(timer) => timer.what(),
                _ => What::Time(None),
            };
            tell(what, Some(this.location));
        }
        match &mut this.state {
            State::Created(Duration::ZERO) => {
                this.state = State::Turn;
                mark("next-turn", 0);
                path::wake_next_turn(context.waker());
                return Poll::Pending;
            }
            State::Created(duration) => {
                mark("timer", u64::try_from(duration.as_nanos()).unwrap_or(0));
                // However short it is, it takes a turn.
                this.state = match now().checked_add(*duration) {
                    Some(when) => State::Timer(Timer::set(when, context.waker())),
                    None => State::Never,
                };
                return Poll::Pending;
            }
            State::Timer(timer) if !timer.has_fired() => {
                if !dry {
                    waits(|| timer.what());
                    timer.rewake(context.waker());
                }
                return Poll::Pending;
            }
            State::Never => {
                mark("timer", 0);
                return Poll::Pending;
            }
            State::Turn | State::Timer(_) | State::Over => {}
        }
        if dry {
            // A request beats a value of the same turn.
            path::later(context);
            return Poll::Pending;
        }
        this.state = State::Over;
        Poll::Ready(())
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").finish_non_exhaustive()
    }
}
