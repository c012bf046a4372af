//! Wakers of a user, in the event loop: they run code when they wake and when they are dropped.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::{Duration, Instant};

use twin_tasks::{
    Barrier, BaseQueue, BoundedSemaphore, Condition, Deadline, Event, Failure, Fifo, Lifo, Lock,
    Order, Priority, Queue, Semaphore, Task, TaskGroup, TimedOut, Timeout, amap, as_completed,
    catch_cancelled, finally, gather, gather_outcomes, promise, race, shield, shield_task, sleep,
    spawn, timeout, try_gather, wait, wait_for,
};

use super::futures::or_fail;
use super::harness::{HOUR, check, half_way, poll_once, reenters, reenters_by, run, turns};
use super::touch::Touch;
use super::user::watched;

/// A wait that is given up half-way, then one that ends by `end`: both are polled with another
/// waker each time, and each of these runs code of the user when it wakes or is dropped.
async fn waits<F: Future + 'static>(wait: impl Fn() -> F, end: impl FnOnce()) -> F::Output {
    half_way(watched(wait())).await;
    let task = spawn(watched(wait()));
    turns(6).await;
    end();
    task.await
}

pub(super) async fn wait_at(condition: Condition) {
    let mut guard = condition.acquire().await;
    condition.wait(&mut guard).await;
}

