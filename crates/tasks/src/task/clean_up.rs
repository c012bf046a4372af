//! Clean-up that nobody is left to await.

use std::future::Future;
use std::panic::Location;

use super::{NoParent, create};
use crate::event_loop::EventLoop;

/// Hands a clean-up to the event loop, which runs it beside the tasks: for a destructor, which can't
/// await. [`run`](crate::run()) does not return before it has ended.
///
/// It is a task of its own. Unlike others it is not cancelled at the end of `run`: what is left then
/// is waited for, unless it waits for what can't come any more. asyncio closes generators like this
/// (`shutdown_asyncgens`), and so does `run` with those of `twin-async-generators` that are
/// `finalized`.
///
/// Clean-up at a known place is shorter with [`finally`](crate::finally()).
///
/// # Errors
///
/// The future comes back if no event loop runs on this thread, or the one that does is at its end
/// and takes nothing any more.
///
/// # Examples
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use twin_tasks::{clean_up, run, sleep};
///
/// struct Connection(Rc<Cell<bool>>);
///
/// impl Drop for Connection {
///     fn drop(&mut self) {
///         let closed = self.0.clone();
///         let _ = clean_up(async move {
///             sleep(Duration::from_millis(1)).await; // say goodbye
///             closed.set(true);
///         });
///     }
/// }
///
/// let closed = Rc::new(Cell::new(false));
/// let connection = Connection(closed.clone());
/// run(async move { drop(connection) });
/// assert!(closed.get());
/// ```
#[track_caller]
pub fn clean_up<F>(future: F) -> Result<(), F>
where
    F: Future<Output = ()> + 'static,
{
    match EventLoop::current() {
        Some(event_loop) => start(&event_loop, future),
        None => Err(future),
    }
}

/// As `clean_up`, on this loop.
#[track_caller]
pub(crate) fn start<F>(event_loop: &EventLoop, future: F) -> Result<(), F>
where
    F: Future<Output = ()> + 'static,
{
    if event_loop.is_closed() {
        return Err(future);
    }
    let task = create(event_loop, future, NoParent, Location::caller());
    event_loop.agenda().schedule(task.control().key());
    event_loop.wait_for(task.any());
    Ok(())
}
