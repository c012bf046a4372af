//! A `finally` that awaits, in each way in which its work can end.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use futures_lite::future;
use twin_tasks::{Cancelled, catch_cancelled, finally, run, sleep, spawn};

type Log = Rc<RefCell<Vec<&'static str>>>;

fn turn() -> impl Future<Output = ()> {
    sleep(Duration::ZERO)
}

/// Says when it is dropped.
struct Says(&'static str, Log);

impl Drop for Says {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

/// What `work` and its clean-up do, in order.
async fn logged<T>(work: impl Future<Output = T>, log: Log) -> T {
    let says = Says("work ends", log.clone());
    let work = async move {
        let _says = says;
        work.await
    };
    let clean_up = async {
        log.borrow_mut().push("clean-up begins");
        turn().await;
        log.borrow_mut().push("clean-up ends");
    };
    let output = finally(work, clean_up).await;
    log.borrow_mut().push("goes on");
    output
}

const CLEANED_UP: [&str; 3] = ["work ends", "clean-up begins", "clean-up ends"];

#[test]
fn a_value_comes_after_the_clean_up() {
    let log = Log::default();
    assert_eq!(run(logged(async { "tea" }, log.clone())), "tea");
    assert_eq!(log.borrow()[..3], CLEANED_UP);
    assert_eq!(log.borrow()[3..], ["goes on"]);
}

#[test]
fn an_error_is_a_value() {
    let log = Log::default();
    assert_eq!(run(logged(async { Err::<(), _>("spilt") }, log.clone())), Err("spilt"));
    assert_eq!(log.borrow()[..3], CLEANED_UP);
}

#[test]
fn a_request_goes_on_after_the_clean_up() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let task = spawn(logged(pending::<()>(), log));
        turn().await;
        task.cancel_with("closing time");
        let cancelled = catch_cancelled(task).await.unwrap_err();
        assert_eq!(cancelled.reason(), Some(&"closing time"));
    });
    assert_eq!(*seen.borrow(), CLEANED_UP);
}

#[test]
fn a_cancellation_of_the_work_goes_on_after_the_clean_up() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let work = async { Cancelled::new().propagate().await };
        assert!(catch_cancelled(logged::<()>(work, log)).await.is_err());
    });
    assert_eq!(*seen.borrow(), CLEANED_UP);
}

#[test]
fn a_panic_goes_on_after_the_clean_up() {
    let log = Log::default();
    let work = logged(async { panic!("spilt") }, log.clone());
    let result = catch_unwind(AssertUnwindSafe(|| run::<_>(work)));
    let panic: Box<dyn std::any::Any + Send> = result.map(|(): ()| ()).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"spilt"));
    assert_eq!(*log.borrow(), CLEANED_UP);
}

#[test]
fn a_panic_does_not_vanish_with_a_clean_up_that_is_cancelled() {
    let reached = Rc::new(Cell::new(false));
    let flag = reached.clone();
    let result = catch_unwind(AssertUnwindSafe(|| {
        run(async move {
            let task = spawn(finally(async { panic!("spilt") }, async move {
                flag.set(true);
                pending().await
            }));
            turn().await;
            task.cancel();
            assert!(catch_cancelled::<_>(task).await.map(|(): ()| ()).is_err());
        });
    }));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"spilt"));
    assert!(reached.get());
}

#[test]
fn a_second_request_cancels_the_clean_up() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let task = spawn(logged(pending::<()>(), log));
        turn().await;
        task.cancel();
        turn().await;
        assert!(!task.done());
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
    assert_eq!(*seen.borrow(), ["work ends", "clean-up begins"]);
}

#[test]
fn what_is_dropped_does_not_clean_up() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        assert!(future::poll_once(Box::pin(logged(pending::<()>(), log))).await.is_none());
    });
    assert_eq!(*seen.borrow(), ["work ends"]);
}

#[test]
fn under_another_executor_it_cleans_up_after_values_and_panics() {
    let log = Log::default();
    assert_eq!(future::block_on(logged(async { "tea" }, log.clone())), "tea");
    assert_eq!(log.borrow()[..3], CLEANED_UP);
    let log = Log::default();
    let work = logged(async { panic!("spilt") }, log.clone());
    assert!(catch_unwind(AssertUnwindSafe(|| future::block_on::<()>(work))).is_err());
    assert_eq!(*log.borrow(), CLEANED_UP);
}
