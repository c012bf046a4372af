//! Sleeping: a timer that makes one task wait, and no other.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::timer::Timer;

use crate::turn;

/// Waits for a time, while other tasks run: Python's `await asyncio.sleep(seconds)`.
///
/// The time begins when the future is first polled. `Duration::ZERO` waits for one turn: every
/// other task that is ready runs before, also where a child of a [`gather`](crate::gather) sleeps.
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
    /// One turn, and it is over.
    Turn,
    Timer(Timer),
    /// A time that no clock reaches.
    Never,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.state {
            State::Created(Duration::ZERO) => {
                self.state = State::Turn;
                turn::another(context.waker());
                Poll::Pending
            }
            State::Created(duration) => {
                // However short it is, it takes a turn.
                self.state = match Instant::now().checked_add(*duration) {
                    Some(when) => State::Timer(Timer::set(when, context.waker())),
                    None => State::Never,
                };
                Poll::Pending
            }
            State::Turn => Poll::Ready(()),
            State::Timer(timer) => Pin::new(timer).poll(context),
            State::Never => Poll::Pending,
        }
    }
}
