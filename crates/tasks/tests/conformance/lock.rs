//! Locks, conditions, barriers.

use std::panic::catch_unwind;
use std::time::Duration;

use twin_tasks::{
    Barrier, Condition, Lock, LockGuard, Task, catch_cancelled, gather, spawn, wait, wait_for,
};
use twins_conformance::{Exception, key_error, repr, say};

use crate::catalogue::{Shared, args, turn};

/// `await lock.acquire()`, which is always true: the guard goes to where others can drop it.
async fn acquire(lock: Lock, held: Shared<Vec<LockGuard>>) -> bool {
    held.push(lock.acquire().await);
    true
}

/// `lock.release()`, by somebody else than the one who acquired it.
fn release(held: &Shared<Vec<LockGuard>>) {
    drop(held.change(Vec::pop).expect("the lock is acquired"));
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_context_manager() {
    same! {
        let lock = Lock::new();
        say!("{}", repr(lock.locked()));
        {
            let _guard = lock.acquire().await;
            say!("{}", repr(lock.locked()));
        }
        say!("{}", repr(lock.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_context_manager_released_on_error() {
    async fn block(lock: &Lock) -> Result<(), Exception> {
        let _guard = lock.acquire().await;
        Err(key_error("k"))
    }
    same! {
        let lock = Lock::new();
        if let Err(error) = block(&lock).await {
            say!("{} {}", error.kind(), repr(lock.locked()));
        }
    }
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_acquire() {
    same! {
        let (lock, held, log) = (Lock::new(), Shared::log(), Shared::log());
        say!("{}", repr(acquire(lock.clone(), held.clone()).await));
        let tasks = [1, 2, 3].map(|n| {
            let (lock, held, log) = (lock.clone(), held.clone(), log.clone());
            spawn(async move {
                acquire(lock, held).await;
                log.push(n);
            })
        });
        turn().await;
        for _ in 0..3 {
            release(&held);
            turn().await;
            say!("{} {}", repr(log.get()), repr(lock.locked()));
        }
        drop(tasks);
    }
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_acquire_cancel() {
    same! {
        let (lock, held) = (Lock::new(), Shared::log());
        acquire(lock.clone(), held.clone()).await;
        let task = spawn(acquire(lock.clone(), held.clone()));
        turn().await;
        task.cancel();
        wait([&task]).await;
        release(&held);
        say!("{} {}", repr(task.cancelled()), repr(lock.locked()));
        say!("{}", repr(acquire(lock, held).await));
    }
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_finished_waiter_cancelled() {
    same! {
        let (lock, held) = (Lock::new(), Shared::log());
        acquire(lock.clone(), held.clone()).await;
        let b = spawn(acquire(lock.clone(), held.clone()));
        turn().await;
        let c = spawn(acquire(lock.clone(), held.clone()));
        b.cancel();
        release(&held);
        turn().await;
        say!("{} {}", repr(lock.locked()), repr(b.cancelled()));
        say!("{}", repr(c.await));
    }
}

#[test]
fn test_asyncio_test_locks_py__LockTests__test_release_no_waiters_no_barging() {
    same! {
        let (lock, log) = (Lock::new(), Shared::log());
        let guard = lock.acquire().await;
        let (waiting, logged) = (lock.clone(), log.clone());
        let task = spawn(async move {
            let _guard = waiting.acquire().await;
            logged.push("waiter");
        });
        turn().await;
        drop(guard);
        {
            let _guard = lock.acquire().await;
            log.push("main");
        }
        say!("{}", repr(log.get()));
        task.await;
    }
}

/// A task that waits for the condition once and logs what `line` gives.
fn waiter<T: 'static>(
    condition: &Condition,
    log: &Shared<Vec<T>>,
    line: impl FnOnce() -> T + 'static,
) -> Task<()> {
    let (condition, log) = (condition.clone(), log.clone());
    spawn(async move {
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
        log.push(line());
    })
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_wait() {
    same! {
        let (condition, log) = (Condition::new(), Shared::log());
        let tasks = [1, 2].map(|n| waiter(&condition, &log, move || n));
        turn().await;
        {
            let guard = condition.acquire().await;
            condition.notify(&guard, 1);
            turn().await;
            say!("{}", repr(log.get()));
        }
        turn().await;
        say!("{}", repr(log.get()));
        {
            let guard = condition.acquire().await;
            condition.notify(&guard, 1);
        }
        gather(tasks).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_wait_cancel() {
    same! {
        let condition = Condition::new();
        let own = condition.clone();
        let task = spawn(async move {
            let mut guard = own.acquire().await;
            if let Err(error) = catch_cancelled(own.wait(&mut guard)).await {
                say!("holds lock: {}", repr(own.locked()));
                error.propagate().await;
            }
        });
        turn().await;
        task.cancel();
        wait([&task]).await;
        say!("{} {}", repr(task.cancelled()), repr(condition.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_wait_cancel_contested() {
    same! {
        let condition = Condition::new();
        let guard = Shared::new(Some(condition.acquire().await));
        let kept = Shared::log();
        let (own, its, keep) = (condition.clone(), guard.clone(), kept.clone());
        let task = spawn(async move {
            let mut guard = its.change(Option::take).unwrap();
            let result = catch_cancelled(own.wait(&mut guard)).await;
            // In Python nobody has to hold a guard: the lock stays acquired.
            keep.push(guard);
            if let Err(error) = result {
                error.propagate().await;
            }
        });
        turn().await;
        say!("{}", repr(condition.locked()));
        let guard = condition.acquire().await;
        condition.notify(&guard, 1);
        // `loop.call_soon`, twice
        let handle = task.handle();
        drop(spawn(async move { handle.cancel() }));
        drop(spawn(async move { drop(guard) }));
        wait([&task]).await;
        say!("{}", repr(condition.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_wait_for() {
    same! {
        let (condition, value) = (Condition::new(), Shared::log());
        let (own, wanted) = (condition.clone(), value.clone());
        let task = spawn(async move {
            let mut guard = own.acquire().await;
            let ready = || Some(wanted.get()).filter(|wanted| !wanted.is_empty());
            own.wait_for(&mut guard, ready).await
        });
        for item in [None, Some("ready")] {
            turn().await;
            {
                let guard = condition.acquire().await;
                if let Some(item) = item {
                    value.push(item);
                }
                condition.notify(&guard, 1);
            }
            turn().await;
            say!("{}", repr(task.done()));
        }
        say!("{}", repr(task.await));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_notify() {
    same! {
        let (condition, log) = (Condition::new(), Shared::log());
        let tasks = [1, 2, 3].map(|n| waiter(&condition, &log, move || n));
        turn().await;
        for n in [1, 2048] {
            {
                let guard = condition.acquire().await;
                condition.notify(&guard, n);
            }
            for _ in 0..5 {
                turn().await;
            }
            say!("{}", repr(log.get()));
        }
        drop(tasks);
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_notify_all() {
    same! {
        let (condition, log) = (Condition::new(), Shared::log());
        let tasks = [1, 2].map(|n| {
            let own = condition.clone();
            waiter(&condition, &log, move || (n, own.locked()))
        });
        turn().await;
        {
            let guard = condition.acquire().await;
            condition.notify_all(&guard);
        }
        gather(tasks).await;
        say!("{} {}", repr(log.get()), repr(condition.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_context_manager() {
    same! {
        let lock = Lock::new();
        let condition = Condition::with_lock(&lock);
        let both = || format!("{} {}", repr(lock.locked()), repr(condition.locked()));
        {
            let _guard = condition.acquire().await;
            say!("{}", both());
        }
        {
            let _guard = lock.acquire().await;
            say!("{}", both());
        }
        say!("{}", both());
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_timeout_in_block() {
    same! {
        let condition = Condition::new();
        {
            let mut guard = condition.acquire().await;
            let limit = Duration::from_millis(2);
            if wait_for(condition.wait(&mut guard), limit).await.is_err() {
                say!("TimeoutError {}", repr(condition.locked()));
            }
        }
        say!("{}", repr(condition.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_cancelled_error_wakeup() {
    same! {
        let condition = Condition::new();
        let task = spawn(async move {
            let mut guard = condition.acquire().await;
            condition.wait_for(&mut guard, || None::<()>).await
        });
        turn().await;
        task.cancel_with("foo");
        if let Err(error) = catch_cancelled(task).await {
            say!("{}", args(&error));
        }
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_cancelled_error_re_aquire() {
    same! {
        let condition = Condition::new();
        let own = condition.clone();
        let task = spawn(async move {
            let mut guard = own.acquire().await;
            own.wait(&mut guard).await;
        });
        turn().await;
        let guard = condition.acquire().await;
        condition.notify(&guard, 1);
        turn().await;
        task.cancel_with("foo");
        drop(guard);
        if let Err(error) = catch_cancelled(task).await {
            say!("{}", args(&error));
        }
    }
}

#[test]
fn test_asyncio_test_locks_py__ConditionTests__test_cancelled_wakeup() {
    same! {
        let (condition, items, log) = (Condition::new(), Shared::log(), Shared::log());
        let tasks = [0, 1].map(|n| {
            let (condition, items, log) = (condition.clone(), items.clone(), log.clone());
            spawn(async move {
                let mut guard = condition.acquire().await;
                let item = condition.wait_for(&mut guard, || items.change(Vec::pop)).await;
                log.push((n, item));
            })
        });
        turn().await;
        {
            let guard = condition.acquire().await;
            items.push("item");
            condition.notify(&guard, 1);
            tasks[0].cancel();
        }
        wait(&tasks).timeout(Duration::from_millis(500)).await;
        say!("{} {}", repr(tasks[0].cancelled()), repr(log.get()));
        tasks[1].cancel();
    }
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_barrier_parties() {
    same!(|| {
        // A negative number is no number of parties for the compiler.
        for _ in 0..2 {
            let refused = catch_unwind(|| Barrier::new(0)).unwrap_err();
            // The crate's own words name the remedy.
            let text = refused.downcast_ref::<&str>().unwrap();
            assert_eq!(*text, "a barrier of nobody is never passed: give at least 1 party");
            say!("ValueError: parties must be > 0");
        }
    });
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_context_manager() {
    same! {
        let (barrier, log) = (Barrier::new(3), Shared::log());
        for _ in 0..2 {
            gather((0..3).map(|_| async { log.push(barrier.wait().await.unwrap()) })).await;
            let mut numbers = log.change(std::mem::take);
            numbers.sort();
            say!("{} {} {}", repr(numbers), barrier.waiting(), repr(barrier.broken()));
        }
    }
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_filling_task_by_task() {
    same! {
        let barrier = Barrier::new(3);
        let mut tasks = Vec::new();
        for _ in 0..2 {
            tasks.push(spawn(barrier.wait()));
            turn().await;
            say!("{} {}", barrier.waiting(), repr(tasks.iter().any(Task::done)));
        }
        barrier.wait().await.unwrap();
        wait(&tasks).await;
        say!("{} {}", barrier.waiting(), repr(tasks.iter().all(Task::done)));
    }
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_blocking_tasks_while_draining() {
    same! {
        let (barrier, log) = (Barrier::new(2), Shared::log());
        let (own, logged) = (barrier.clone(), log.clone());
        let a = spawn(async move {
            for round in ["round 1", "round 2"] {
                own.wait().await.unwrap();
                logged.push(round);
            }
        });
        let b = spawn(barrier.wait());
        // Python sleeps here; after three turns all is certainly as it stays.
        for _ in 0..3 {
            turn().await;
        }
        say!(
            "{} {} {} {}",
            repr(log.get()),
            repr(a.done()),
            repr(b.done()),
            barrier.waiting()
        );
        barrier.wait().await.unwrap();
        a.await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_filling_tasks_cancel_one() {
    same! {
        let barrier = Barrier::new(3);
        let (t1, t2) = (spawn(barrier.wait()), spawn(barrier.wait()));
        turn().await;
        t1.cancel();
        turn().await;
        say!("{} {}", repr(t1.cancelled()), barrier.waiting());
        let numbers = gather((t2, barrier.wait(), barrier.wait())).await;
        assert!(matches!(numbers, (Ok(_), Ok(_), Ok(_))));
        say!("{} {}", barrier.waiting(), repr(barrier.broken()));
    }
}

#[test]
fn test_asyncio_test_locks_py__BarrierTests__test_abort_barrier() {
    same! {
        let barrier = Barrier::new(2);
        let task = spawn(barrier.wait());
        turn().await;
        barrier.abort();
        for result in [task.await, barrier.wait().await] {
            if result.is_err() {
                say!("BrokenBarrierError {}", repr(barrier.broken()));
            }
        }
        barrier.reset();
        let numbers = gather([barrier.wait(), barrier.wait()]).await;
        let mut numbers: Vec<_> = numbers.into_iter().map(Result::unwrap).collect();
        numbers.sort();
        say!("{} {}", repr(barrier.broken()), repr(numbers));
    }
}
