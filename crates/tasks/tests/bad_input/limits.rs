//! Numbers and times at their ends: none, and as much as there is.

use std::cell::Cell;
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::{Duration, Instant};

use twin_tasks::{
    Barrier, BaseQueue, BoundedSemaphore, Condition, Fifo, Gateway, Lifo, Order, Priority, Queue,
    RescheduleError, Semaphore, SubmittedError, Task, TaskGroup, TimedOut, Timeout, TryPutError,
    amap, as_completed, gather, gather_outcomes, move_on_after, race, run, sleep, spawn, timeout,
    timeout_at, to_thread, try_amap, try_gather, wait, wait_for,
};

use crate::help::{HOUR, check, ms, poll_once, refuses, turns};

#[test]
fn capacities() {
    /// A queue without room is refused, one with room for everything takes no memory for it.
    fn of_a_queue<O: Order<Item = u32>>() {
        refuses(&["at least 1"], || BaseQueue::<O>::bounded(0));
        let queue = BaseQueue::<O>::bounded(usize::MAX);
        assert_eq!(queue.capacity(), Some(usize::MAX));
        assert!(!queue.is_full());
        for number in 0..1000 {
            queue.try_put(number).unwrap();
        }
        assert_eq!((queue.len(), queue.is_full()), (1000, false));
        assert_eq!(std::iter::from_fn(|| queue.try_get().ok()).count(), 1000);
    }
    check(
        capacities,
        &[
            ("of a queue", of_a_queue::<Fifo<u32>>),
            ("of a last-in queue", of_a_queue::<Lifo<u32>>),
            ("of a priority queue", of_a_queue::<Priority<u32>>),
            ("of a queue for one", || {
                let queue = Queue::bounded(1);
                queue.try_put(1).unwrap();
                assert_eq!(queue.try_put(2), Err(TryPutError::Full(2)));
                assert!(queue.task_done().is_ok() && queue.task_done().is_err());
            }),
            ("of a semaphore: none", || {
                let cups = Semaphore::new(0);
                assert!(cups.locked() && cups.try_acquire().is_none());
                assert!(poll_once(cups.acquire()).is_none());
                cups.release();
                assert!(cups.try_acquire().is_some() && !cups.locked());
            }),
            ("of a semaphore: all", || {
                let cups = Semaphore::new(usize::MAX);
                // One more than there can be: it stays full, or says so.
                let _more = crate::help::value_or_refusal(|| cups.release());
                assert!(!cups.locked() && cups.try_acquire().is_some());
                let permits = (cups.try_acquire(), poll_once(cups.acquire()));
                assert!(permits.0.is_some() && permits.1.is_some());
                drop(permits);
                assert!(!cups.locked());
            }),
            ("of a bounded semaphore: none", || {
                let cups = BoundedSemaphore::new(0);
                assert!(cups.locked() && cups.try_acquire().is_none());
                assert!(cups.release().is_err() && cups.locked());
            }),
            ("of a bounded semaphore: all", || {
                let cups = BoundedSemaphore::new(usize::MAX);
                assert!(cups.release().is_err());
                let permit = cups.try_acquire().unwrap();
                permit.forget();
                assert!(cups.release().is_ok() && cups.release().is_err());
            }),
            ("of a barrier: none", || refuses(&["parties", "at least 1"], || Barrier::new(0))),
            ("of a barrier: one", || {
                let start = Barrier::new(1);
                assert_eq!(poll_once(start.wait()), Some(Ok(0)));
                assert_eq!(poll_once(start.wait()), Some(Ok(0)));
            }),
            ("of a barrier: all", || {
                let start = Barrier::new(usize::MAX);
                assert_eq!((start.parties(), poll_once(start.wait())), (usize::MAX, None));
            }),
            ("of a notification", || {
                run(async {
                    let (kettle, woken) = (Condition::new(), Rc::new(Cell::new(0)));
                    let waiter = || {
                        let (kettle, woken) = (kettle.clone(), woken.clone());
                        spawn(async move {
                            let mut guard = kettle.acquire().await;
                            kettle.wait(&mut guard).await;
                            woken.set(woken.get() + 1);
                        })
                    };
                    let waiters = [waiter(), waiter(), waiter()];
                    turns(2).await;
                    kettle.notify(&kettle.acquire().await, 0);
                    turns(5).await;
                    assert_eq!(woken.get(), 0);
                    kettle.notify(&kettle.acquire().await, usize::MAX);
                    gather(waiters).await;
                    assert_eq!(woken.get(), 3);
                });
            }),
            ("of a notification with the guard of another", || {
                let (kettle, other) = (Condition::new(), Condition::new());
                let guard = poll_once(other.acquire()).unwrap();
                refuses(&["lock of this condition"], || kettle.notify(&guard, 1));
                drop(guard);
                assert!(!other.locked() && !kettle.locked());
            }),
        ],
    );
}

