//! Task groups: start several tasks, leave the block when all have ended.
//!
//! ```text
//! parent ──spawn──▶ a ─────╳ fails
//!        └─spawn──▶ b ──cancelled──┐
//! parent ◀──────── error after both have ended
//! ```

mod children;
mod error;
mod output;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

pub use self::error::{ErrorGroup, GroupClosed};
pub use self::output::{BodyOutput, ChildOutput};

use self::children::{Abandon, Group, Member, Phase};
use crate::cancel::{catch_cancelled, path};
use crate::event_loop::EventLoop;
use crate::outcome::Failure;
use crate::state::Control;
use crate::task::{Task, create};

/// Tasks that belong together: Python's `asyncio.TaskGroup`.
///
/// [`run`](Self::run) runs a body that spawns children, waits for all of them, and gives what the
/// body returned. When a child or the body fails, the others are cancelled, and when all have
/// ended, all errors come back together.
///
/// Children and body return a `Result`; or `()`, where they cannot fail. A child that returns `()`
/// may stand in any group. A body that returns `()` makes a group in which nobody can fail: a plain
/// `TaskGroup`, which is short for `TaskGroup<Infallible>`.
///
/// It can be cloned, so that a child can spawn into its own group.
///
/// # Cancellation
///
/// A request to the one who runs the group interrupts the body first, then goes to the children;
/// when all have cleaned up, it goes on. An error of a child beats it: then the errors come back,
/// and the request is delivered at the next wait.
///
/// A child that is cancelled by itself is no failure. Dropping the future of the group cancels its
/// children, and nobody waits for them but [`run`](crate::run).
///
/// # Panics
///
/// A panic of a child or of the body cancels the others and goes on when all have ended; a request
/// is delivered afterwards, as with errors. It comes before errors; a second one comes out of
/// [`run`](crate::run).
///
/// # Examples
///
/// ```
/// use twin_tasks::{ErrorGroup, TaskGroup, run};
///
/// async fn brew(what: &'static str) -> Result<usize, String> {
///     if what == "coffee" { Err(format!("no {what}")) } else { Ok(what.len()) }
/// }
/// run(async {
///     let letters = TaskGroup::run(async |group| {
///         let tea = group.spawn(brew("tea"));
///         let milk = group.spawn(brew("milk"));
///         Ok(tea.await + milk.await)
///     });
///     assert_eq!(letters.await.unwrap(), 7);
///
///     let failed = TaskGroup::run(async |group| {
///         group.spawn(brew("tea"));
///         group.spawn(brew("coffee"));
///         Ok(())
///     });
///     assert_eq!(failed.await.unwrap_err().errors(), ["no coffee"]);
/// });
/// ```
///
/// A group in which nobody can fail has no errors to hand on:
///
/// ```
/// use std::{cell::Cell, rc::Rc};
/// use twin_tasks::{TaskGroup, run};
///
/// async fn halve(rope: u32, pieces: Rc<Cell<u32>>, group: TaskGroup) {
///     if rope == 1 {
///         return pieces.update(|pieces| pieces + 1);
///     }
///     group.spawn(halve(rope / 2, pieces.clone(), group.clone()));
///     group.spawn(halve(rope - rope / 2, pieces, group.clone()));
/// }
/// run(async {
///     let pieces = Rc::new(Cell::new(0));
///     TaskGroup::run(async |group| {
///         group.spawn(halve(5, pieces.clone(), group.clone()));
///     })
///     .await;
///     assert_eq!(pieces.get(), 5);
/// });
/// ```
pub struct TaskGroup<E: 'static = Infallible> {
    shared: Rc<Group<E>>,
}

