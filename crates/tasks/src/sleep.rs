//! Sleeping: a timer that makes one task wait, and no other.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_lite::future::{self, YieldNow};
use smol::Timer;

/// Waits for a time, while other tasks run: Python's `await asyncio.sleep(seconds)`.
///
/// The time begins when the future is first polled. `Duration::ZERO` waits for one turn: every
/// other task that is ready runs before.
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
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { state: State::Created(duration) }
}

/// The future of [`sleep`].
#[derive(Debug)]
#[must_use = "a sleep does nothing until it is awaited"]
pub struct Sleep {
    state: State,
}

#[derive(Debug)]
enum State {
    Created(Duration),
    Turn(YieldNow),
    Timer(Timer),
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let State::Created(duration) = self.state {
            self.state = match duration {
                Duration::ZERO => State::Turn(future::yield_now()),
                duration => State::Timer(Timer::after(duration)),
            };
        }
        match &mut self.state {
            State::Created(_) => unreachable!("it has just been started"),
            State::Turn(turn) => Pin::new(turn).poll(context),
            State::Timer(timer) => {
                ready!(Pin::new(timer).poll(context));
                Poll::Ready(())
            }
        }
    }
}