#[test]
fn limits_on_how_many_at_once() {
    check(
        limits_on_how_many_at_once,
        &[
            ("of a map: none", || {
                refuses(&["at least 1"], || run(amap(0, [1], ready)));
                refuses(&["at least 1"], || run(amap(0, [0; 0], ready)));
                refuses(&["at least 1"], || run(try_amap(0, [Ok::<_, ()>(1)], ready)));
            }),
            ("of a map: all", || {
                assert_eq!(run(amap(usize::MAX, 0..1000, ready)).len(), 1000);
            }),
            ("of a group: none", || {
                refuses(&["at least 1"], || {
                    run(TaskGroup::with_limit(0, async |_: &TaskGroup| {}))
                });
            }),
            ("of a group: all", || {
                run(TaskGroup::with_limit(usize::MAX, async |group: &TaskGroup| {
                    for _ in 0..1000 {
                        group.spawn(turns(2));
                    }
                }));
            }),
            ("of a group: one, and a child that spawns", || {
                let ended = run(async {
                    let ended = Rc::new(Cell::new(0));
                    let count = ended.clone();
                    TaskGroup::with_limit(1, async move |group: &TaskGroup| {
                        let (own, other) = (group.clone(), count.clone());
                        group.spawn(async move {
                            own.spawn(async move { count.set(count.get() + 1) });
                            other.set(other.get() + 1);
                        });
                    })
                    .await;
                    ended.get()
                });
                assert_eq!(ended, 2);
            }),
            ("of a group that awaits its full self, for a time", || {
                let late = run(timeout(
                    ms(20),
                    TaskGroup::with_limit(1, async |group: &TaskGroup| {
                        let own = group.clone();
                        group.spawn(async move { own.spawn(ready(())).await });
                    }),
                ));
                assert_eq!(late, Err(TimedOut));
            }),
            ("of a group that awaits its full self, to the end of run", || {
                run(async {
                    spawn(TaskGroup::with_limit(1, async |group: &TaskGroup| {
                        let own = group.clone();
                        group.spawn(async move { own.spawn(ready(())).await });
                    }))
                    .detach();
                    turns(5).await;
                });
            }),
        ],
    );
}

#[test]
fn none_of_several() {
    type Never = std::future::Ready<Result<u32, ()>>;
    const NONE: [Never; 0] = [];
    check(
        none_of_several,
        &[
            ("gather", || assert!(run(gather(NONE)).is_empty())),
            ("gather that may fail", || assert_eq!(run(try_gather(NONE)), Ok(vec![]))),
            ("gather of outcomes", || assert!(run(gather_outcomes(NONE)).is_empty())),
            ("map", || assert!(run(amap(1, [0; 0], ready)).is_empty())),
            ("iteration", || {
                let results = as_completed(NONE);
                assert_eq!((results.len(), results.is_empty()), (0, true));
                assert_eq!(run(async move { results.next().await }), None);
            }),
            ("group", || run(TaskGroup::run(async |_: &TaskGroup| {}))),
            ("race", || {
                let needs = &["race needs at least one future"];
                refuses(needs, || run(async { race(NONE).await }));
                refuses(needs, || smol::block_on(race(NONE)));
            }),
            ("wait", || {
                refuses(&["wait"], || run(async { wait(<[Task<()>; 0]>::default()).await }));
            }),
        ],
    );
}

/// Long beyond every clock.
const FOREVER: Duration = Duration::MAX;