impl<E: 'static> TaskGroup<E> {
    /// Runs a body that spawns children, and waits for all of them: Python's
    /// `async with asyncio.TaskGroup() as group`.
    ///
    /// # Errors
    ///
    /// The errors of the children and, last, of the body; also where there is only one. A body that
    /// returns `()` makes a group without errors, which gives `()`.
    ///
    /// # Cancellation and panics
    ///
    /// As the [type](Self) says; and outside [`run`](crate::run()).
    ///
    /// ```
    /// use twin_tasks::{TaskGroup, run};
    ///
    /// run(async {
    ///     let sum = TaskGroup::run(async |group| {
    ///         let (one, two) = ("1", "2");
    ///         let one = group.spawn(async { one.parse::<u32>() });
    ///         let two = group.spawn(async { two.parse::<u32>() });
    ///         Ok(one.await + two.await)
    ///     });
    ///     assert_eq!(sum.await.unwrap(), 3);
    /// });
    /// ```
    pub async fn run<R: BodyOutput<E>>(body: impl AsyncFnOnce(&TaskGroup<E>) -> R) -> R::Group {
        Self::with_limit(usize::MAX, body).await
    }

    /// As [`run`](Self::run), with at most `limit` children at once. The others wait for their
    /// first turn, in the order in which they were spawned. A child that awaits another of the same
    /// group keeps its place meanwhile: if all that run await such that have none, they wait for ever,
    /// as does a task in asyncio that holds a semaphore's last permit and awaits one that needs it.
    ///
    /// # Errors
    ///
    /// See `run`.
    ///
    /// # Cancellation
    ///
    /// See `run`; a child that waits for its first turn never runs any of its code.
    ///
    /// # Panics
    ///
    /// As `run`, and if the limit is zero.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc, time::Duration};
    /// use twin_tasks::{TaskGroup, run, sleep};
    ///
    /// run(async {
    ///     let (now, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    ///     let group = TaskGroup::with_limit(2, async |group| {
    ///         for _ in 0..6 {
    ///             let (now, most) = (now.clone(), most.clone());
    ///             group.spawn(async move {
    ///                 now.update(|now| now + 1);
    ///                 most.set(most.get().max(now.get()));
    ///                 sleep(Duration::from_millis(1)).await;
    ///                 now.update(|now| now - 1);
    ///             });
    ///         }
    ///     });
    ///     group.await;
    ///     assert_eq!(most.get(), 2);
    /// });
    /// ```
    pub async fn with_limit<R: BodyOutput<E>>(
        limit: usize,
        body: impl AsyncFnOnce(&TaskGroup<E>) -> R,
    ) -> R::Group {
        R::of_group(Self::run_to_end(limit, async |group| body(group).await.into_result()).await)
    }

    async fn run_to_end<R>(
        limit: usize,
        body: impl AsyncFnOnce(&TaskGroup<E>) -> Result<R, E>,
    ) -> Result<R, ErrorGroup<E>> {
        assert!(limit > 0, "a task group with a limit of zero would never end: give at least 1");
        EventLoop::expect("twin_tasks::TaskGroup");
        let task = path::expect_task("twin_tasks::TaskGroup");
        let group = TaskGroup { shared: Rc::new(Group::new(limit, task.clone())) };
        let shared = &group.shared;
        let _abandon = Abandon(shared);
        let control = task.control();

        let mut cancelled = None;
        let mut error = None;
        let mut value = None;
        match shared.run_body(body(&group)).await {
            Ok(Ok(returned)) => value = Some(returned),
            Ok(Err(returned)) => error = Some(returned),
            Err(Failure::Cancelled(caught)) => cancelled = Some(caught),
            Err(Failure::Panicked(panic)) => shared.keep(panic),
        }
        if value.is_none() {
            shared.shut_down();
        }
        while let Err(caught) = catch_cancelled(shared.all_ended()).await {
            if shared.phase.get() == Phase::Open {
                cancelled = Some(caught);
                shared.shut_down();
            }
        }
        shared.phase.set(Phase::Finished);

        if shared.interrupted.take() && control.uncancel() == 0 {
            cancelled = None;
        }
        let mut errors = shared.errors.take();
        if let Some(panic) = shared.panic.take() {
            // A child that was spawned too late, in a clean-up, does not hide why there was one.
            if errors.is_empty() || panic.message() != Some(error::SHUTTING_DOWN) {
                ask_again(control);
                panic.resume();
            }
        }
        if let Some(cancelled) = cancelled
            && errors.is_empty()
        {
            cancelled.propagate().await;
        }
        errors.extend(error);
        if !errors.is_empty() {
            ask_again(control);
            return Err(ErrorGroup::new(errors));
        }
        Ok(value.expect("a body that neither failed nor was cancelled gave a value"))
    }

    /// Starts a child: Python's `group.create_task(coro)`.
    ///
    /// A child that returns an error fails the group. Its [`Task`] then counts as cancelled for
    /// what awaits it: the error itself goes to the group.
    ///
    /// # Cancellation
    ///
    /// Cancelling the child ends the child alone: the group goes on, and has no error of it. A group
    /// that is cancelled, or fails, cancels its children.
    ///
    /// # Panics
    ///
    /// When the group is shutting down, as Python raises `RuntimeError`; see
    /// [`try_spawn`](Self::try_spawn). Where the group failed, its errors come first: such a panic of
    /// a clean-up does not hide them.
    ///
    /// ```
    /// use twin_tasks::{TaskGroup, run};
    ///
    /// run(async {
    ///     // A child spawns into its own group, by a clone of it.
    ///     let group = TaskGroup::run(async |group: &TaskGroup<&str>| {
    ///         let own = group.clone();
    ///         group.spawn(async move {
    ///             own.spawn(async { Err::<(), _>("spilt") });
    ///         });
    ///         Ok(())
    ///     });
    ///     assert_eq!(group.await.unwrap_err().errors(), ["spilt"]);
    /// });
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> Task<<F::Output as ChildOutput<E>>::Value>
    where
        F: Future<Output: ChildOutput<E>> + 'static,
    {
        match self.try_spawn(future) {
            Ok(task) => task,
            Err(closed) => panic!("{closed}"),
        }
    }

    /// As [`spawn`](Self::spawn), where the group may be shutting down.
    ///
    /// # Errors
    ///
    /// When the group has failed, was cancelled or has ended: gives the future back.
    ///
    /// ```
    /// use twin_tasks::{TaskGroup, run};
    ///
    /// run(async {
    ///     let late = TaskGroup::run(async |group| {
    ///         group.cancel();
    ///         let closed = group.try_spawn(async { "2".parse::<u32>() }).unwrap_err();
    ///         // The future comes back, and can be awaited here.
    ///         closed.future.await
    ///     });
    ///     assert_eq!(late.await, Ok(2));
    /// });
    /// ```
    #[track_caller]
    pub fn try_spawn<F>(
        &self,
        future: F,
    ) -> Result<Task<<F::Output as ChildOutput<E>>::Value>, GroupClosed<F>>
    where
        F: Future<Output: ChildOutput<E>> + 'static,
    {
        let shared = &self.shared;
        match shared.phase.get() {
            Phase::Open => {}
            Phase::ShuttingDown => return Err(GroupClosed::shutting_down(future)),
            Phase::Finished => return Err(GroupClosed::finished(future)),
        }
        let event_loop = EventLoop::expect("twin_tasks::TaskGroup::spawn");
        let child = Member::new(shared);
        let place = child.place();
        let task = create(&event_loop, future, child, Location::caller());
        shared.add(place, task.control());
        Ok(task)
    }

    /// Cancels all children. That is no failure: the body goes on, but can spawn no more.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{TaskGroup, run, sleep};
    ///
    /// run(TaskGroup::run(async |group| {
    ///     let child = group.spawn(sleep(Duration::from_secs(3600)));
    ///     sleep(Duration::from_millis(1)).await;
    ///     group.cancel();
    ///     child.handle().ended().await;
    ///     assert!(child.cancelled());
    /// }));
    /// ```
    pub fn cancel(&self) {
        self.shared.shut_down();
    }
}

/// Somebody else's request that a failure has hidden has not been answered: it comes again.
fn ask_again(control: &Control) {
    if control.requests() > 0 {
        control.request_again();
    }
}

impl<E> Clone for TaskGroup<E> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<E> fmt::Debug for TaskGroup<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskGroup")
            .field("children", &self.shared.children())
            .finish_non_exhaustive()
    }
}
