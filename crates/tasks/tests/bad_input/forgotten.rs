//! What is forgotten half-way, by `mem::forget`: its destructor never runs, so it keeps its place
//! and its lock. But its task can be cancelled, a timeout expires, `run` ends, and others go on.

use std::cell::Cell;
use std::future::{pending, ready};
use std::mem::forget;
use std::rc::Rc;

use futures_lite::future;
use twin_tasks::{
    Barrier, BoundedSemaphore, Condition, Event, Gateway, Lock, Queue, Runner, Semaphore,
    TaskContext, TaskGroup, TimedOut, Timeout, amap, as_completed, catch_cancelled, current_task,
    finally, gather, gather_outcomes, promise, race, run, shield, shield_task, sleep, spawn,
    timeout, to_thread, try_gather, wait,
};

use crate::help::{HOUR, check, ms, turns};

/// Polls a future twice and forgets it.
async fn forgets<F: Future>(future: F) {
    let mut future = Box::pin(future);
    assert!(future::poll_once(&mut future).await.is_none());
    turns(1).await;
    assert!(future::poll_once(&mut future).await.is_none());
    forget(future);
}

/// A task that has forgotten such a future can be asked to end, be late, give a value, and be left.
fn goes_on<F: Future + 'static>(make: fn() -> F) {
    run(async move {
        let asked = spawn(async move {
            forgets(make()).await;
            pending::<()>().await;
        });
        turns(6).await;
        asked.cancel();
        assert!(catch_cancelled(asked).await.is_err());

        let late = timeout(ms(5), async move {
            forgets(make()).await;
            pending::<()>().await;
        });
        assert_eq!(late.await, Err(TimedOut));
        assert_eq!(current_task().cancelling(), 0);

        let gives = spawn(async move {
            forgets(make()).await;
            turns(2).await;
            7
        });
        assert_eq!(gives.await, 7);

        let caught = spawn(async move {
            forgets(make()).await;
            catch_cancelled(pending::<()>()).await.is_err()
        });
        turns(6).await;
        caught.cancel();
        assert!(caught.await);

        let left = async move {
            forgets(make()).await;
            pending::<()>().await;
        };
        spawn(left).detach();
        turns(6).await;
    });
}

async fn never_fails() -> Result<(), ()> {
    pending().await
}

