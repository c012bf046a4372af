//! A task that is asked to end waits no more, and is passed over; but one that refuses waits still.
//!
//! In asyncio a request ends at once what a task waits for. Here it is asked when the turn is over,
//! and something beside it in the task may take the request.

mod growth;
mod within;

use std::cell::RefCell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_buffered::FuturesUnordered;
use futures_lite::future::zip;
use futures_lite::{FutureExt, StreamExt};
use twin_tasks::{
    Condition, Lock, Queue, RescheduleError, Semaphore, Task, Timeout, TryGetError, as_completed,
    catch_cancelled, gather, run, sleep, spawn, timeout,
};

use growth::is_linear;
use within::{LIMIT, within};

async fn turn() {
    sleep(Duration::ZERO).await;
}

fn cancel_all(tasks: &[Task<()>]) {
    for task in tasks {
        task.cancel();
    }
}

/// A task that waits, beside something that takes a request and refuses it: by `zip`, or in a set,
/// which polls only what was woken.
fn refuses(set: bool, wait: impl Future<Output = ()> + 'static) -> Task<()> {
    let refusal = async { drop(catch_cancelled(pending::<()>()).await) };
    spawn(async move {
        if set {
            let mut both = FuturesUnordered::new();
            both.push(wait.boxed_local());
            both.push(refusal.boxed_local());
            while both.next().await.is_some() {}
        } else {
            zip(wait, refusal).await;
        }
    })
}

/// Three such tasks are asked to end, and in the same turn there is what all of them wait for.
fn check<R, Wait>(
    resource: impl Fn() -> R + Clone + Send + 'static,
    wait: impl Fn(R) -> Wait + Clone + Send + 'static,
    free: impl Fn(&R) + Clone + Send + 'static,
) where
    R: Clone + 'static,
    Wait: Future<Output = ()> + 'static,
{
    for set in [false, true] {
        let (resource, wait, free) = (resource.clone(), wait.clone(), free.clone());
        within(LIMIT, move || {
            run(async move {
                let resource = resource();
                let tasks = [(); 3].map(|()| refuses(set, wait(resource.clone())));
                turn().await;
                cancel_all(&tasks);
                for _ in &tasks {
                    free(&resource);
                }
                for task in tasks {
                    task.await;
                }
            });
        });
    }
}

#[test]
fn who_refuses_gets_a_permit_that_came_meanwhile() {
    let take = |semaphore: Semaphore| async move { semaphore.acquire().await.forget() };
    check(|| Semaphore::new(0), take, Semaphore::release);
}

#[test]
fn who_refuses_gets_an_item_that_came_meanwhile() {
    let take = |queue: Queue<()>| async move { queue.get().await.unwrap() };
    check(Queue::new, take, |queue| queue.try_put(()).unwrap());
}

#[test]
fn who_refuses_gets_room_that_came_meanwhile() {
    let full = || {
        let queue = Queue::bounded(3);
        (0..3).for_each(|_| queue.try_put(()).unwrap());
        queue
    };
    let put = |queue: Queue<()>| async move { queue.put(()).await.unwrap() };
    check(full, put, |queue| queue.try_get().unwrap());
}

#[test]
fn who_refuses_gets_a_lock_that_came_free_meanwhile() {
    for set in [false, true] {
        within(LIMIT, move || {
            run(async move {
                let lock = Lock::new();
                let guard = lock.acquire().await;
                let tasks = [(); 3].map(|()| {
                    let lock = lock.clone();
                    refuses(set, async move { drop(lock.acquire().await) })
                });
                turn().await;
                cancel_all(&tasks);
                drop(guard);
                for task in tasks {
                    task.await;
                }
            });
        });
    }
}

#[test]
fn what_passes_the_dying_reaches_who_refuses_behind_them() {
    within(LIMIT, || {
        run(async {
            let semaphore = Semaphore::new(0);
            let take = |semaphore: Semaphore| async move { semaphore.acquire().await.forget() };
            let dies = [(); 3].map(|()| spawn(take(semaphore.clone())));
            let refuses = refuses(true, take(semaphore.clone()));
            turn().await;
            cancel_all(&dies);
            refuses.cancel();
            semaphore.release();
            refuses.await;
            assert!(dies.iter().all(Task::cancelled));
        });
    });
}

