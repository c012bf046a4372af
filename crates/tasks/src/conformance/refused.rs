//! The programs that the compiler refuses, each named after the behaviour that it is the twin of.

#![allow(non_snake_case, dead_code, reason = "named after CPython's tests, to be compiled only")]

/// ```compile_fail,E0728
/// fn f(x: std::future::Ready<()>) {
///     x.await;
/// }
/// ```
fn test_coroutines_py__AsyncBadSyntaxTest__test_badsyntax_1() {}

/// ```compile_fail,E0277
/// use twin_generators::Generator;
///
/// async fn example() {
///     Generator::new(|mut co| async move { co.yield_(()).await }).await;
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_gen_1() {}

/// ```compile_fail,E0277
/// async fn foo() -> i32 {
///     *[].iter().next()?
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_func_2() {}

/// ```compile_fail,E0277
/// async fn foo() -> i32 {
///     1
/// }
/// for _ in foo() {}
/// ```
fn test_coroutines_py__CoroutineTest__test_func_4() {}

/// ```compile_fail,E0277
/// use twin_generators::Generator;
///
/// async fn bar() -> i32 {
///     10
/// }
/// let foo = Generator::new(|mut co| async move {
///     co.yield_(0).await;
///     co.yield_from(bar()).await;
/// });
/// ```
fn test_coroutines_py__CoroutineTest__test_func_7() {}

/// ```compile_fail,E0425
/// let me = async { me.await };
/// ```
fn test_coroutines_py__CoroutineTest__test_func_12() {}

/// ```compile_fail,E0599
/// async fn g() -> i32 {
///     1
/// }
/// g().send("spam");
/// ```
fn test_coroutines_py__CoroutineTest__test_func_13() {}

/// ```compile_fail,E0728
/// struct Clean;
///
/// impl Drop for Clean {
///     fn drop(&mut self) {
///         std::future::ready(()).await;
///     }
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_func_14() {}

/// ```compile_fail,E0382
/// async fn spammer() -> &'static str {
///     "spam"
/// }
/// async fn example() {
///     let c = spammer();
///     c.await;
///     c.await;
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_func_15() {}

/// ```compile_fail,E0277
/// async fn foo() {
///     1.await;
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_await_1() {}

/// ```compile_fail,E0277
/// struct Aw;
///
/// impl IntoFuture for Aw {
///     type Output = ();
///     type IntoFuture = ();
///
///     fn into_future(self) {}
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_await_5() {}

/// ```compile_fail,E0382
/// async fn coroutine() {}
/// async fn waiter(c: impl Future<Output = ()>) {
///     c.await
/// }
/// let c = coroutine();
/// let first = waiter(c);
/// let second = waiter(c);
/// ```
fn test_coroutines_py__CoroutineTest__test_await_15() {}

/// ```compile_fail,E0599
/// async fn foo() {
///     let _guard = ().acquire().await;
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_with_2() {}

/// ```compile_fail,E0277
/// struct Cm;
///
/// impl Cm {
///     fn acquire(&self) -> i32 {
///         123
///     }
/// }
/// async fn foo() {
///     let _guard = Cm.acquire().await;
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_with_6() {}

/// ```compile_fail,E0599
/// async fn func() {}
/// let c = func();
/// let copy = c.clone();
/// ```
fn test_coroutines_py__CoroutineTest__test_copy() {}

/// ```compile_fail,E0277
/// let task = twin_tasks::spawn(123);
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_ensure_future_neither() {}

/// ```compile_fail,E0599
/// let task = twin_tasks::spawn(async { "ko" });
/// task.set("ok");
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_task_set_methods() {}

/// ```compile_fail,E0308
/// let sleep = twin_tasks::sleep(f64::NAN);
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_sleep_when_delay_is_nan() {}

/// ```compile_fail,E0382
/// use twin_tasks::gather;
///
/// async fn coro(s: &'static str) -> &'static str {
///     s
/// }
/// let c = coro("abc");
/// let all = gather((c, c, coro("def"), c));
/// ```
fn test_asyncio_test_tasks_py__CoroutineGatherTests__test_duplicate_coroutines() {}