#[test]
fn wakers_of_those_who_meet() {
    check(
        wakers_of_those_who_meet,
        &[
            ("event", || {
                run(async {
                    let event = Event::new();
                    reenters_by(event.clone());
                    waits(|| event.wait(), || event.set()).await;
                    assert!(event.is_set());
                });
            }),
            ("event that is cleared by those whom it wakes", || {
                run(async {
                    let event = Event::new();
                    let wait = || spawn(watched(event.wait()));
                    let both = [wait(), wait()];
                    turns(6).await;
                    let other = event.clone();
                    reenters(move || other.clear());
                    event.set();
                    gather(both).await;
                    assert!(!event.is_set());
                });
            }),
            ("event that is set by a waker which goes away", || {
                run(async {
                    let event = Event::new();
                    let other = event.clone();
                    reenters(move || other.set());
                    waits(|| event.wait(), || {}).await;
                });
            }),
            ("promise", || {
                run(async {
                    let tea = promise();
                    reenters_by(tea.clone());
                    assert_eq!(waits(|| tea.clone(), || tea.set(7).unwrap()).await, 7);
                });
            }),
            ("promise that is set by a waker which goes away", || {
                run(async {
                    let tea = promise();
                    let other = tea.clone();
                    reenters(move || {
                        let _set = other.set(7);
                    });
                    assert_eq!(waits(|| tea.clone(), || {}).await, 7);
                });
            }),
            ("promise that is cancelled", || {
                run(async {
                    let tea = promise::<()>();
                    reenters_by(tea.clone());
                    let end = || assert!(tea.cancel());
                    let wait = || {
                        let tea = tea.clone();
                        // What is given up must not be cancelled by that.
                        async move { catch_cancelled(tea).await.is_err() }
                    };
                    assert!(waits(wait, end).await);
                });
            }),
            ("lock", || {
                run(async {
                    let lock = Lock::new();
                    let guard = lock.acquire().await;
                    reenters_by(lock.clone());
                    let guard = waits(|| lock.acquire(), || drop(guard)).await;
                    assert!(lock.locked() && lock.try_acquire().is_none());
                    drop(guard);
                    assert!(!lock.locked());
                });
            }),
            ("semaphore", || {
                run(async {
                    let cups = Semaphore::new(0);
                    reenters_by(cups.clone());
                    let permit = waits(|| cups.acquire(), || cups.release()).await;
                    assert!(cups.locked());
                    drop(permit);
                    assert!(!cups.locked());
                });
            }),
            ("semaphore whose wakers release more", || {
                run(async {
                    let cups = Semaphore::new(0);
                    let wait = || {
                        let cups = cups.clone();
                        spawn(watched(async move { cups.acquire().await.forget() }))
                    };
                    let all = [wait(), wait(), wait()];
                    turns(6).await;
                    let other = cups.clone();
                    reenters(move || other.release());
                    cups.release();
                    gather(all).await;
                });
            }),
            ("bounded semaphore", || {
                run(async {
                    let cups = BoundedSemaphore::new(1);
                    let permit = cups.acquire().await;
                    reenters_by(cups.clone());
                    let permit = waits(|| cups.acquire(), || drop(permit)).await;
                    assert!(cups.locked() && cups.try_acquire().is_none());
                    drop(permit);
                    assert!(cups.release().is_err());
                });
            }),
            ("condition", || {
                run(async {
                    let kettle = Condition::new();
                    reenters_by(kettle.clone());
                    let end = || {
                        let guard = poll_once(kettle.acquire()).expect("nobody holds it");
                        kettle.notify_all(&guard);
                    };
                    waits(|| wait_at(kettle.clone()), end).await;
                    assert!(!kettle.locked());
                });
            }),
            ("barrier", || {
                run(async {
                    let start = Barrier::new(3);
                    reenters_by(start.clone());
                    let end = || {
                        spawn(start.wait()).detach();
                        spawn(start.wait()).detach();
                    };
                    assert_eq!(waits(|| start.wait(), end).await, Ok(0));
                    assert_eq!(start.waiting(), 0);
                });
            }),
            ("barrier that is broken, and repaired", || {
                run(async {
                    let start = Barrier::new(3);
                    reenters_by(start.clone());
                    assert!(waits(|| start.wait(), || start.reset()).await.is_err());
                    assert!(waits(|| start.wait(), || start.abort()).await.is_err());
                });
            }),
            ("getter of a queue", getter::<Fifo<u32>>),
            ("getter of a last-in queue", getter::<Lifo<u32>>),
            ("getter of a priority queue", getter::<Priority<u32>>),
            ("putter of a queue", putter::<Fifo<u32>>),
            ("putter of a last-in queue", putter::<Lifo<u32>>),
            ("putter of a priority queue", putter::<Priority<u32>>),
            ("those who wait for the end of the work", || {
                run(async {
                    let queue = Queue::new();
                    queue.try_put(1).unwrap();
                    reenters_by(queue.clone());
                    let wait = || {
                        let queue = queue.clone();
                        async move { queue.join().await }
                    };
                    waits(wait, || queue.task_done().unwrap()).await;
                    assert!(queue.task_done().is_err());
                });
            }),
        ],
    );
}

fn getter<O: Order<Item = u32> + 'static>() {
    run(async {
        let queue = BaseQueue::<O>::new();
        reenters_by(queue.clone());
        let wait = || {
            let queue = queue.clone();
            async move { queue.get().await }
        };
        assert_eq!(waits(wait, || queue.try_put(7).unwrap()).await, Ok(7));
        assert!(waits(wait, || queue.shutdown()).await.is_err());
    });
}

fn putter<O: Order<Item = u32> + 'static>() {
    run(async {
        let queue = BaseQueue::<O>::bounded(1);
        queue.try_put(1).unwrap();
        reenters_by(queue.clone());
        let wait = || {
            let queue = queue.clone();
            async move { queue.put(2).await.is_ok() }
        };
        assert!(waits(wait, || assert_eq!(queue.try_get(), Ok(1))).await);
        assert!(!waits(wait, || queue.shutdown()).await);
        assert_eq!(queue.try_get(), Ok(2));
    });
}

