//! What the scopes of one task do with a request, beyond what asyncio can show.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Duration;

use futures_lite::future;
use twin_tasks::{
    Event, Failure, Task, TaskGroup, TimedOut, catch_cancelled, current_task, gather, run, sleep,
    spawn, timeout, wait,
};

fn ms(time: u64) -> impl Future<Output = ()> {
    sleep(Duration::from_millis(time))
}

/// Catches, cleans up in two turns, and goes on cancelling.
async fn cleans_up(log: Rc<RefCell<Vec<&'static str>>>, name: &'static str) {
    if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
        ms(0).await;
        ms(0).await;
        log.borrow_mut().push(name);
        cancelled.propagate().await;
    }
}

#[test]
fn a_scope_that_a_race_dropped_leaves_the_task_cancellable() {
    run(async {
        let task = spawn(async {
            future::or(async { drop(catch_cancelled(pending::<()>()).await) }, ms(0)).await;
            pending::<()>().await;
        });
        ms(5).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
}

#[test]
fn parallel_scopes_of_a_task_all_get_the_request() {
    run(async {
        let task = spawn(async {
            let caught = async || catch_cancelled(pending::<()>()).await.is_err();
            gather((caught(), caught(), gather([caught(), caught()]))).await
        });
        ms(0).await;
        task.cancel();
        // All caught it and went on: each has its value, but the gather was asked to end.
        assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));

        let task = spawn(async {
            let caught = async || catch_cancelled(pending::<()>()).await.is_err();
            future::zip(caught(), caught()).await
        });
        ms(0).await;
        task.cancel();
        assert_eq!(task.await, (true, true));
    });
}

#[test]
fn a_gather_waits_for_the_clean_up_of_all() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    run(async move {
        let task = spawn(async move {
            let quick = async {
                if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
                    log.borrow_mut().push("quick");
                    cancelled.propagate().await;
                }
            };
            let plain = pending::<()>();
            gather((plain, quick, cleans_up(log.clone(), "slow"))).await;
        });
        ms(0).await;
        task.cancel();
        assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));
    });
    assert_eq!(*seen.borrow(), ["quick", "slow"]);
}

#[test]
fn a_gather_of_many_waits_for_the_clean_up_of_all() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    run(async move {
        let task = spawn(gather(["a", "b", "c"].map(|name| cleans_up(log.clone(), name))));
        ms(0).await;
        task.cancel();
        assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));
    });
    assert_eq!(*seen.borrow(), ["a", "b", "c"]);
}

#[test]
fn a_child_that_was_cancelled_is_not_polled_while_its_siblings_clean_up() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    run(async move {
        let task = spawn(async move {
            // A tuple polls all of its children at each wake. These two would panic.
            let inner = gather((pending::<()>(), pending::<()>()));
            let limited = timeout(Duration::from_secs(60), pending::<()>());
            gather((inner, limited, cleans_up(log, "slow"))).await.0
        });
        ms(0).await;
        task.cancel();
        assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));
    });
    assert_eq!(*seen.borrow(), ["slow"]);
}