#[test]
fn futures() {
    check(
        futures,
        &[
            ("sleep", || goes_on(|| sleep(HOUR))),
            ("turn", || goes_on(|| turns(9))),
            ("join of a task", || goes_on(|| spawn(pending::<()>()))),
            ("join inside another", || goes_on(|| spawn(spawn(pending::<()>())))),
            ("outcome of a task", || goes_on(|| spawn(pending::<()>()).outcome())),
            ("end of a task", || {
                goes_on(|| async { spawn(pending::<()>()).handle().ended().await });
            }),
            ("promise", || goes_on(promise::<()>)),
            ("gather", || goes_on(|| gather([pending::<()>(), pending()]))),
            ("gather of a tuple", || goes_on(|| gather((pending::<()>(), sleep(HOUR))))),
            ("gather of joins", || goes_on(|| gather([spawn(pending::<()>())]))),
            ("gather that may fail", || goes_on(|| try_gather([never_fails()]))),
            ("gather of outcomes", || goes_on(|| gather_outcomes([pending::<()>()]))),
            ("race", || goes_on(|| race([pending::<()>(), pending()]))),
            ("map", || goes_on(|| amap(1, [1, 2], |_| pending::<()>()))),
            ("iteration", || {
                goes_on(|| async { as_completed([pending::<()>()]).next().await });
            }),
            ("wait", || goes_on(|| wait([spawn(pending::<()>())]))),
            ("wait for a time", || goes_on(|| wait([spawn(pending::<()>())]).timeout(HOUR))),
            ("timeout", || goes_on(|| timeout(HOUR, pending::<()>()))),
            ("timeout of a join", || goes_on(|| timeout(HOUR, spawn(pending::<()>())))),
            ("caught cancellation", || goes_on(|| catch_cancelled(pending::<()>()))),
            ("work with a clean-up", || goes_on(|| finally(pending::<()>(), turns(1)))),
            ("shield", || goes_on(|| shield(pending::<()>()))),
            ("shield of a task", || goes_on(|| shield_task(spawn(pending::<()>())))),
            ("group", || {
                goes_on(|| {
                    TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(pending::<()>());
                    })
                });
            }),
            ("body of a group", || {
                goes_on(|| TaskGroup::run(async |_: &TaskGroup| pending::<()>().await));
            }),
            ("group with a limit", || {
                goes_on(|| {
                    TaskGroup::with_limit(1, async |group: &TaskGroup| {
                        group.spawn(pending::<()>());
                        group.spawn(pending::<()>());
                    })
                });
            }),
            ("event", || goes_on(|| Event::new().wait())),
            ("lock", || {
                goes_on(|| async {
                    let lock = Lock::new();
                    let _guard = lock.acquire().await;
                    lock.acquire().await
                });
            }),
            ("semaphore", || goes_on(|| Semaphore::new(0).acquire())),
            ("bounded semaphore", || goes_on(|| BoundedSemaphore::new(0).acquire())),
            ("condition", || {
                goes_on(|| async {
                    let kettle = Condition::new();
                    let mut guard = kettle.acquire().await;
                    kettle.wait(&mut guard).await;
                });
            }),
            ("barrier", || goes_on(|| Barrier::new(2).wait())),
            ("getter", || goes_on(|| async { Queue::<u32>::new().get().await })),
            ("putter", || {
                goes_on(|| async {
                    let queue = Queue::bounded(1);
                    queue.put(1).await.unwrap();
                    queue.put(2).await
                });
            }),
            ("joiner of a queue", || {
                goes_on(|| async {
                    let queue = Queue::new();
                    queue.put(1).await.unwrap();
                    queue.join().await;
                });
            }),
            ("thread", || goes_on(|| to_thread(|| std::thread::sleep(ms(100))))),
            ("propagated cancellation", || {
                goes_on(|| async {
                    let dead = spawn(pending::<()>());
                    dead.cancel();
                    turns(1).await;
                    // Caught at once, and again by nobody.
                    let _cancelled = catch_cancelled(dead).await;
                    pending::<()>().await;
                });
            }),
        ],
    );
}

#[test]
fn guards() {
    /// What is never given back is waited for until the time is over, or the loop.
    fn waits_in_vain<F: Future + 'static>(take: impl Fn() -> F + 'static) {
        run(async move {
            let late = timeout(ms(5), take());
            assert!(late.await.is_err());
            let task = spawn(take());
            turns(2).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            drop(spawn(take()));
            turns(2).await;
        });
    }
    check(
        guards,
        &[
            ("of a lock", || {
                let lock = Lock::new();
                forget(lock.try_acquire());
                assert!(lock.locked() && lock.try_acquire().is_none());
                waits_in_vain(move || lock.acquire());
            }),
            ("of a condition", || {
                let kettle = Condition::new();
                let taken = kettle.clone();
                run(async move { forget(taken.acquire().await) });
                assert!(kettle.locked());
                waits_in_vain(move || kettle.acquire());
            }),
            ("of a semaphore, which a release repairs", || {
                let cups = Semaphore::new(1);
                forget(cups.try_acquire());
                assert!(cups.locked() && cups.try_acquire().is_none());
                let other = cups.clone();
                waits_in_vain(move || other.acquire());
                cups.release();
                assert!(cups.try_acquire().is_some());
            }),
            ("of a bounded semaphore, which a release repairs", || {
                let cups = BoundedSemaphore::new(1);
                forget(cups.try_acquire());
                let other = cups.clone();
                waits_in_vain(move || other.acquire());
                assert!(cups.release().is_ok() && cups.release().is_err());
                assert!(cups.try_acquire().is_some());
            }),
            ("of a result", || {
                run(async {
                    let task = spawn(async { 7 });
                    wait([&task]).await;
                    forget(task.result().unwrap());
                    assert_eq!(task.result().map(|seven| *seven).ok(), Some(7));
                    assert_eq!((task.clone().await, task.await), (7, 7));
                });
            }),
        ],
    );
}

