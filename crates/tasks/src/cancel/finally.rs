//! Clean-up that has to await.

use std::future::Future;

use super::attempt::Attempt;
use crate::outcome::Failure;

/// Awaits `work` and then, however it ended, `clean_up`: Python's `try: … finally: …` with an
/// `await` in its `finally`. It gives what `work` gave.
///
/// Clean-up that doesn't need to await belongs in a destructor.
///
/// Both futures are there from the beginning, and share what they borrow. Where the clean-up has to
/// change what the work borrows, or to know how the work ended, it is the code after
/// [`catch_cancelled`](crate::catch_cancelled).
///
/// # Errors
///
/// An error is a value: it is given back after the clean-up.
///
/// # Cancellation
///
/// A request drops `work` where it waits; when the clean-up has ended, the cancellation goes on. A
/// request during the clean-up cancels that.
///
/// Dropping the future, as a lost [`race`](crate::race()) does, or any timeout under another
/// executor than [`run`](crate::run()), drops both where they are: then there is no clean-up.
///
/// # Panics
///
/// A panic of `work` goes on after the clean-up.
///
/// # Examples
///
/// ```
/// use std::{cell::Cell, future::pending, rc::Rc, time::Duration};
/// use twin_tasks::{finally, run, sleep, timeout};
///
/// async fn brew(tea: impl Future<Output = ()>, clean: Rc<Cell<bool>>) {
///     finally(tea, async {
///         sleep(Duration::from_millis(1)).await; // rinse the pot
///         clean.set(true);
///     })
///     .await;
/// }
/// run(async {
///     let clean = Rc::new(Cell::new(false));
///     let late = timeout(Duration::from_millis(5), brew(pending(), clean.clone())).await;
///     assert!(late.is_err() && clean.get());
/// });
/// ```
pub async fn finally<F: Future>(work: F, clean_up: impl Future<Output = ()>) -> F::Output {
    let outcome = Attempt::new(work).await;
    clean_up.await;
    match outcome {
        Ok(output) => output,
        Err(caught) => match caught.failure() {
            Failure::Cancelled(cancelled) => cancelled.propagate().await,
            Failure::Panicked(panic) => panic.resume(),
        },
    }
}
