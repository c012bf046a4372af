//! What is dropped half-way leaves nothing behind: no future, no task, no request, no place among
//! those who wait.

use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use futures_lite::future;
use twin_tasks::{
    Barrier, Condition, Event, Gateway, Lock, Queue, Semaphore, TaskGroup, amap, as_completed,
    catch_cancelled, current_task, gather, gather_outcomes, promise, race, run, shield, sleep,
    spawn, timeout, try_amap, try_gather, wait, wait_for,
};

const LONG: Duration = Duration::from_secs(60);

/// Polls a future twice and drops it. What it held is gone when `run` ends, whether or not those
/// whom that cancelled got a turn before.
#[track_caller]
fn check<F>(make: impl Fn(Rc<()>) -> F + Copy + 'static)
where
    F: Future + 'static,
{
    for turns in [3, 0] {
        let held = Rc::new(());
        let holder = held.clone();
        run(async move {
            let mut future = Box::pin(make(holder));
            assert!(future::poll_once(&mut future).await.is_none());
            sleep(Duration::ZERO).await;
            assert!(future::poll_once(&mut future).await.is_none());
            let requests = current_task().cancelling();
            drop(future);
            assert_eq!(current_task().cancelling(), requests);
            for _ in 0..turns {
                sleep(Duration::ZERO).await;
            }
        });
        assert_eq!(Rc::strong_count(&held), 1, "something still holds it");
    }
}

async fn holds(held: Rc<()>) {
    pending::<()>().await;
    drop(held);
}

async fn holds_or_fails(held: Rc<()>) -> Result<(), ()> {
    holds(held).await;
    Err(())
}

#[test]
fn futures_in_the_calling_task() {
    check(|held| gather([holds(held.clone()), holds(held)]));
    check(|held| gather((holds(held.clone()), holds(held))));
    check(|held| gather_outcomes([holds(held)]));
    check(|held| try_gather([holds_or_fails(held)]));
    check(|held| race([holds(held)]));
    check(|held| amap(1, [held.clone(), held], holds));
    check(|held| async { amap(1, [held.clone(), held], holds).as_completed().next().await });
    check(|held| try_amap(1, [held.clone(), held], holds_or_fails));
    check(|held| async { as_completed([holds(held)]).next().await });
    check(|held| timeout(LONG, holds(held)));
    check(|held| wait_for(timeout(LONG, holds(held)), LONG));
    check(|held| catch_cancelled(holds(held)));
}

#[test]
fn results_that_wait_for_others() {
    check(|held| gather([Some(held), None].map(or_never)));
    check(|held| gather((async { held }, pending::<()>())));
    check(|held| gather_outcomes([Some(held), None].map(or_never)));
    check(|held| amap(2, [Some(held), None], or_never));
}

async fn or_never(value: Option<Rc<()>>) -> Rc<()> {
    match value {
        Some(value) => value,
        None => pending().await,
    }
}

#[test]
fn tasks_that_were_started_by_it() {
    // They run on, and `run` cancels them.
    check(|held| gather([spawn(holds(held))]));
    check(|held| shield(holds(held)));
    check(|held| wait([spawn(holds(held))]));
    check(|held| async {
        let _gateway = Gateway::new();
        holds(held).await;
    });
}

#[test]
fn groups_with_their_children() {
    check(|held| {
        TaskGroup::run(async move |group| {
            group.spawn(holds_or_fails(held.clone()));
            holds_or_fails(held).await
        })
    });
    // Two of the children wait for their first turn.
    check(|held| {
        TaskGroup::with_limit(1, async move |group| {
            for _ in 0..3 {
                group.spawn(holds_or_fails(held.clone()));
            }
            Ok(())
        })
    });
    // The error that the group would have given.
    check(|held| {
        TaskGroup::run(async move |group| {
            let error = held.clone();
            group.spawn(async { Err::<(), _>(error) });
            let _cancelled = catch_cancelled(pending::<()>()).await;
            holds(held).await;
            Ok(())
        })
    });
    // The error of a child that is cancelled with the group.
    check(|held| {
        TaskGroup::run(async |group| {
            group.spawn(async {
                let _cancelled = catch_cancelled(pending::<()>()).await;
                Err::<(), _>(held)
            });
            pending::<Result<(), _>>().await
        })
    });
}

#[test]
fn places_among_those_who_wait() {
    check(|held| async {
        let queue = Queue::bounded(1);
        queue.put(held.clone()).await.unwrap();
        queue.put(held).await.unwrap();
    });
    check(|held| async {
        let _held = held;
        Queue::<()>::new().get().await.unwrap();
    });
    check(|held| async {
        let _held = held;
        let lock = Lock::new();
        let _guard = lock.acquire().await;
        lock.acquire().await
    });
    check(|held| async {
        let _held = held;
        Semaphore::new(0).acquire().await
    });
    check(|held| async {
        let _held = held;
        Event::new().wait().await;
    });
    check(|held| async {
        let _held = held;
        Barrier::new(2).wait().await
    });
    check(|held| async {
        let _held = held;
        let condition = Condition::new();
        let mut guard = condition.acquire().await;
        condition.wait(&mut guard).await;
    });
    check(|held| async {
        let _held = held;
        promise::<()>().await;
    });
}

#[test]
fn who_left_a_queue_of_waiters_is_passed_over() {
    run(async {
        let (lock, cups, orders) = (Lock::new(), Semaphore::new(0), Queue::new());
        let guard = lock.acquire().await;
        for _ in 0..3 {
            let waits = (lock.acquire(), cups.acquire(), orders.get());
            let mut waits = Box::pin(gather(waits));
            assert!(future::poll_once(&mut waits).await.is_none());
        }
        drop(guard);
        cups.release();
        orders.put("tea").await.unwrap();
        let all = gather((lock.acquire(), cups.acquire(), orders.get()));
        assert_eq!(all.await.2, Ok("tea"));
    });
}