#[test]
fn a_second_request_cancels_the_clean_up() {
    let reached = Rc::new(Cell::new(false));
    let flag = reached.clone();
    run(async move {
        let task = spawn(async move {
            assert!(catch_cancelled(pending::<()>()).await.is_err());
            pending::<()>().await;
            flag.set(true);
        });
        ms(0).await;
        task.cancel();
        ms(0).await;
        assert!(!task.done());
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
    assert!(!reached.get());
}

/// They counted once at what the task waits for.
#[test]
fn requests_of_one_turn_are_counted_by_all_to_whom_they_are_handed_on() {
    /// How many requests each of a chain of joined tasks has seen, from its end to what was cancelled.
    async fn counts(cancel: impl AsyncFnOnce(&Task<Vec<u32>>)) -> Vec<u32> {
        let mut last = spawn(async {
            assert!(catch_cancelled(pending::<()>()).await.is_err());
            vec![current_task().cancelling()]
        });
        for _ in 0..2 {
            let inner = last;
            last = spawn(async move {
                let mut counts = inner.await;
                counts.push(current_task().cancelling());
                counts
            });
        }
        for _ in 0..3 {
            ms(0).await;
        }
        cancel(&last).await;
        last.await
    }
    run(async {
        let twice = counts(async |task| {
            task.cancel();
            task.cancel();
        });
        assert_eq!(twice.await, [2, 2, 2]);
        // One that is taken back has reached what the task waits for, as in asyncio.
        let taken_back = counts(async |task| {
            task.cancel();
            task.cancel();
            task.uncancel();
        });
        assert_eq!(taken_back.await, [2, 2, 1]);
        let once = counts(async |task| {
            task.cancel();
        });
        assert_eq!(once.await, [1, 1, 1]);
    });
}

#[test]
fn a_join_waits_for_the_clean_up_of_the_task() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    run(async move {
        let task = spawn(async move {
            let child = spawn(cleans_up(log.clone(), "child"));
            if let Err(cancelled) = catch_cancelled(child).await {
                log.borrow_mut().push("parent");
                cancelled.propagate().await;
            }
        });
        ms(0).await;
        ms(0).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
    assert_eq!(*seen.borrow(), ["child", "parent"]);
}

#[test]
fn run_waits_for_the_clean_up_of_what_is_left() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let left = log.clone();
    run(async move {
        drop(spawn(cleans_up(left.clone(), "a")));
        drop(spawn(cleans_up(left, "b")));
        ms(0).await;
    });
    assert_eq!(*log.borrow(), ["a", "b"]);
}

#[test]
fn a_timeout_that_is_dropped_while_it_expires_takes_its_request_back() {
    run(async {
        let stubborn = async {
            drop(catch_cancelled(pending::<()>()).await);
            pending::<()>().await;
        };
        future::or(async { assert!(timeout(Duration::ZERO, stubborn).await.is_err()) }, ms(20))
            .await;
        assert_eq!(current_task().cancelling(), 0);
    });
}

/// A task whose timeouts expired side by side was cancelled, for each took the other's request for
/// one from elsewhere.
#[test]
fn timeouts_beside_each_other_expire_each_by_itself() {
    run(async {
        let over = Event::new();
        let first = timeout(Duration::from_millis(5), async {
            let cancelled = catch_cancelled(pending::<()>()).await.unwrap_err();
            // Its request stays open until the other has ended.
            over.wait().await;
            cancelled.propagate().await
        });
        let second = async {
            let result = timeout(Duration::from_millis(10), pending::<()>()).await;
            over.set();
            result
        };
        assert_eq!(gather((first, second)).await, (Err(TimedOut), Err(TimedOut)));
        assert_eq!(current_task().cancelling(), 0);
    });
}

async fn spills() -> Result<(), ()> {
    panic!("spilt")
}

#[test]
fn a_panic_in_a_group_comes_out_when_all_have_ended() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        run(async move {
            let group = TaskGroup::run(async |group| {
                group.spawn(spills());
                let log = log.clone();
                group.spawn(async {
                    cleans_up(log, "cleaned up").await;
                    Ok::<(), ()>(())
                });
                ms(0).await;
                ms(0).await;
                Ok(())
            });
            drop(group.await);
        });
    }));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"spilt"));
    assert_eq!(*seen.borrow(), ["cleaned up"]);
}

#[test]
fn timeouts_tell_whose_time_it_was() {
    run(async {
        let long = Duration::from_secs(60);
        let short = Duration::from_millis(2);
        let inner = timeout(long, timeout(short, pending::<()>())).await;
        assert_eq!(inner, Ok(Err(TimedOut)));
        let outer = timeout(short, timeout(long, pending::<()>())).await;
        assert_eq!(outer, Err(TimedOut));
    });
}

#[test]
fn a_limited_group_that_fails_never_starts_the_rest() {
    let started = Rc::new(Cell::new(0));
    let count = started.clone();
    let errors = run(TaskGroup::with_limit(2, async move |group| {
        for child in 0..10 {
            let count = count.clone();
            group.spawn(async move {
                count.set(count.get() + 1);
                if child == 0 {
                    return Err("first");
                }
                pending::<()>().await;
                Ok(())
            });
        }
        Ok(())
    }));
    assert_eq!(errors.unwrap_err().errors(), ["first"]);
    // The two that the limit allows, and the one that took the place of the first at once.
    assert_eq!(started.get(), 2 + 1);
}

#[test]
fn a_request_that_waits_for_its_delivery_is_delivered_once() {
    run(async {
        let task = spawn(async {
            current_task().cancel();
            let first = catch_cancelled(ms(1)).await.is_err();
            let second = catch_cancelled(ms(1)).await.is_err();
            (first, second)
        });
        wait([&task]).await;
        assert_eq!(task.await, (true, false));
    });
}

/// A gather waits for the clean-up of all its children, also of those that had a gather inside
/// before: what they enter later is theirs, and not the inner children's.
#[test]
fn a_gather_waits_for_children_that_have_gathered_before() {
    async fn child(time: u64, log: Rc<RefCell<Vec<String>>>) {
        gather([ready(()), ready(())]).await;
        if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
            ms(time).await;
            log.borrow_mut().push(format!("{time}"));
            cancelled.propagate().await;
        }
    }
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    run(async move {
        let children = [60, 1, 30].map(|time| child(time, log.clone()));
        let task = spawn(async { gather(children).await });
        ms(1).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
        log.borrow_mut().push("over".to_owned());
    });
    assert_eq!(*seen.borrow(), ["1", "30", "60", "over"]);
}
