//! asyncio's vocabulary on smol: one thread, tasks that wait without blocking it.
//!
//! Five requests at once, as the document has them:
//!
//! ```python
#![doc = include_str!("fetch_parallel.py")]
//! ```
//!
//! And here, with the sequential version that comes before it in the document:
//!
//! ```
//! # use std::time::{Duration, Instant};
//! use twin_tasks::{gather, run, sleep};
//!
//! async fn fetch_data(id: u32) -> String {
//! #   if true { sleep(Duration::from_millis(20)).await } else {
//!     sleep(Duration::from_secs(2)).await; // stands for a request
//! #   }
//!     format!("data_for_{id}")
//! }
//!
//! async fn process_data(ids: &[u32]) -> Vec<String> {
//!     let mut results = Vec::new();
//!     for &id in ids {
//!         let result = fetch_data(id).await;
//!         results.push(result);
//!     }
//!     results
//! }
//!
//! async fn process_data_parallel(ids: &[u32]) -> Vec<String> {
//!     let tasks = ids.iter().map(|&id| fetch_data(id));
//!     gather(tasks).await
//! }
//!
//! run(async {
//! #   let started = Instant::now();
//!     assert_eq!(process_data(&[1, 2]).await, ["data_for_1", "data_for_2"]); // 4 s
//! #   assert!(started.elapsed() >= Duration::from_millis(40));
//!     assert_eq!(process_data_parallel(&[1, 2]).await, ["data_for_1", "data_for_2"]); // 2 s
//! });
//! ```
//!
//! The whole programs are the pairs `fetch_sequential` and `fetch_parallel` in `examples/waiting/`.
//!
//! Everything runs on one thread, as in asyncio, so nothing here needs to be `Send`. Tasks take
//! turns in a strict order: the first to be ready is the first to run, and each `await` that has to wait ends a
//! turn. [`design`] draws how the loop goes round, how a task is polled, and how a request travels.
//!
//! # The vocabulary
//!
//! | asyncio | here |
//! |---|---|
//! | `asyncio.run(main())` | [`run`]`(main())` |
//! | the same, with `KeyboardInterrupt` | [`Runner::run_until_ctrl_c`] |
//! | `with asyncio.Runner() as runner:` | [`Runner::new`], [`run`](Runner::run), [`close`](Runner::close) |
//! | `loop.set_exception_handler(f)` | [`runner.on_panic(f)`](Runner::on_panic) |
//! | `loop.time()` | [`now`]`()` |
//! | `await asyncio.sleep(2)` | [`sleep`]`(Duration::from_secs(2)).await` |
//! | **Tasks** | |
//! | `asyncio.create_task(f())` | [`spawn`]`(f())`, a [`Task`] |
//! | `create_task(f(), name="tea", context=c)` | `spawn(f())`[`.named("tea")`](Task::named)[`.in_context(&c)`](Task::in_context) |
//! | `await task` | `task.await`; [`task.outcome().await`](Task::outcome) where a cancellation or a panic is a value |
//! | `task.cancel()`, `task.cancel(msg)` | [`task.cancel()`](Task::cancel), [`task.cancel_with(reason)`](Task::cancel_with) |
//! | `task.cancelling()`, `task.uncancel()` | [`cancelling`](Task::cancelling), [`uncancel`](Task::uncancel) |
//! | `task.done()`, `cancelled()`, `result()`, `get_name()` | [`done`](Task::done), [`cancelled`](Task::cancelled), [`result`](Task::result), [`name`](Task::name) |
//! | clean-up that a destructor leaves to the loop, as `loop.shutdown_asyncgens()` awaits | [`clean_up`]`(f())` |
//! | a task that nobody awaits | [`spawn(f()).detach()`](Task::detach) |
//! | `asyncio.current_task()` | [`current_task`]`()`, a [`TaskHandle`] |
//! | `asyncio.all_tasks()` | [`all_tasks`]`()` |
//! | `asyncio.capture_call_graph()`, `python -m asyncio pstree` | [`call_graph`]`()`, [`Runner::print_calls_on`] |
//! | `loop.slow_callback_duration` of the debug mode | [`Runner::watch_turns`] |
//! | trio's `MockClock` | [`Clock`], for [`Runner::with_clock`] |
//! | **Several at once** | |
//! | `await asyncio.gather(f(), g())` | [`gather`]`((f(), g())).await`, also of an array, a `Vec`, an iterator |
//! | `gather(*aws)`, where one may raise | [`try_gather`]`(aws).await`: the first error |
//! | `gather(*aws, return_exceptions=True)` | [`gather_outcomes`]`(aws).await` |
//! | `async with asyncio.TaskGroup() as group:` | [`TaskGroup::run`]`(async \|group\| { … }).await`; [`with_limit`](TaskGroup::with_limit) for so many at once |
//! | `group.create_task(f())` | [`group.spawn(f())`](TaskGroup::spawn); `f` returns a `Result`, or `()` where it cannot fail |
//! | `ExceptionGroup`, `except*` | [`ErrorGroup`], [`split`](ErrorGroup::split) |
//! | `asyncio.as_completed(aws)` | [`as_completed`]`(aws)`, a stream that tells which one it was |
//! | `await asyncio.wait(tasks)` | [`wait`]`(tasks).await`, also [`first_completed`](Wait::first_completed), [`first_exception`](Wait::first_exception), [`timeout`](Wait::timeout) |
//! | `wait(…, return_when=FIRST_COMPLETED)`, cancel the others | [`race`]`(futures).await`, also of a tuple |
//! | a `Semaphore` around each of many | [`amap`]`(limit, items, f).await`; the results as they come: [`as_completed`](Amap::as_completed) |
//! | the same, where one may raise | [`try_amap`]`(limit, items, f).await`: the first error |
//! | **Cancellation and time** | |
//! | `try: …`, `except asyncio.CancelledError:` | [`catch_cancelled`]`(future).await`, a `Result` |
//! | `asyncio.CancelledError` | [`Cancelled`] |
//! | `TimeoutError` | [`TimedOut`] |
//! | `raise`, in such an `except` | [`cancelled.propagate().await`](Cancelled::propagate) |
//! | `try: …`, `finally: …` | a destructor; where it has to await, [`finally`]`(work, clean_up).await` |
//! | `await asyncio.shield(f())` | [`shield`]`(f()).await`, [`shield_task`] for a task |
//! | `async with asyncio.timeout(2):` | [`timeout`]`(Duration::from_secs(2), future).await` |
//! | `asyncio.timeout_at(when)` | [`timeout_at`]`(when, future).await` |
//! | `cm.when()`, `cm.reschedule(when)`, `cm.expired()` | [`Timeout::run`] and its [`Deadline`] |
//! | `await asyncio.wait_for(f(), 2)` | [`wait_for`]`(f(), Duration::from_secs(2)).await` |
//! | trio's `move_on_after` | [`move_on_after`]`(delay, future).await`, an `Option` |
//! | **Meeting others** | |
//! | `loop.create_future()` | [`promise`]`()`, a [`Promise`] |
//! | `async with asyncio.Lock():` | [`Lock`], `let _guard = lock.acquire().await`; [`Lock::guarding`] a value, too |
//! | `asyncio.Event`, `asyncio.Condition` | [`Event`], [`Condition`] |
//! | `asyncio.Semaphore`, `asyncio.BoundedSemaphore` | [`Semaphore`], [`BoundedSemaphore`] |
//! | `asyncio.Barrier` | [`Barrier`] |
//! | `asyncio.Queue`, `LifoQueue`, `PriorityQueue` | [`Queue`], [`LifoQueue`], [`PriorityQueue`] |
//! | `put`, `get`, `put_nowait`, `get_nowait` | [`put`](BaseQueue::put), [`get`](BaseQueue::get), [`try_put`](BaseQueue::try_put), [`try_get`](BaseQueue::try_get) |
//! | `task_done`, `join` | [`task_done`](BaseQueue::task_done), [`join`](BaseQueue::join) |
//! | `shutdown()`, `shutdown(immediate=True)` | [`shutdown`](BaseQueue::shutdown), [`shutdown_immediately`](BaseQueue::shutdown_immediately) |
//! | **Threads and variables** | |
//! | `await asyncio.to_thread(f)` | [`to_thread`]`(f).await` |
//! | `loop.set_default_executor(ThreadPoolExecutor(8))` | [`runner.limit_threads(8)`](Runner::limit_threads) |
//! | `asyncio.run_coroutine_threadsafe(f(), loop)` | [`gateway.spawn(f)`](Gateway::spawn) |
//! | `contextvars.ContextVar`, `copy_context()` | [`task_local!`], [`TaskContext::copy`] |
//!
//! # Cancellation
//!
//! Cancelling a task is a request, on top of Rust's drop. The request reaches the task where it
//! waits. What nobody catches is dropped there, and destructors are its `finally`; what
//! [`catch_cancelled`] wraps becomes a `Result`, and the code after it may clean up, awaiting, and
//! then go on cancelling, or refuse:
//!
//! ```
//! # use std::time::Duration;
//! use twin_tasks::{catch_cancelled, run, sleep, spawn};
//!
//! async fn brew(stubborn: bool) -> &'static str {
//!     let pot = sleep(Duration::from_secs(240));
//!     match catch_cancelled(pot).await {
//!         Ok(()) => "tea",
//!         Err(_) if stubborn => "weak tea",
//!         Err(cancelled) => {
//!             sleep(Duration::from_millis(1)).await; // wash the pot
//!             cancelled.propagate().await
//!         }
//!     }
//! }
//!
//! run(async {
//!     let (polite, stubborn) = (spawn(brew(false)), spawn(brew(true)));
//!     sleep(Duration::ZERO).await; // their first turn
//!     polite.cancel_with("closing time");
//!     stubborn.cancel();
//!
//!     let cancelled = catch_cancelled(polite).await.unwrap_err();
//!     assert_eq!(cancelled.reason(), Some(&"closing time"));
//!     assert_eq!(stubborn.await, "weak tea");
//! });
//! ```
//!
//! Such scopes nest: `catch_cancelled` is one, and so is all that waits for something that may clean
//! up: a joined [`Task`], [`gather`], [`timeout`], [`TaskGroup`], [`Condition::wait`]. A request goes
//! to what the task waits for at that moment, however it was combined; what the innermost scopes
//! propagate, the next outer one takes over, up to the task:
//!
//! ```text
//! task ──▶ timeout ──▶ catch_cancelled ──▶ joined task    the request goes in
//!      ◀──         ◀──                 ◀──                and comes back by `propagate`
//! ```
//!
//! Requests are counted ([`Task::cancelling`]), so each of several nested timeouts and groups takes
//! back its own, and only the one that timed out says [`TimedOut`]. At its end [`run`] cancels
//! what is left, and waits for its clean-up.
//!
//! # Under other executors
//!
//! Futures are futures: all but the following runs under any executor that polls on one thread:
//! `block_on`, smol's `LocalExecutor`, tokio's `LocalSet`. (They are not `Send`, so
//! `tokio::spawn` and `smol::spawn` refuse them.) There a future has only drop: a timeout drops what it
//! limits, and `catch_cancelled` has nothing to catch.
//!
//! What needs the event loop panics outside [`run`], and says so in one line: [`spawn`],
//! [`TaskGroup`], [`shield`], [`current_task`], [`all_tasks`], [`call_graph`], [`Gateway::new`],
//! [`TaskLocal::set`], [`Cancelled::propagate`]; and awaiting a [`Promise`] or a [`Task`] that was cancelled.
//!
//! # Differences
//!
//! | asyncio | here | because |
//! |---|---|---|
//! | `gather` makes tasks of its coroutines, which start at the next turn | it polls its futures inside the calling task: nothing starts before the await, they share its turn and its name, and dropping the gather drops them | so they may borrow from the caller, and cost no task; where tasks are wanted: `gather([spawn(f()), spawn(g())])` |
//! | futures of `as_completed` are tasks and go on while the loop's body awaits | they stand still until the next result is awaited, and so do those of [`amap`]; of the ends of tasks it hears from the first such wait on | as for `gather`; `as_completed([spawn(f()), spawn(g())])` goes on |
//! | a wait for a result of `as_completed` that is cancelled has used up its place | the next wait has that result | a result is not lost |
//! | `asyncio.run` takes what borrows anything | what [`run`] runs is `'static` | it is a task like the others, and its handle may outlive it |
//! | after the first exception in `gather` the siblings go on | [`try_gather`] drops those that are futures; tasks go on | a future that nobody polls cannot |
//! | a task that nobody keeps may vanish half-way: the loop has only a weak reference | a dropped [`Task`] runs on, to its end | it is what users expect of asyncio; smol's task is cancelled by drop |
//! | a child of a group may use its parent's locals | children are `'static` | a task may outlive what started it, if only by a forgotten destructor; [`gather`] is the way to borrow |
//! | an exception is caught where it passes | an error is a value, of one type a group or gather; a panic is a bug, and cancels a group like an error | Rust has no exceptions; no panic vanishes: it goes to what awaits the child, else it comes out of [`run`] |
//! | a failed child of a group raises in what awaits it, too | awaiting it raises a cancellation there | there is one error value, and the group has it |
//! | the losers of a race can be cancelled and awaited | [`race`] drops them: destructors run, asynchronous clean-up does not | to wait for losers is not what a race is for; of tasks, [`wait`] gives both |
//! | `except CancelledError` around any `await` | [`catch_cancelled`] says what may catch | the ordinary `await` stays an ordinary value, without a `Result` |
//! | `wait_for(f(), 0)` never starts `f` | it runs to its first wait | a future can't be asked whether it is done but by polling it |
//! | `Queue(0)` has no limit | [`Queue::new`]; `bounded(0)` panics | a zero that means infinity is a trap |
//! | a lock is released by any caller of `release` | by its guard's drop | no path out of a block can forget it |
//! | whom a request does not reach is served in its order by `notify`, `Semaphore.release`, `Queue.put` | in the turn of the request all that wait in the task are passed over; what waits there still (a future of [`as_completed`], of an `or`) is served next | whom the request reaches shows only when the task is polled |
//! | `Condition.wait` needs no guard | it borrows the guard, as the standard library's takes it and gives it back | after a cancelled wait the clean-up holds the lock, as `except` does |
//! | `set` of a context variable takes anything | values are `Clone + Send + Sync` | [`to_thread`] takes them along |
//! | `cancel` reaches what the task waits for before it returns | it does when the turn is over in which it was called, and before anybody else has one; until then `cancelling` of a joined task, or `cancelled` of a promise, says nothing of it, and what ends in that turn ends unasked | whom a task waits for shows only when it is polled, and no task is polled within another's turn |
//! | a request reaches at once all that a task waits for together, also if one has just ended | that end has the task go on, which is asked in that turn: then the others are asked, or it ends there | who is ready is asked in its own turn; until then the request can be taken back |
//! | `gather` goes on two turns after the last of its tasks has ended | so it does if it had to wait; if all of its futures are ready at once, so is the gather; of tasks that end in one round, the first counts, as for [`TaskGroup`] | there is no task to wait for, and a poll finds what has ended |
//! | a cancelled `gather` goes on when the first child has cleaned up | it waits for the clean-up of all | a clean-up that nobody waits for is lost at the end of `run` |
//! | the reason of a cancelled task comes to the first who awaits it | it comes to all, also out of a [`gather`] of which no task ended by it, and with a request that a failing group has put off; of two requests in one turn, the first counts | a reason is not used up |
//! | the exception of a task is raised in all who await it | a panic goes on in the first who awaits the task; the others panic too, by a message that says so | a panic's payload can't be cloned |
//! | a request that came too late for a wait cancels a task that returns, and not one that raises | it does if it came in the last turn, whatever is returned; one that a failing group has put off does not | an `Err` is a value like others |
//! | of those who await a future that a request cancels, the first is the first to go on | who was asked has its place in the order; the others come after it | the [`Promise`] is cancelled when it is asked |
//! | a `BoundedSemaphore` that was released too often raises at the end of an `async with` | a permit that is dropped then says nothing | a destructor has nobody to tell it to |
//! | children of a `gather` have variables of their own | they share those of the task, as they share its name | they are not tasks |
//! | several coroutines are combined by tasks | `or`, `zip` and `select` of other crates combine futures: all that wait there are asked, and the first that propagates drops those beside it, in the middle of their clean-up | they drop what they don't need; [`gather`] and [`TaskGroup`] wait |
//! | a set of other crates' is unknown | it is asked, too; a future in it that has not waited in this task for something of this crate is dropped | it polls only what was woken |
//! | `Condition.wait` wakes another waiter when one is cancelled (3.13) | it passes on a notification that came, and nothing else | a spurious wake-up helps nobody |
//! | a timeout that expires asks at once, and counts that; also who answers a request already | it asks, and counts it, when its task is asked; a joined task that answers a request is left to end | whom a task waits for shows only when it is polled |
//! | timers of one deadline are due in the order of a heap | in the order in which they were set; that of a timeout is set when its future first waits | what never waits needs no timer |
//! | a `Barrier` may give two one number, if one before them gave up; who comes while the round before leaves is kept waiting, and `reset` and `abort` break those that leave, too | the last to come gives each a number of its own, and whom it has released has passed; the next to come is the first of a new round | numbers are there to choose one of them, and who has passed can't fail any more |
//! | a coroutine can't be dropped in the middle of `Condition.wait` | dropped, it leaves a guard that holds nothing, and using that panics | the lock belongs to somebody else by then |
//! | `TimeoutError` has the `CancelledError` as its cause | [`TimedOut`] has no source | the timeout has made the request itself, and gave no reason |
//! | a wait for a task of another loop waits, or fails later | it panics at once | nobody runs that task |
//! | two tasks that await each other raise `RecursionError` when they are cancelled | one of them ends, and so the other | a request that comes back has met nobody |
//! | `asyncio.run` cancels what is left in the order of a set | [`run`] does in the order in which it was spawned | an order that shows is one that holds |
//! | a task that refuses at the end of `asyncio.run` keeps it waiting, for ever if need be | [`run`] drops it where it waits for what nothing can bring any more | a program that has ended ends |
//! | what is started while `run` cancels what is left stays pending | it is dropped where it waits | nobody would run it |
//! | a function on a thread that waits for the loop keeps its place: where all places are taken, both wait for ever | it lends its place while it waits for what it has [submitted](Gateway::spawn) | a limit is no reason to hang |
//! | a guard can't be forgotten | `mem::forget` of a guard keeps its lock; of a future that was asked to end, its request open | forgetting runs no destructor; the call graph shows the lock, timeouts and the end of `run` end those who wait |
//! | recursion is limited | futures in futures are polled and dropped by recursion: a stack of 2 MiB holds 1,900 levels of boxed `gather` in `gather` in a release build, 600 in a debug build (x86-64) | a task costs no stack: chains and trees of a million tasks are cancelled and dropped on 2 MiB |
//! | `loop.call_later`, callbacks, transports | [`spawn`] and [`sleep`] | they are what coroutines were invented to replace |
//! | streams, subprocesses, files | smol's own `net`, `process`, `fs` | they run in [`run`] as they are |
//!
//! # Held against CPython
//!
//! Of 250 behaviours, 211 are tests, 35 are refused by the compiler, and 4 differ
//! from what CPython does: [`conformance`] lists them.

