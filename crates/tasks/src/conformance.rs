//! How the crate is held against CPython.
//!
//! CPython's own test suite says what asyncio does. The repository's `conformance/` holds 250 of
//! these behaviours that are this crate's to show, each as a small Python program with its output.
//! Every one of them is accounted for here:
//!
//! | area | behaviours | tests | refused | differences |
//! |---|---:|---:|---:|---:|
//! | coroutine | 48 | 30 | 18 | 0 |
//! | gather | 14 | 10 | 2 | 2 |
//! | wait | 11 | 8 | 3 | 0 |
//! | wait_for | 13 | 12 | 0 | 1 |
//! | as_completed | 10 | 8 | 2 | 0 |
//! | shield | 5 | 5 | 0 | 0 |
//! | cancel | 16 | 15 | 0 | 1 |
//! | taskgroup | 25 | 23 | 2 | 0 |
//! | timeout | 21 | 20 | 1 | 0 |
//! | queue | 26 | 25 | 1 | 0 |
//! | lock | 26 | 23 | 3 | 0 |
//! | semaphore | 12 | 11 | 1 | 0 |
//! | event | 4 | 4 | 0 | 0 |
//! | runner | 12 | 10 | 2 | 0 |
//! | to_thread | 7 | 7 | 0 | 0 |
//! | all | 250 | 211 | 35 | 4 |
//!
//! - **tests**: a twin of the Python program, written with the public API, prints the same lines.
//! - **refused**: the twin does not compile, and fails with the error code that the last table names.
//! - **differences**: what Rust could do and this crate does otherwise, with the reason.
//!
//! The test of a behaviour is named after its id, every character outside `[A-Za-z0-9]` as `_`:
//! `cargo test -p twin-tasks --test conformance -- --list` shows them all. One more test runs the
//! Python programs under the local `python3` (or `TWINS_PYTHON`) and compares what they print with
//! the catalogue.
//!
//! # Differences
//!
//! | behaviour | in Python | here |
//! |---|---|---|
//! | `test_asyncio/test_tasks.py::CoroutineGatherTests::test_constructor_use_running_loop` | `gather` starts its coroutines at the next turn, awaited or not | it polls its futures inside the calling task, so that they may borrow from it: nothing starts before the await |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_cancel_gather_1` | a gather is a future that can be asked to cancel, and refuses when its children are done | a gather is no object beside the task that awaits it: the task is cancelled |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_task_cancel_waiter_future` | `cancel` cancels the future for which the task waits, before it returns | whom a task waits for shows when it is polled: the promise is cancelled when the turn is over in which `cancel` was called |
//! | `test_asyncio/test_waitfor.py::AsyncioWaitForTest::test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started` | `wait_for(coro, 0)` never starts the coroutine, while `wait_for(done, 0)` gives the result | a future can't be asked whether it is done but by polling it: it runs to its first wait |
//!
//! # What the compiler refuses
//!
//! | behaviour | in Python | here |
//! |---|---|---|
//! | `test_coroutines.py::AsyncBadSyntaxTest::test_badsyntax_1` | `await` outside an async function: `SyntaxError` | E0728: `.await` outside an async function |
//! | `test_coroutines.py::CoroutineTest::test_gen_1` | awaiting a generator: `TypeError` | E0277: a generator is no `Future` |
//! | `test_coroutines.py::CoroutineTest::test_func_2` | `StopIteration` leaves a coroutine: `RuntimeError` | E0277: the end of an iterator is a `None`, which a body can't let out by `?` |
//! | `test_coroutines.py::CoroutineTest::test_func_4` | iterating over a coroutine: `TypeError` | E0277: a future is no `Iterator` |
//! | `test_coroutines.py::CoroutineTest::test_func_7` | `yield from` a coroutine: `TypeError` | E0277: what is delegated to is a generator |
//! | `test_coroutines.py::CoroutineTest::test_func_12` | a coroutine that resumes itself: `ValueError` | E0425: no name leads from a body to its own future |
//! | `test_coroutines.py::CoroutineTest::test_func_13` | sending a value into a coroutine that was just started: `TypeError` | E0599: nothing is sent into a future |
//! | `test_coroutines.py::CoroutineTest::test_func_14` | awaiting while being closed: `RuntimeError` | E0728: `Drop` is no async function |
//! | `test_coroutines.py::CoroutineTest::test_func_15` | awaiting a coroutine twice: `RuntimeError` | E0382: awaiting takes the future |
//! | `test_coroutines.py::CoroutineTest::test_await_1` | awaiting a number: `TypeError` | E0277: a number is no `Future` |
//! | `test_coroutines.py::CoroutineTest::test_await_5` | `__await__` that gives no iterator: `TypeError` | E0277: `into_future` gives a `Future` |
//! | `test_coroutines.py::CoroutineTest::test_await_15` | awaiting a coroutine that another awaits: `RuntimeError` | E0382: the other has taken it |
//! | `test_coroutines.py::CoroutineTest::test_with_2` | `async with` what can't be entered: `TypeError` | E0599: entering is a method |
//! | `test_coroutines.py::CoroutineTest::test_with_6` | `__aenter__` that can't be awaited: `TypeError` | E0277: what a method returns is a `Future`, or not |
//! | `test_coroutines.py::CoroutineTest::test_copy` | copying a coroutine: `TypeError` | E0599: no `Clone` |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_ensure_future_neither` | a task of what can't be awaited: `TypeError` | E0277: `spawn` takes a `Future` |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_task_set_methods` | setting a task's result: `RuntimeError` | E0599: only a promise has `set` |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_sleep_when_delay_is_nan` | `sleep(nan)`: `ValueError` | E0308: a `Duration` is a number |
//! | `test_asyncio/test_tasks.py::CoroutineGatherTests::test_duplicate_coroutines` | one coroutine twice in a gather: it runs once | E0382: a gather takes its futures |
//! | `test_asyncio/test_tasks.py::CoroutineGatherTests::test_issue46672` | gathering what can't be awaited: `TypeError` | E0277: `()` is no `Future` |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_wait_duplicate_coroutines` | one task twice in a wait: it counts once | E0382: a wait takes its tasks |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_wait_errors#return_when` | an unknown `return_when`: `ValueError` | E0599: what to wait for is a method |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_wait_invalid_args#not_a_list` | waiting for a task that is no list: `TypeError` | E0277: a task is no iterator |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_as_completed_duplicate_coroutines` | one coroutine twice: it is reported once | E0382: the iteration takes its futures |
//! | `test_asyncio/test_tasks.py::BaseTaskTests::test_as_completed_invalid_args` | a task that is no list: `TypeError` | E0277: a task is no iterator |
//! | `test_asyncio/test_taskgroups.py::TestTaskGroup::test_taskgroup_already_entered` | entering a group twice: `RuntimeError` | E0382: `run` makes a new group, and takes its body |
//! | `test_asyncio/test_taskgroups.py::TestTaskGroup::test_taskgroup_finished` | spawning into a group before or after its block: `RuntimeError` | E0521: the group is lent to its body (a clone that outlives it panics) |
//! | `test_asyncio/test_timeouts.py::TimeoutTests::test_timeout_already_entered` | entering a timeout twice: `RuntimeError` | E0382: `run` takes the timeout |
//! | `test_asyncio/test_queues.py::QueuePutTests::test_float_maxsize` | a queue for 1.3 items holds two | E0308: a capacity is a whole number |
//! | `test_asyncio/test_locks.py::LockTests::test_release_not_acquired` | releasing what is not held: `RuntimeError` | E0599: only a guard releases, when it is dropped |
//! | `test_asyncio/test_locks.py::LockTests::test_lock_by_with_statement` | awaiting a lock itself: `TypeError` | E0277: a lock is no `Future` |
//! | `test_asyncio/test_locks.py::ConditionTests::test_wait_unacquired` | waiting without the lock: `RuntimeError` | E0061: `wait` takes the guard |
//! | `test_asyncio/test_locks.py::SemaphoreTests::test_semaphore_value` | a negative number of permits: `ValueError` | E0600: a `usize` has no sign |
//! | `test_asyncio/test_runners.py::RunTests::test_asyncio_run_only_coro` | running what is no coroutine: `ValueError` | E0277: `run` takes a `Future` |
//! | `test_asyncio/test_runners.py::RunnerTests::test_second_with_block_raises` | using a closed runner: `RuntimeError` | E0382: `close` takes the runner |

#[cfg(doctest)]
mod refused;
