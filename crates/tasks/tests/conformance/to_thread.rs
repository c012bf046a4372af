//! Threads beside the event loop. Those that wait for it do so by the system's clock: a virtual one
//! would wait for them.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use twin_tasks::{
    Gateway, SubmittedError, TimedOut, current_task, gather, run, task_local, to_thread,
};
use twins_conformance::{repr, say};

use crate::catalogue::ms;

#[test]
fn test_asyncio_test_tasks_py__RunCoroutineThreadsafeTests__test_run_coroutine_threadsafe() {
    async fn add(a: i32, b: i32) -> i32 {
        ms(1).await;
        a + b
    }
    same!(|| run(async {
        let event_loop = Gateway::new();
        let target = move || event_loop.spawn(|| add(1, 2)).result();
        say!("{}", to_thread(target).await.unwrap());
    }));
}

#[test]
fn test_asyncio_test_tasks_py__RunCoroutineThreadsafeTests__test_run_coroutine_threadsafe_with_exception()
 {
    async fn fail() -> Result<(), &'static str> {
        Err("Fail!")
    }
    same!(|| run(async {
        let event_loop = Gateway::new();
        let target = move || match event_loop.spawn(fail).result() {
            Ok(Err(error)) => format!("thread caught {error}"),
            other => panic!("{other:?}"),
        };
        say!("{}", to_thread(target).await);
    }));
}

#[test]
fn test_asyncio_test_tasks_py__RunCoroutineThreadsafeTests__test_run_coroutine_threadsafe_with_timeout()
 {
    struct Cancelled(Arc<Mutex<Vec<&'static str>>>);
    impl Drop for Cancelled {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("cancelled in loop");
        }
    }
    same!(|| run(async {
        let event_loop = Gateway::new();
        let log = Arc::new(Mutex::new(Vec::new()));
        let finally = Cancelled(log.clone());
        let target = move || {
            let slow = event_loop.spawn(|| async move {
                let _finally = finally;
                ms(10_000).await;
            });
            let result = slow.result_timeout(Duration::from_millis(20));
            let cancelled = slow.cancel();
            // So that the loop has dealt with it when the thread ends.
            assert_eq!(slow.result(), Err(SubmittedError::Cancelled));
            (result, cancelled)
        };
        let (result, cancelled) = to_thread(target).await;
        if result == Err(SubmittedError::TimedOut(TimedOut)) {
            say!("('TimeoutError', {})", repr(cancelled));
        }
        say!("{}", repr(&*log.lock().unwrap()));
    }));
}

#[test]
fn test_asyncio_test_tasks_py__RunCoroutineThreadsafeTests__test_run_coroutine_threadsafe_task_cancelled()
 {
    async fn cancels_itself() {
        current_task().cancel();
        ms(10_000).await;
    }
    same!(|| run(async {
        let event_loop = Gateway::new();
        let target = move || match event_loop.spawn(cancels_itself).result() {
            Err(SubmittedError::Cancelled) => "CancelledError in thread",
            other => panic!("{other:?}"),
        };
        say!("{}", to_thread(target).await);
    }));
}

#[test]
fn test_asyncio_test_threads_py__ToThreadTests__test_to_thread() {
    same! {
        let numbers = [40, 2];
        say!("{}", to_thread(move || numbers.iter().sum::<i32>()).await);
        let other = to_thread(|| thread::current().id()).await;
        say!("{}", repr(other != thread::current().id()));
    }
}

#[test]
fn test_asyncio_test_threads_py__ToThreadTests__test_to_thread_concurrent() {
    same! {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let barrier = Arc::new(Barrier::new(3));
        let threads = (0..3).map(|i| {
            let (calls, barrier) = (calls.clone(), barrier.clone());
            to_thread(move || {
                barrier.wait();
                calls.lock().unwrap().push(i);
            })
        });
        gather(threads).await;
        let mut calls = calls.lock().unwrap().clone();
        calls.sort();
        say!("{}", repr(calls));
    }
}

#[test]
fn test_asyncio_test_threads_py__ToThreadTests__test_to_thread_contextvars() {
    task_local! {
        static CTX: &'static str;
    }
    same! {
        CTX.set("parrot");
        say!("{}", to_thread(|| CTX.get()).await.unwrap());
    }
}