#![forbid(unsafe_code)]

pub mod conformance;
pub mod design;

// In reading order: what is planned and what is kept; cancelling; the loop and its tasks; time;
// several at once; meeting others; the outside.
mod record;

mod agenda;
mod outcome;
mod state;

mod cancel;

mod event_loop;
mod task;

mod inspect;
mod runner;

mod time;

mod several;

mod sync;

mod threads;

pub use self::agenda::{Clock, now};
pub use self::cancel::{CatchCancelled, catch_cancelled, finally};
pub use self::inspect::{CallGraph, SlowTurn, TaskNode, TaskState, WaitsFor, call_graph};
pub use self::outcome::{Cancelled, Failure, Panic, ResultError};
pub use self::runner::{Runner, UntilCtrlCError, run};
pub use self::several::{
    Amap, AmapResults, AsCompleted, BodyOutput, ChildOutput, ErrorGroup, Fallible, Gather,
    GatherOutcomes, GatherTuple, Gatherable, GroupClosed, Many, NextCompleted, OutcomesGatherable,
    OutcomesTuple, Raceable, TaskGroup, TryAmap, TryGather, TryGatherTuple, TryGatherable, Tuple,
    Wait, Waitable, amap, as_completed, gather, gather_outcomes, race, try_amap, try_gather, wait,
};
pub use self::sync::{
    AcquireLock, AcquirePermit, Barrier, BaseQueue, BoundedSemaphore, BrokenBarrier, Condition,
    Event, Fifo, Get, JoinError, Lifo, LifoQueue, Lock, LockGuard, Order, Permit, Priority,
    PriorityQueue, Promise, Put, PutError, Queue, QueueShutDown, Semaphore, TooManyReleases,
    TryGetError, TryPutError, WaitBarrier, WaitEvent, promise,
};
pub use self::task::{
    Ended, Shield, Task, TaskContext, TaskHandle, TaskLocal, all_tasks, clean_up, current_task,
    shield, shield_task, spawn,
};
pub use self::threads::{Gateway, Submitted, SubmittedError, to_thread};
pub use self::time::{
    Deadline, RescheduleError, Sleep, TimedOut, Timeout, TimeoutFuture, move_on_after, sleep,
    timeout, timeout_at, wait_for,
};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