#[test]
fn times() {
    check(
        times,
        &[
            ("a sleep for ever", || {
                assert_eq!(run(timeout(ms(5), sleep(FOREVER))), Err(TimedOut));
                assert!(poll_once(sleep(FOREVER)).is_none());
            }),
            ("a sleep for ever that is left", || {
                run(async {
                    spawn(sleep(FOREVER)).detach();
                    turns(2).await;
                });
            }),
            ("a timeout for ever", || {
                run(async {
                    assert_eq!(timeout(FOREVER, ready(7)).await, Ok(7));
                    assert_eq!(timeout(FOREVER, turns(2)).await, Ok(()));
                    assert_eq!(wait_for(sleep(ms(1)), FOREVER).await, Ok(()));
                    assert_eq!(wait_for(turns(1), None).await, Ok(()));
                    assert_eq!(move_on_after(FOREVER, turns(2)).await, Some(()));
                    let inner = timeout(FOREVER, timeout(FOREVER, sleep(FOREVER)));
                    assert_eq!(timeout(ms(5), inner).await, Err(TimedOut));
                });
            }),
            ("a timeout for ever, under another executor", || {
                assert_eq!(smol::block_on(timeout(FOREVER, sleep(ms(1)))), Ok(()));
            }),
            ("a timeout for ever that is moved", || {
                run(async {
                    let moved = Timeout::after(FOREVER).run(|deadline| async move {
                        deadline.reschedule(Instant::now()).unwrap();
                        pending::<()>().await;
                    });
                    assert_eq!(moved.await, Err(TimedOut));
                });
            }),
            ("a wait for ever", || {
                run(async {
                    let tasks = [spawn(turns(2))];
                    assert_eq!(wait(&tasks).timeout(FOREVER).await.0.len(), 1);
                });
            }),
            ("a result, for ever", || {
                run(async {
                    let gateway = Gateway::new();
                    let seven = move || gateway.spawn(|| ready(7)).result_timeout(FOREVER);
                    assert_eq!(to_thread(seven).await, Ok(7));
                });
            }),
            ("no time", || {
                run(async {
                    assert_eq!(timeout(Duration::ZERO, ready(7)).await, Ok(7));
                    assert_eq!(timeout(Duration::ZERO, pending::<()>()).await, Err(TimedOut));
                    assert_eq!(wait_for(pending::<()>(), Duration::ZERO).await, Err(TimedOut));
                    assert_eq!(move_on_after(Duration::ZERO, pending::<()>()).await, None);
                    let tasks = [spawn(pending::<()>())];
                    assert_eq!(wait(&tasks).timeout(Duration::ZERO).await.1.len(), 1);
                    let gateway = Gateway::new();
                    let late = move || {
                        let never = gateway.spawn(pending::<()>);
                        let result = never.result_timeout(Duration::ZERO);
                        never.cancel();
                        result
                    };
                    assert_eq!(to_thread(late).await, Err(SubmittedError::TimedOut(TimedOut)));
                });
            }),
            ("a nanosecond", || {
                run(async {
                    sleep(Duration::from_nanos(1)).await;
                    let never = timeout(Duration::from_nanos(1), pending::<()>());
                    assert_eq!(never.await, Err(TimedOut));
                });
            }),
            ("a time that is over", || {
                run(async {
                    let past = Instant::now();
                    std::thread::sleep(ms(2));
                    assert_eq!(timeout_at(past, ready(7)).await, Ok(7));
                    assert_eq!(timeout_at(past, pending::<()>()).await, Err(TimedOut));
                    let moved = Timeout::after(HOUR).run(|deadline| async move {
                        deadline.reschedule(past).unwrap();
                        pending::<()>().await;
                    });
                    assert_eq!(moved.await, Err(TimedOut));
                });
            }),
            ("a time that no clock reaches", || {
                run(async {
                    let years = Duration::from_secs(60 * 60 * 24 * 365 * 1_000_000);
                    if let Some(far) = Instant::now().checked_add(years) {
                        assert_eq!(timeout_at(far, turns(2)).await, Ok(()));
                    }
                    assert_eq!(timeout(ms(5), sleep(years)).await, Err(TimedOut));
                });
            }),
            ("a deadline that is moved too early, and too late", || {
                run(async {
                    let limit = Timeout::never();
                    let deadline = limit.deadline();
                    assert_eq!(deadline.reschedule(None), Err(RescheduleError::NotEntered));
                    assert_eq!(limit.run(|_| turns(1)).await, Ok(()));
                    assert_eq!(deadline.reschedule(None), Err(RescheduleError::Finished));
                });
            }),
        ],
    );
}