#[test]
fn wakers_of_those_who_wait_for_others() {
    check(
        wakers_of_those_who_wait_for_others,
        &[
            ("the end of a task", || {
                run(async {
                    let (go, task) = task();
                    reenters_by(task.clone());
                    let wait = || {
                        let handle = task.handle();
                        async move { handle.ended().await }
                    };
                    waits(wait, || go.set()).await;
                    assert_eq!(task.await, 7);
                });
            }),
            ("a task", || {
                run(async {
                    let (go, task) = task();
                    let (other, before) = (task.handle(), task.clone());
                    reenters_by(other);
                    // What is given up leaves the task alone.
                    assert_eq!(waits(|| before.clone(), || go.set()).await, 7);
                    assert_eq!(task.await, 7);
                });
            }),
            ("the outcome of a task", || {
                run(async {
                    let (go, task) = task();
                    reenters_by(task.clone());
                    let outcome = waits(|| task.clone().outcome(), || go.set()).await;
                    assert!(matches!(outcome, Ok(7)));
                });
            }),
            ("a shielded task", || {
                run(async {
                    let (go, task) = task();
                    reenters_by(task.clone());
                    assert_eq!(waits(|| shield_task(task.clone()), || go.set()).await, 7);
                });
            }),
            ("tasks", || {
                run(async {
                    let (go, task) = task();
                    let never = spawn(pending());
                    reenters_by(task.clone());
                    let wait = || wait([task.clone(), never.clone()]).first_completed();
                    let (done, left) = waits(wait, || go.set()).await;
                    assert_eq!((*done[0].result().unwrap(), left.len()), (7, 1));
                });
            }),
            ("tasks, for a time", || {
                run(async {
                    let (go, task) = task();
                    reenters_by(task.clone());
                    let (done, left) =
                        waits(|| wait([task.clone()]).timeout(HOUR), || go.set()).await;
                    assert_eq!((*done[0].result().unwrap(), left.len()), (7, 0));
                });
            }),
            ("a group", || {
                run(async {
                    let go = Event::new();
                    let wait = || {
                        let go = go.clone();
                        TaskGroup::run(async move |group: &TaskGroup| {
                            reenters_by(group.clone());
                            let child = go.clone();
                            group.spawn(async move { child.wait().await });
                            go.wait().await;
                        })
                    };
                    waits(wait, || go.set()).await;
                    reenters(|| {});
                });
            }),
            ("a gather", || {
                run(async {
                    let go = Event::new();
                    reenters_by(go.clone());
                    let two = || [go.wait(), go.wait()];
                    assert_eq!(waits(|| gather(two()), || go.set()).await.len(), 2);
                    go.clear();
                    let pair = || gather((go.wait(), go.wait()));
                    assert_eq!(waits(pair, || go.set()).await, ((), ()));
                    go.clear();
                    let tries = || try_gather(two().map(or_fail));
                    assert_eq!(waits(tries, || go.set()).await, Ok(vec![(), ()]));
                    go.clear();
                    let outcomes = waits(|| gather_outcomes(two()), || go.set()).await;
                    assert!(outcomes.iter().all(Result::is_ok));
                    go.clear();
                    let maps = || amap(1, two(), |wait| wait);
                    assert_eq!(waits(maps, || go.set()).await.len(), 2);
                });
            }),
            ("a race", || {
                run(async {
                    let (go, never) = (Event::new(), Event::new());
                    reenters_by(go.clone());
                    let two = || race([never.wait(), go.wait()]);
                    assert_eq!(waits(two, || go.set()).await, (1, ()));
                });
            }),
            ("the next of an iteration", || {
                run(async {
                    let (first, second) = (Event::new(), Event::new());
                    let results = as_completed([first.wait(), second.wait()]);
                    let results = Rc::new(results);
                    reenters_by(results.clone());
                    let wait = || results.next();
                    assert_eq!(waits(wait, || second.set()).await, Some((1, ())));
                    assert_eq!(waits(wait, || first.set()).await, Some((0, ())));
                    assert_eq!(results.next().await, None);
                    reenters(|| {});
                });
            }),
            ("a timeout whose deadline is moved", || {
                run(async {
                    let deadline = Rc::new(RefCell::new(None::<Deadline>));
                    let wait = || {
                        let limit = Timeout::after(HOUR);
                        deadline.replace(Some(limit.deadline()));
                        limit.run(|_| pending::<()>())
                    };
                    let other = deadline.clone();
                    reenters(move || {
                        let deadline = other.borrow().clone();
                        deadline.expect("it has begun").touch();
                    });
                    let end = || {
                        let deadline = deadline.borrow().clone().expect("it has begun");
                        deadline.reschedule(Instant::now()).unwrap();
                    };
                    assert_eq!(waits(wait, end).await, Err(TimedOut));
                });
            }),
            ("a time", || {
                run(async {
                    reenters(|| {});
                    waits(|| sleep(Duration::from_millis(20)), || {}).await;
                    waits(|| turns(3), || {}).await;
                    let never = || timeout(Duration::from_millis(20), pending::<()>());
                    assert_eq!(waits(never, || {}).await, Err(TimedOut));
                });
            }),
        ],
    );
}

