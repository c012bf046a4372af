//! asyncio's vocabulary on smol: one thread, tasks that wait without blocking it.
//!
//! Five requests at once, as the document has them:
//!
//! ```python
#![doc = include_str!("../../../examples/tasks/fetch_parallel.py")]
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
//! The whole programs are the pairs `fetch_sequential` and `fetch_parallel` in `examples/tasks/`.
//!
//! | asyncio | here |
//! |---|---|
//! | `asyncio.run(main())` | [`run`]`(main())` |
//! | `await asyncio.sleep(2)` | [`sleep`]`(Duration::from_secs(2)).await` |
//! | `asyncio.create_task(f())` | [`spawn`]`(f())`, a [`Task`] |
//! | `await task` | `task.await` |
//! | `await asyncio.gather(f(), g())` | [`gather`]`([f(), g()]).await` |
//!
//! Everything runs on one thread, as in asyncio, so nothing here needs to be `Send`. Tasks take
//! turns in a strict order: who is ready first runs first, and each `await` that has to wait ends a
//! turn.
//!
//! # Held against CPython
//!
//! Of 250 behaviours, 211 are tests, 36 are refused by the compiler, and 3 differ
//! from what CPython does: [`conformance`] lists them.
//!
//! # Differences
//!
//! - A future does nothing before it is awaited, and so does a coroutine in Python; but `gather`
//!   starts its arguments when it is awaited itself, and polls them inside the calling task. They
//!   may borrow from it, and they share its turn. Where tasks are wanted:
//!   `gather([spawn(f()), spawn(g())])`.

#![forbid(unsafe_code)]

pub mod conformance;

mod event_loop;
mod run;
mod sleep;
mod task;

mod cancel;
mod scope;

mod amap;
mod as_completed;
mod gather;
mod promise;
mod race;
mod shield;
mod task_group;
mod timeout;
mod wait;

mod barrier;
mod condition;
mod event;
mod lock;
mod permits;
mod queue;
mod semaphore;

mod failure;
mod gateway;
mod local;
mod to_thread;

pub use self::amap::amap;
pub use self::as_completed::{AsCompleted, NextCompleted, as_completed};
pub use self::barrier::{Barrier, BrokenBarrier, WaitBarrier};
pub use self::cancel::{Cancelled, CatchCancelled, catch_cancelled};
pub use self::condition::Condition;
pub use self::event::{Event, WaitEvent};
pub use self::failure::{Failure, ResultError};
pub use self::gateway::{Gateway, Submitted, SubmittedError};
pub use self::gather::{
    Gather, GatherOutcomes, GatherTuple, Gatherable, Many, TryGather, Tuple, gather,
    gather_outcomes, try_gather,
};
pub use self::local::{TaskContext, TaskLocal};
pub use self::lock::{AcquireLock, Lock, LockGuard};
pub use self::promise::{Promise, promise};
pub use self::queue::{
    BaseQueue, Fifo, JoinError, Lifo, LifoQueue, Order, Priority, PriorityQueue, PutError, Queue,
    QueueShutDown, TryGetError, TryPutError,
};
pub use self::race::race;
pub use self::run::{Runner, run};
pub use self::semaphore::{AcquirePermit, BoundedSemaphore, Permit, Semaphore, TooManyReleases};
pub use self::shield::{Shield, shield, shield_task};
pub use self::sleep::{Sleep, sleep};
pub use self::task::{Task, TaskHandle, current_task, spawn};
pub use self::task_group::{ErrorGroup, GroupClosed, TaskGroup};
pub use self::timeout::{
    Deadline, RescheduleError, TimedOut, Timeout, TimeoutFuture, move_on_after, timeout,
    timeout_at, wait_for,
};
pub use self::to_thread::to_thread;
pub use self::wait::{Fallible, Wait, Waitable, wait};
