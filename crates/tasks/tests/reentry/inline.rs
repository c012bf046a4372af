//! Wakers that poll at once, inside the call that wakes them, under no executor.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Instant;

use twin_tasks::{
    Barrier, BaseQueue, BoundedSemaphore, Condition, Event, Fifo, Lifo, Lock, Order, Priority,
    Queue, Semaphore, TimedOut, Timeout, amap, as_completed, gather, gather_outcomes, promise,
    race, shield_task, try_gather, wait,
};

use super::futures::or_fail;
use super::harness::{HOUR, check, poll_once, reenters, reenters_by, run, turns};
use super::user::inline;
use super::wakers::{task, wait_at};

#[test]
fn wakers_that_poll_at_once() {
    check(
        wakers_that_poll_at_once,
        &[
            ("event", || {
                let event = Event::new();
                reenters_by(event.clone());
                let all = [inline(event.wait()), inline(event.wait()), inline(event.wait())];
                event.set();
                assert!(all.iter().all(|wait| wait.take().is_some()));
            }),
            ("event, the first of which drops the second", || {
                let event = Event::new();
                let (first, second) = (inline(event.wait()), inline(event.wait()));
                let third = inline(event.wait());
                let other = second.clone();
                reenters(move || drop(other.future.take()));
                event.set();
                assert!(first.take().is_some() && third.take().is_some());
            }),
            ("promise", || {
                let tea = promise();
                let other = tea.clone();
                reenters(move || assert_eq!(other.set(8), Err(8)));
                let all = [inline(tea.clone()), inline(tea.clone())];
                tea.set(7).unwrap();
                assert!(all.iter().all(|wait| wait.take() == Some(7)));
            }),
            ("lock", || {
                let lock = Lock::new();
                let guard = lock.try_acquire();
                reenters_by(lock.clone());
                let (first, second) = (inline(lock.acquire()), inline(lock.acquire()));
                drop(guard);
                let guard = first.take();
                assert!(guard.is_some() && second.take().is_none());
                drop(guard);
                assert!(second.take().is_some() && !lock.locked());
            }),
            ("lock, which each gives on at once", || {
                let (lock, log) = (Lock::new(), Rc::new(RefCell::new(Vec::new())));
                let guard = lock.try_acquire();
                reenters_by(lock.clone());
                let all = [0, 1, 2, 3].map(|name| {
                    let (lock, log) = (lock.clone(), log.clone());
                    inline(async move {
                        let _guard = lock.acquire().await;
                        log.borrow_mut().push(name);
                    })
                });
                drop(guard);
                assert!(all.iter().all(|visit| visit.take().is_some()));
                assert_eq!((log.take(), lock.locked()), (vec![0, 1, 2, 3], false));
            }),
            ("semaphore, the first of which drops the second", || {
                let cups = Semaphore::new(0);
                let (first, second) = (inline(cups.acquire()), inline(cups.acquire()));
                let third = inline(cups.acquire());
                let other = second.clone();
                reenters(move || drop(other.future.take()));
                cups.release();
                cups.release();
                assert!(first.take().is_some() && third.take().is_some());
                assert!(second.take().is_none());
            }),
            ("bounded semaphore", || {
                let cups = BoundedSemaphore::new(2);
                let permits = (cups.try_acquire(), cups.try_acquire());
                reenters_by(cups.clone());
                let (first, second) = (inline(cups.acquire()), inline(cups.acquire()));
                drop(permits);
                assert!(first.take().is_some() && second.take().is_some());
                assert!(cups.release().is_err());
            }),
            ("condition", || {
                let kettle = Condition::new();
                reenters_by(kettle.clone());
                let wait = || inline(wait_at(kettle.clone()));
                let all = [wait(), wait(), wait()];
                let guard = poll_once(kettle.acquire()).expect("nobody holds it");
                kettle.notify_all(&guard);
                assert!(all[0].take().is_none());
                drop(guard);
                assert!(all.iter().all(|wait| wait.take().is_some()));
                assert!(!kettle.locked());
            }),
            ("condition, the first of which drops the second", || {
                let kettle = Condition::new();
                let wait = || inline(wait_at(kettle.clone()));
                let (first, second, third) = (wait(), wait(), wait());
                let other = second.clone();
                reenters(move || drop(other.future.take()));
                let guard = poll_once(kettle.acquire()).expect("nobody holds it");
                kettle.notify(&guard, 2);
                drop(guard);
                // The notification of the one that went away is the third's.
                assert!(first.take().is_some() && third.take().is_some());
            }),
            ("barrier", || {
                let start = Barrier::new(3);
                reenters_by(start.clone());
                let (first, second) = (inline(start.wait()), inline(start.wait()));
                let third = inline(start.wait());
                let places = [first.take(), second.take(), third.take()];
                assert_eq!(places, [Some(Ok(0)), Some(Ok(1)), Some(Ok(2))]);
                assert_eq!(start.waiting(), 0);
            }),
            ("barrier that is broken by those whom it wakes", || {
                let start = Barrier::new(2);
                let first = inline(start.wait());
                let other = start.clone();
                reenters(move || other.abort());
                let second = inline(start.wait());
                assert_eq!((first.take(), second.take()), (Some(Ok(0)), Some(Ok(1))));
                assert!(start.broken());
            }),
            ("queue", at_once::<Fifo<u32>>),
            ("last-in queue", at_once::<Lifo<u32>>),
            ("priority queue", at_once::<Priority<u32>>),
            ("queue, where the first getter drops the second", || {
                let queue = Queue::new();
                let get = || {
                    let queue = queue.clone();
                    inline(async move { queue.get().await })
                };
                let (first, second, third) = (get(), get(), get());
                let other = second.clone();
                reenters(move || drop(other.future.take()));
                queue.try_put(1).unwrap();
                queue.try_put(2).unwrap();
                assert_eq!((first.take(), third.take()), (Some(Ok(1)), Some(Ok(2))));
            }),
            ("queue that is shut down, where the first getter drops the second", || {
                let queue = Queue::<u32>::new();
                let get = || {
                    let queue = queue.clone();
                    inline(async move { queue.get().await.is_err() })
                };
                let (first, second, third) = (get(), get(), get());
                let other = second.clone();
                reenters(move || drop(other.future.take()));
                queue.shutdown_immediately();
                assert_eq!((first.take(), third.take()), (Some(true), Some(true)));
            }),
            ("gather", || {
                let go = Event::new();
                reenters_by(go.clone());
                let two = || [go.wait(), go.wait()];
                let (many, pair) = (inline(gather(two())), inline(gather((go.wait(), go.wait()))));
                let (outcomes, maps) =
                    (inline(gather_outcomes(two())), inline(amap(1, two(), |wait| wait)));
                let (tries, raced) = (inline(try_gather(two().map(or_fail))), inline(race(two())));
                go.set();
                assert_eq!(many.take().map(|all| all.len()), Some(2));
                assert!(pair.take().is_some() && outcomes.take().is_some());
                assert_eq!(maps.take().map(|all| all.len()), Some(2));
                assert_eq!((tries.take(), raced.take()), (Some(Ok(vec![(); 2])), Some((0, ()))));
            }),
            ("iteration, for whose next two wait", || {
                let (first, second) = (Event::new(), Event::new());
                let results = Rc::new(as_completed([first.wait(), second.wait()]));
                reenters_by(results.clone());
                let (one, two) = (inline(results.next()), inline(results.next()));
                second.set();
                first.set();
                let mut all = [one.take().flatten(), two.take().flatten()];
                all.sort();
                assert_eq!(all, [Some((0, ())), Some((1, ()))]);
                assert!(results.is_empty());
                reenters(|| {});
            }),
            ("timeout whose deadline is moved", || {
                let limit = Timeout::after(HOUR);
                let deadline = limit.deadline();
                reenters_by(deadline.clone());
                let never = inline(limit.run(|_| pending::<()>()));
                deadline.reschedule(Instant::now()).unwrap();
                assert_eq!(never.take(), Some(Err(TimedOut)));
                assert!(deadline.expired());
            }),
            ("end of a task", || {
                run(async {
                    let (go, task) = task();
                    reenters_by(task.clone());
                    let handle = task.handle();
                    let ended = inline(async move { handle.ended().await });
                    let (outcome, waited) = (inline(task.clone().outcome()), wait([task.clone()]));
                    let (waited, shielded) = (inline(waited), inline(shield_task(task.clone())));
                    turns(1).await;
                    go.set();
                    task.await;
                    turns(1).await;
                    assert!(ended.take().is_some() && matches!(outcome.take(), Some(Ok(7))));
                    assert_eq!(waited.take().map(|(done, _)| done.len()), Some(1));
                    assert_eq!(shielded.take(), Some(7));
                });
            }),
        ],
    );
}

/// Getters, putters and those who join are woken inside the call that lets them go on.
fn at_once<O: Order<Item = u32> + 'static>() {
    let queue = BaseQueue::<O>::bounded(1);
    reenters_by(queue.clone());
    let (get, put, join) = (queue.clone(), queue.clone(), queue.clone());
    let getter = inline(async move { get.get().await });
    queue.try_put(1).unwrap();
    assert_eq!((getter.take(), queue.len()), (Some(Ok(1)), 0));

    queue.try_put(2).unwrap();
    let putter = inline(async move { put.put(3).await });
    assert_eq!(queue.try_get(), Ok(2));
    assert_eq!((putter.take(), queue.len()), (Some(Ok(())), 1));

    let joins = inline(async move { join.join().await });
    for _ in 0..3 {
        assert!(joins.take().is_none());
        queue.task_done().unwrap();
    }
    assert!(joins.take().is_some());
    assert_eq!(queue.try_get(), Ok(3));
    let get = queue.clone();
    let getter = inline(async move { get.get().await });
    queue.shutdown();
    assert!(getter.take().is_some_and(|got| got.is_err()));
}