/// A task that gives 7 when it may go on.
pub(super) fn task() -> (Event, Task<u32>) {
    let go = Event::new();
    let may = go.clone();
    let task = spawn(async move {
        may.wait().await;
        7
    });
    (go, task)
}

#[test]
fn wakers_of_those_who_are_cancelled() {
    /// The task is asked to end while it waits with a waker of the user.
    fn cancelled<F: Future + 'static>(wait: impl FnOnce() -> F + 'static) {
        run(async {
            let task = spawn(watched(wait()));
            turns(6).await;
            let handle = task.handle();
            reenters(move || handle.touch());
            task.cancel();
            assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_))));
            reenters(|| {});
        });
    }
    check(
        wakers_of_those_who_are_cancelled,
        &[
            ("in a task", || cancelled(|| spawn(pending::<()>()))),
            ("in a promise", || cancelled(promise::<()>)),
            ("in a shield", || cancelled(|| shield(pending::<()>()))),
            ("in a wait for tasks", || cancelled(|| wait([spawn(pending::<()>())]))),
            ("in a timeout", || cancelled(|| timeout(HOUR, pending::<()>()))),
            ("in a wait for some time", || cancelled(|| wait_for(pending::<()>(), HOUR))),
            ("in a gather", || cancelled(|| gather([promise::<()>(), promise()]))),
            ("in a gather of a tuple", || cancelled(|| gather((promise::<()>(), turns(99))))),
            ("in a gather of outcomes", || cancelled(|| gather_outcomes([promise::<()>()]))),
            ("in a gather that may fail", || cancelled(|| try_gather([or_fail(pending::<()>())]))),
            ("in a race", || cancelled(|| race([pending::<()>()]))),
            ("in an iteration", || cancelled(|| async { as_completed([turns(99)]).next().await })),
            ("in a map", || cancelled(|| amap(1, [1, 2], |_| pending::<()>()))),
            ("in a group", || {
                cancelled(|| {
                    TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(pending::<()>());
                    })
                });
            }),
            ("in a body of a group", || {
                cancelled(|| TaskGroup::run(async |_: &TaskGroup| pending::<()>().await));
            }),
            ("in a catch that goes on cancelling", || {
                cancelled(|| async {
                    let cancelled = catch_cancelled(pending::<()>()).await.unwrap_err();
                    turns(2).await;
                    cancelled.propagate().await
                });
            }),
            ("in a clean-up", || cancelled(|| finally(pending::<()>(), turns(2)))),
            ("in an event", || cancelled(|| Event::new().wait())),
            ("in a semaphore", || cancelled(|| Semaphore::new(0).acquire())),
            ("in a condition", || cancelled(|| wait_at(Condition::new()))),
            ("in a barrier", || cancelled(|| Barrier::new(2).wait())),
            ("in a queue", || cancelled(|| async { Queue::<u32>::new().get().await })),
            ("in a sleep", || cancelled(|| sleep(HOUR))),
        ],
    );
}