/// All that wait are asked to end, and in the same turn as much is handed out.
fn passes_over<R: Clone + 'static, Wait: Future<Output = ()> + 'static>(
    count: usize,
    resource: R,
    wait: impl Fn(R) -> Wait + 'static,
    hand_out: impl AsyncFn(&R) + 'static,
) {
    run(async move {
        let tasks: Vec<_> = (0..count).map(|_| spawn(wait(resource.clone()))).collect();
        for _ in 0..3 {
            turn().await;
        }
        cancel_all(&tasks);
        for _ in 0..count {
            hand_out(&resource).await;
        }
        for task in tasks {
            assert!(task.outcome().await.is_err());
        }
    });
}

#[test]
fn each_is_passed_over_once() {
    const LOAD: usize = if cfg!(debug_assertions) { 625 } else { 6_250 };
    within(Duration::from_secs(120), || {
        is_linear(LOAD, |count| {
            let queue = Queue::new();
            let get = |queue: Queue<()>| async move { queue.get().await.unwrap() };
            passes_over(count, queue.clone(), get, async |queue| queue.try_put(()).unwrap());
            assert_eq!(queue.len(), count);
            for _ in 0..count {
                queue.try_get().unwrap();
            }
            assert_eq!(queue.try_get(), Err(TryGetError::Empty));
        });
        is_linear(LOAD, |count| {
            let take = |semaphore: Semaphore| async move { semaphore.acquire().await.forget() };
            passes_over(count, Semaphore::new(0), take, async |semaphore| semaphore.release());
        });
        is_linear(LOAD, |count| {
            let lock = Lock::new();
            let guard = std::cell::Cell::new(lock.try_acquire());
            let take = |lock: Lock| async move { drop(lock.acquire().await) };
            passes_over(count, lock, take, async move |lock| {
                drop(guard.take());
                assert!(lock.try_acquire().is_some());
            });
        });
        is_linear(LOAD, |count| {
            let wait = |condition: Condition| async move {
                let mut guard = condition.acquire().await;
                condition.wait(&mut guard).await;
            };
            passes_over(count, Condition::new(), wait, async |condition| {
                condition.notify(&condition.acquire().await, 1);
            });
        });
    });
}

/// Polls once and leaves it waiting.
async fn begin<F: Future + Unpin>(future: &mut F) {
    assert!(futures_lite::future::poll_once(future).await.is_none());
}

fn notified(condition: &Condition) -> Pin<Box<dyn Future<Output = ()>>> {
    let condition = condition.clone();
    Box::pin(async move {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
    })
}

async fn notify(condition: &Condition) {
    condition.notify(&condition.acquire().await, 1);
}

#[test]
fn a_notification_is_kept_for_a_wait_that_the_request_does_not_reach() {
    run(async {
        let condition = Condition::new();
        let task = spawn({
            let mut wait = notified(&condition);
            async move {
                begin(&mut wait).await;
                assert!(catch_cancelled(pending::<()>()).await.is_err());
                wait.await;
            }
        });
        turn().await;
        turn().await;
        let guard = condition.acquire().await;
        task.cancel();
        condition.notify(&guard, 1);
        drop(guard);
        assert_eq!(timeout(LIMIT, task).await, Ok(()));
    });
}

#[test]
fn a_notification_is_kept_for_a_wait_whose_request_is_taken_back() {
    run(async {
        let condition = Condition::new();
        let task = spawn({
            let wait = notified(&condition);
            async move { gather((turns(5), wait)).await }
        });
        turns(3).await;
        let guard = condition.acquire().await;
        task.cancel();
        condition.notify(&guard, 1);
        task.uncancel();
        drop(guard);
        assert!(timeout(LIMIT, task).await.is_ok());
    });
}