#[test]
fn waits_beside_others() {
    check(
        waits_beside_others,
        &[
            ("at an event", || {
                run(async {
                    let door = Event::new();
                    forgets(door.wait()).await;
                    let other = spawn(door.wait());
                    turns(1).await;
                    door.set();
                    other.await;
                });
            }),
            ("at a promise", || {
                run(async {
                    let tea = promise();
                    forgets(tea.clone()).await;
                    let other = spawn(tea.clone());
                    turns(1).await;
                    tea.set(7).unwrap();
                    assert_eq!(other.await, 7);
                });
            }),
            ("at the end of a task", || {
                run(async {
                    let door = Event::new();
                    let task = spawn(door.wait());
                    let handle = task.handle();
                    forgets(async move { handle.ended().await }).await;
                    door.set();
                    task.await;
                });
            }),
            ("at a queue, which says what it has", || {
                run(async {
                    let queue = Queue::new();
                    let gets = queue.clone();
                    forgets(async move { gets.get().await }).await;
                    queue.try_put(7).unwrap();
                    if !queue.is_empty() {
                        assert_eq!(queue.try_get(), Ok(7));
                    }
                    let late = timeout(ms(5), queue.get()).await;
                    assert_eq!(late, Err(TimedOut));
                });
            }),
            ("at a barrier, which an abort ends", || {
                run(async {
                    let start = Barrier::new(3);
                    forgets(start.wait()).await;
                    let other = spawn(start.wait());
                    turns(1).await;
                    start.abort();
                    assert!(other.await.is_err());
                });
            }),
            ("at a lock, whose next is given nothing, for a time", || {
                run(async {
                    let lock = Lock::new();
                    let guard = lock.acquire().await;
                    forgets(lock.acquire()).await;
                    let other = spawn(lock.acquire());
                    turns(1).await;
                    drop(guard);
                    // The lock is on its way to the forgotten one, for ever: a timeout tells.
                    let end = timeout(ms(5), other).await;
                    assert!(end.is_err() && lock.try_acquire().is_none());
                });
            }),
            ("in a timeout, whose deadline is moved", || {
                run(async {
                    let limit = Timeout::after(HOUR);
                    let deadline = limit.deadline();
                    forgets(limit.run(|_| pending::<()>())).await;
                    let _moved = deadline.reschedule(std::time::Instant::now());
                    turns(3).await;
                    assert_eq!(current_task().cancelling(), 0);
                });
            }),
        ],
    );
}

#[test]
fn handles() {
    check(
        handles,
        &[
            ("of a task, which runs on", || {
                let ran = Rc::new(Cell::new(false));
                let runs = ran.clone();
                run(async {
                    forget(spawn(async move {
                        turns(1).await;
                        runs.set(true);
                    }));
                    turns(3).await;
                });
                assert!(ran.get());
            }),
            ("of a task that waits, which ends with the loop", || {
                let held = Rc::new(());
                let holder = held.clone();
                run(async {
                    forget(spawn(async {
                        pending::<()>().await;
                        drop(holder);
                    }));
                    turns(1).await;
                });
                assert_eq!(Rc::strong_count(&held), 1);
            }),
            ("of the children of a group, which end with the loop", || {
                let held = Rc::new(());
                let holder = held.clone();
                run(async {
                    let group = TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(async {
                            pending::<()>().await;
                            drop(holder);
                        });
                    });
                    forgets(group).await;
                });
                assert_eq!(Rc::strong_count(&held), 1);
            }),
            ("into the loop", || {
                run(async {
                    let gateway = Gateway::new();
                    let submitted = gateway.spawn(pending::<()>);
                    turns(2).await;
                    forget((gateway, submitted, TaskContext::copy(), current_task()));
                });
            }),
            ("of a runner, beside which others run", || {
                let mut runner = Runner::new();
                runner.run(async { drop(spawn(pending::<()>())) });
                forget(runner);
                assert_eq!(run(async { spawn(ready(7)).await }), 7);
            }),
            ("of a waker", || {
                run(async {
                    future::poll_fn(|context| {
                        forget(context.waker().clone());
                        std::task::Poll::Ready(())
                    })
                    .await;
                    turns(1).await;
                });
            }),
            ("of a group, which its body gives away", || {
                run(async {
                    TaskGroup::run(async |group: &TaskGroup| {
                        forget(group.clone());
                        group.spawn(turns(1));
                    })
                    .await;
                });
            }),
        ],
    );
}
