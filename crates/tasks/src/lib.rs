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
//! # Differences
//!
//! - A future does nothing before it is awaited, and so does a coroutine in Python; but `gather`
//!   starts its arguments when it is awaited itself, and polls them inside the calling task. They
//!   may borrow from it, and they share its turn. Where tasks are wanted:
//!   `gather([spawn(f()), spawn(g())])`.

#![forbid(unsafe_code)]

mod gather;
mod run;
mod sleep;
mod task;

pub use self::gather::{Gather, GatherTuple, Gatherable, Many, Tuple, gather};
pub use self::run::run;
pub use self::sleep::{Sleep, sleep};
pub use self::task::{Task, spawn};