#[test]
fn a_notification_is_kept_for_a_wait_that_another_task_has_taken_over() {
    run(async {
        let condition = Condition::new();
        let mut wait = notified(&condition);
        let first = spawn(async move {
            begin(&mut wait).await;
            Some(wait)
        });
        let mut wait = first.await.unwrap();
        // It has the key of the task that has ended.
        let other = spawn(pending::<()>());
        turn().await;
        other.cancel();
        notify(&condition).await;
        assert_eq!(timeout(LIMIT, &mut wait).await, Ok(()));
    });
}

#[test]
fn a_notification_of_one_that_leaves_by_its_request_goes_to_nobody() {
    run(async {
        let condition = Condition::new();
        let gone = spawn(notified(&condition));
        turn().await;
        gone.cancel();
        notify(&condition).await;
        let late = spawn(notified(&condition));
        assert!(gone.outcome().await.is_err());
        turns(3).await;
        assert!(!late.done());
        late.cancel();
    });
}

#[test]
fn a_cancelled_wait_comes_back_with_the_lock_though_another_task_acquired_it() {
    run(async {
        let condition = Condition::new();
        let waiter = spawn({
            let condition = condition.clone();
            async move {
                let mut guard = condition.acquire().await;
                assert!(catch_cancelled(condition.wait(&mut guard)).await.is_err());
                condition.notify(&guard, 1);
            }
        });
        turns(2).await;
        let other = condition.clone();
        let guard = spawn(async move { other.acquire().await }).await;
        condition.notify(&guard, 1);
        turns(2).await;
        waiter.cancel();
        turns(3).await;
        assert!(!waiter.done());
        drop(guard);
        assert_eq!(waiter.outcome().await.ok(), Some(()));
    });
}

#[test]
fn the_deadline_of_a_dropped_timeout_can_not_be_moved() {
    run(async {
        let limit = Timeout::after(LIMIT);
        let deadline = limit.deadline();
        let mut work = Box::pin(limit.run(|_| pending::<()>()));
        begin(&mut work).await;
        drop(work);
        assert_eq!(deadline.reschedule(Instant::now()), Err(RescheduleError::Finished));
        turns(2).await;
        assert!(!deadline.expired());
    });
}

async fn turns(count: usize) {
    for _ in 0..count {
        turn().await;
    }
}

/// Of two that wait, the first is a future of `as_completed`, whose task is asked to end.
#[track_caller]
fn serves_the_next<R, Wait>(resource: R, wait: impl Fn(R) -> Wait, free: impl AsyncFn(&R) + 'static)
where
    R: Clone + 'static,
    Wait: Future<Output = ()> + 'static,
{
    let log = Rc::new(RefCell::new(Vec::new()));
    let [first, second] = ["first", "second"].map(|name| {
        let (wait, log) = (wait(resource.clone()), log.clone());
        async move {
            wait.await;
            log.borrow_mut().push(name);
        }
    });
    run(async move {
        let first = spawn(async move {
            let results = as_completed([first]);
            while catch_cancelled(results.next()).await.is_err() {}
        });
        let second = spawn(second);
        turns(2).await;
        first.cancel();
        free(&resource).await;
        turns(3).await;
        free(&resource).await;
        gather((first, second)).await;
    });
    assert_eq!(*log.borrow(), ["second", "first"]);
}

/// The children of asyncio's `as_completed` are tasks: a request to who awaits it leaves them alone. A
/// difference that the front page names.
#[test]
fn whom_the_request_does_not_reach_is_served_after_the_next() {
    let takes = |semaphore: Semaphore| async move { semaphore.acquire().await.forget() };
    serves_the_next(Semaphore::new(0), takes, async |semaphore| semaphore.release());
    let gets = |queue: Queue<()>| async move { queue.get().await.unwrap() };
    serves_the_next(Queue::new(), gets, async |queue| queue.try_put(()).unwrap());
    let is_notified = |condition: Condition| async move {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
    };
    serves_the_next(Condition::new(), is_notified, async |condition| {
        let guard = condition.acquire().await;
        condition.notify(&guard, 1);
    });
}
