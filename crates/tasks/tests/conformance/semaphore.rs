//! Semaphores.

use twin_tasks::{BoundedSemaphore, Semaphore, Task, gather, gather_outcomes, spawn, wait};
use twins_conformance::{repr, say};

use crate::catalogue::{Shared, ms, turn};

/// `await semaphore.acquire()`, which is always true, and keeps the permit.
async fn acquire(semaphore: Semaphore) -> bool {
    semaphore.acquire().await.forget();
    true
}

/// Acquires, and logs that it has.
async fn logs<T>(semaphore: Semaphore, n: T, log: Shared<Vec<T>>) {
    acquire(semaphore).await;
    log.push(n);
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_initial_value_zero() {
    same! {
        let semaphore = Semaphore::new(0);
        say!("{}", repr(semaphore.locked()));
        let task = spawn(acquire(semaphore.clone()));
        turn().await;
        say!("{}", repr(task.done()));
        semaphore.release();
        say!("{} {}", repr(task.await), repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire() {
    same! {
        let (semaphore, log) = (Semaphore::new(3), Shared::log());
        let tasks: Vec<Task<()>> =
            (1..6).map(|n| spawn(logs(semaphore.clone(), n, log.clone()))).collect();
        turn().await;
        say!("{} {}", repr(log.get()), repr(semaphore.locked()));
        semaphore.release();
        semaphore.release();
        turn().await;
        say!("{} {}", repr(log.get()), repr(semaphore.locked()));
        drop(tasks);
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_limit() {
    same! {
        let semaphore = Semaphore::new(2);
        let (current, peak) = (Shared::new(0), Shared::new(0));
        let job = async || {
            let _permit = semaphore.acquire().await;
            current.change(|current| *current += 1);
            peak.change(|peak| *peak = current.get().max(*peak));
            ms(1).await;
            current.change(|current| *current -= 1);
        };
        gather((0..6).map(|_| job())).await;
        say!("{} {} {}", peak.get(), current.get(), repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_cancel() {
    same! {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().await.forget();
        let task = spawn(acquire(semaphore.clone()));
        turn().await;
        task.cancel();
        wait([&task]).await;
        semaphore.release();
        say!("{} {}", repr(task.cancelled()), repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_cancel_before_awoken() {
    same! {
        let semaphore = Semaphore::new(0);
        let tasks: Vec<_> = (0..4).map(|_| spawn(acquire(semaphore.clone()))).collect();
        turn().await;
        tasks[0].cancel();
        tasks[1].cancel();
        semaphore.release();
        turn().await;
        turn().await;
        let cancelled: Vec<_> = tasks[..2].iter().map(Task::cancelled).collect();
        let done: Vec<_> = tasks[2..].iter().map(Task::done).collect();
        say!("{} {}", repr(cancelled), repr(done));
        tasks[3].cancel();
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_hang_after_release() {
    same! {
        let semaphore = Semaphore::new(0);
        let [t1, t2] = [(); 2].map(|()| spawn(acquire(semaphore.clone())));
        turn().await;
        semaphore.release();
        t1.cancel();
        turn().await;
        turn().await;
        say!("{} {} {}", repr(t1.cancelled()), repr(t2.done()), repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_release_not_acquired() {
    same! {
        let bounded = BoundedSemaphore::new(1);
        if let Err(error) = bounded.release() {
            say!("ValueError: {error}");
        }
        let semaphore = Semaphore::new(1);
        semaphore.release();
        let (first, second) = (acquire(semaphore.clone()).await, acquire(semaphore.clone()).await);
        say!("{} {} {}", repr(first), repr(second), repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_release_no_waiters() {
    same! {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await;
        say!("{}", repr(semaphore.locked()));
        drop(permit);
        say!("{}", repr(semaphore.locked()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_fifo_order_2() {
    same! {
        let (semaphore, log) = (Semaphore::new(1), Shared::log());
        let c1 = spawn(logs(semaphore.clone(), 1, log.clone()));
        let (again, logged) = (semaphore.clone(), log.clone());
        let c2 = spawn(async move {
            logs(again.clone(), 2, logged.clone()).await;
            again.release();
            logs(again, 4, logged).await;
        });
        let c3 = spawn(logs(semaphore.clone(), 3, log.clone()));
        turn().await;
        semaphore.release();
        semaphore.release();
        gather([c1, c2, c3]).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_fifo_order_3() {
    same! {
        let (semaphore, log) = (Semaphore::new(0), Shared::log());
        let tasks = [1, 2, 3].map(|n| spawn(logs(semaphore.clone(), n, log.clone())));
        turn().await;
        tasks[0].cancel();
        turn().await;
        semaphore.release();
        semaphore.release();
        gather_outcomes(tasks).await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_locks_py__SemaphoreTests__test_acquire_fifo_order_4() {
    same! {
        let (semaphore, log) = (Semaphore::new(0), Shared::log());
        let (first, logged) = (semaphore.clone(), log.clone());
        // Python's gather makes tasks; here they are spawned.
        let c1 = spawn(async move {
            acquire(first).await;
            let c4 = logged.clone();
            drop(spawn(async move { c4.push(4) }));
            logged.push(1);
        });
        let (second, logged) = (semaphore.clone(), log.clone());
        let c2 = spawn(async move {
            for _ in 0..3 {
                second.release();
            }
            logs(second, 2, logged).await;
        });
        let c3 = spawn(logs(semaphore.clone(), 3, log.clone()));
        gather([c1, c2, c3]).await;
        turn().await;
        say!("{}", repr(log.get()));
    }
}