/// ```compile_fail,E0277
/// use twin_tasks::{gather, spawn};
///
/// let both = gather((spawn(async {}), ()));
/// ```
fn test_asyncio_test_tasks_py__CoroutineGatherTests__test_issue46672() {}

/// ```compile_fail,E0382
/// use twin_tasks::{spawn, wait};
///
/// let c = spawn(async { vec!["test"] });
/// let waiting = wait([c, c, spawn(async { vec!["spam"] })]);
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_duplicate_coroutines() {}

/// ```compile_fail,E0599
/// use twin_tasks::{spawn, wait};
///
/// let waiting = wait([spawn(async {})]).return_when(-1);
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_errors_return_when() {}

/// ```compile_fail,E0277
/// use twin_tasks::{spawn, wait};
///
/// let waiting = wait(spawn(async {}));
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_wait_invalid_args_not_a_list() {}

/// ```compile_fail,E0382
/// use twin_tasks::as_completed;
///
/// async fn coro(s: &'static str) -> &'static str {
///     s
/// }
/// let c = coro("ham");
/// let results = as_completed([c, c, coro("spam")]);
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_duplicate_coroutines() {}

/// ```compile_fail,E0277
/// use twin_tasks::{as_completed, spawn};
///
/// let results = as_completed(spawn(async {}));
/// ```
fn test_asyncio_test_tasks_py__BaseTaskTests__test_as_completed_invalid_args() {}

/// ```compile_fail,E0382
/// use twin_tasks::TaskGroup;
///
/// async fn example(name: String) {
///     let body = async move |_: &TaskGroup<()>| Ok(name);
///     let _ = TaskGroup::run(body).await;
///     let _ = TaskGroup::run(body).await;
/// }
/// ```
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_already_entered() {}

/// ```compile_fail,E0521
/// use twin_tasks::{TaskGroup, spawn};
///
/// async fn example() {
///     let _ = TaskGroup::run(async |group: &TaskGroup<()>| {
///         spawn(async move { group.spawn(async { Ok(()) }) });
///         Ok(())
///     })
///     .await;
/// }
/// ```
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_finished() {}

/// ```compile_fail,E0382
/// use std::time::Duration;
/// use twin_tasks::Timeout;
///
/// async fn example() {
///     let timeout = Timeout::after(Duration::from_secs(1));
///     let _ = timeout.run(|_| async {}).await;
///     let _ = timeout.run(|_| async {}).await;
/// }
/// ```
fn test_asyncio_test_timeouts_py__TimeoutTests__test_timeout_already_entered() {}

/// ```compile_fail,E0308
/// let queue = twin_tasks::Queue::<i32>::bounded(1.3);
/// ```
fn test_asyncio_test_queues_py__QueuePutTests__test_float_maxsize() {}

/// ```compile_fail,E0599
/// let lock = twin_tasks::Lock::new();
/// lock.release();
/// ```
fn test_asyncio_test_locks_py__LockTests__test_release_not_acquired() {}

/// ```compile_fail,E0277
/// async fn example() {
///     twin_tasks::Lock::new().await;
/// }
/// ```
fn test_asyncio_test_locks_py__LockTests__test_lock_by_with_statement() {}

/// ```compile_fail,E0061
/// async fn example() {
///     twin_tasks::Condition::new().wait().await;
/// }
/// ```
fn test_asyncio_test_locks_py__ConditionTests__test_wait_unacquired() {}

/// ```compile_fail,E0600
/// let semaphore = twin_tasks::Semaphore::new(-1);
/// ```
fn test_asyncio_test_locks_py__SemaphoreTests__test_semaphore_value() {}

/// ```compile_fail,E0277
/// twin_tasks::run(1);
/// ```
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_only_coro() {}

/// ```compile_fail,E0382
/// let mut runner = twin_tasks::Runner::new();
/// runner.run(async {});
/// runner.close();
/// runner.run(async {});
/// ```
fn test_asyncio_test_runners_py__RunnerTests__test_second_with_block_raises() {}
