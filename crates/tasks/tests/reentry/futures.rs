//! Futures of a user: their polls and their destructors.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::{Duration, Instant};

use twin_tasks::{
    Gateway, Runner, TaskGroup, TimedOut, Timeout, amap, as_completed, catch_cancelled,
    current_task, finally, gather, gather_outcomes, race, shield, spawn, to_thread, try_gather,
};

use super::harness::{
    HOUR, InLoop, RAN, check, half_way, poll_once, reenters, reenters_by, run, turns,
};
use super::touch::Touch;
use super::user::{Item, dropped, work};

#[test]
fn drop_of_a_future() {
    check(
        drop_of_a_future,
        &[
            ("of a task that never ran", || {
                run(async {
                    let task = spawn(dropped(pending::<()>()));
                    let handle = task.handle();
                    reenters_by(handle.clone());
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err());
                });
            }),
            ("of a task that waits", || {
                run(async {
                    let task = spawn(dropped(pending::<()>()));
                    turns(1).await;
                    let handle = task.handle();
                    reenters(move || {
                        handle.touch();
                        assert_eq!(handle.cancelling(), 1);
                    });
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err());
                    reenters(|| {});
                });
            }),
            ("of a task that has ended", || {
                run(async {
                    let task = spawn(dropped(ready(7)));
                    reenters_by(task.handle());
                    assert_eq!(task.await, 7);
                });
            }),
            ("of a task that asks itself to end", || {
                run(async {
                    let task = spawn(dropped(ready(7)));
                    let handle = task.handle();
                    // It comes too late, or it is heard: the task ends, and says the same of it.
                    reenters(move || {
                        handle.cancel();
                    });
                    let handle = task.handle();
                    let outcome = task.outcome().await;
                    assert!(handle.done() && handle.cancelled() == outcome.is_err());
                    reenters(|| {});
                });
            }),
            ("of a task that panicked", || {
                run(async {
                    let task = spawn(dropped(async { panic!("spilt") }));
                    reenters_by(task.handle());
                    let failure: Result<(), _> = task.outcome().await;
                    assert_eq!(failure.unwrap_err().panic_message(), Some("spilt"));
                });
            }),
            ("of the main task", || {
                run(dropped(async {
                    let main = current_task();
                    reenters_by(main);
                }));
                reenters(|| {});
            }),
            ("of a task that is left at the end", || {
                run(async {
                    let task = spawn(dropped(pending::<()>()));
                    let handle = task.handle();
                    reenters_by(handle);
                    turns(1).await;
                });
                reenters(|| {});
            }),
            ("of a task that is left in a runner", || {
                let mut runner = Runner::new();
                let in_loop = InLoop::new();
                let handle = runner.run(async { spawn(dropped(pending::<()>())).handle() });
                reenters_by(handle.clone());
                drop(runner);
                drop(in_loop);
                assert!(handle.cancelled());
                reenters(|| {});
            }),
            ("in a gather that is dropped", || {
                run(async {
                    reenters(|| {});
                    let never = || dropped(pending::<()>());
                    half_way(gather([never(), never()])).await;
                    half_way(gather((never(), never()))).await;
                    half_way(gather_outcomes([never()])).await;
                    half_way(amap(2, 0..4, |_| never())).await;
                    half_way(finally(never(), never())).await;
                });
                assert!(RAN.get() >= 9);
            }),
            ("in a gather that is cancelled", || {
                run(async {
                    let never = || dropped(pending::<()>());
                    let all = (gather([never(), never()]), gather((never(), never())));
                    let task = spawn(gather(all));
                    reenters_by(task.handle());
                    turns(2).await;
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err());
                    reenters(|| {});
                });
                assert!(RAN.get() >= 4);
            }),
            ("beside an error", || {
                run(async {
                    reenters(|| {});
                    let never = dropped(pending::<Result<(), u32>>());
                    assert_eq!(try_gather((never, ready(Err::<(), _>(7)))).await, Err(7));
                    let never = || or_fail(pending::<()>());
                    let all = try_gather([dropped(never()), dropped(never())]);
                    half_way(all).await;
                });
            }),
            ("that loses a race", || {
                run(async {
                    reenters(|| {});
                    let losers = [dropped(turns(9)), dropped(turns(1)), dropped(turns(9))];
                    assert_eq!(race(losers).await, (1, ()));
                    let loser = dropped(pending::<u32>());
                    assert_eq!(race((loser, ready(7))).await, (1, 7));
                });
            }),
            ("of an iteration in the order of completion", || {
                run(async {
                    let results = as_completed([1, 0, 2].map(|count| dropped(turns(count))));
                    let results = Rc::new(results);
                    reenters_by(results.clone());
                    assert_eq!(results.next().await, Some((1, ())));
                    assert_eq!(results.next().await, Some((0, ())));
                    assert_eq!((results.len(), results.next().await), (1, Some((2, ()))));
                    assert_eq!(results.next().await, None);
                    reenters(|| {});
                });
            }),
            ("under a timeout", || {
                run(async {
                    let limit = Timeout::after(Duration::from_millis(1));
                    let deadline = limit.deadline();
                    reenters_by(deadline.clone());
                    let never = dropped(pending::<()>());
                    assert_eq!(limit.run(|_| never).await, Err(TimedOut));
                    assert!(deadline.expired());
                });
                // Where a future has only drop.
                let limit = Timeout::at(Instant::now());
                let deadline = limit.deadline();
                reenters_by(deadline.clone());
                let limited = limit.run(|_| dropped(pending::<()>()));
                assert_eq!(smol::block_on(limited), Err(TimedOut));
                assert!(deadline.expired());
                reenters(|| {});
            }),
            ("that ends in time", || {
                run(async {
                    let limit = Timeout::after(HOUR);
                    reenters_by(limit.deadline());
                    assert_eq!(limit.run(|_| dropped(ready(7))).await, Ok(7));
                });
            }),
            ("whose cancellation is caught", || {
                run(async {
                    let never = dropped(pending::<()>());
                    let task = spawn(async { catch_cancelled(never).await.is_err() });
                    reenters_by(task.handle());
                    turns(1).await;
                    task.cancel();
                    assert!(task.await);
                    reenters(|| {});
                });
            }),
            ("with a clean-up", || {
                run(async {
                    let never = dropped(pending::<()>());
                    let clean = Rc::new(Cell::new(false));
                    let cleans = clean.clone();
                    let task = spawn(finally(never, async move { cleans.set(true) }));
                    reenters_by(task.handle());
                    turns(1).await;
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err() && clean.get());
                    reenters(|| {});
                });
            }),
            ("of a child and of the body of a group", || {
                run(async {
                    let group = TaskGroup::run(async |group: &TaskGroup<&str>| {
                        reenters_by(group.clone());
                        group.spawn(dropped(pending::<()>()));
                        group.spawn(async {
                            turns(2).await;
                            Err::<(), _>("burnt")
                        });
                        dropped(pending::<Result<(), _>>()).await
                    });
                    assert_eq!(group.await.unwrap_err().errors(), ["burnt"]);
                    reenters(|| {});
                });
                assert!(RAN.get() >= 2);
            }),
            ("of a child that its group keeps waiting", || {
                run(async {
                    let group = TaskGroup::with_limit(1, async |group: &TaskGroup<&str>| {
                        reenters_by(group.clone());
                        group.spawn(async {
                            turns(2).await;
                            Err::<(), _>("burnt")
                        });
                        group.spawn(dropped(pending::<()>()));
                        Ok(())
                    });
                    assert_eq!(group.await.unwrap_err().errors(), ["burnt"]);
                    reenters(|| {});
                });
            }),
            ("of a group that is dropped", || {
                run(async {
                    let group = TaskGroup::run(async |group: &TaskGroup| {
                        reenters_by(group.clone());
                        group.spawn(dropped(pending::<()>()));
                        dropped(pending::<()>()).await;
                    });
                    race((group, turns(3))).await;
                    turns(3).await;
                    reenters(|| {});
                });
                assert!(RAN.get() >= 2);
            }),
            ("that a shield leaves", || {
                run(async {
                    let task = spawn(shield(dropped(turns(4))));
                    reenters_by(task.handle());
                    turns(2).await;
                    task.cancel();
                    assert!(catch_cancelled(task).await.is_err());
                    turns(5).await;
                    reenters(|| {});
                });
            }),
            ("that was submitted and never begun", || {
                let gateway = run(async { Gateway::new() });
                reenters_by(gateway.clone());
                let item = Item(1);
                let submitted = gateway.spawn(move || async move { drop(item) });
                assert!(submitted.result().is_err());
                reenters(|| {});
            }),
            ("that was submitted when the loop ended", || {
                let submitted = run(async {
                    let gateway = Gateway::new();
                    turns(1).await;
                    reenters_by(gateway.clone());
                    let item = Item(1);
                    gateway.spawn(move || async move {
                        let _item = item;
                        pending::<()>().await;
                    })
                });
                assert!(submitted.result().is_err());
                reenters(|| {});
            }),
        ],
    );
}

pub(super) async fn or_fail<F: Future>(future: F) -> Result<F::Output, ()> {
    Ok(future.await)
}

#[test]
fn poll_of_a_child() {
    check(
        poll_of_a_child,
        &[
            ("of a task", || {
                run(async {
                    let task = spawn(work(turns(2)));
                    reenters_by(task.handle());
                    task.await;
                });
            }),
            ("that cancels its task", || {
                run(async {
                    let task = spawn(gather([work(pending::<()>())]));
                    let handle = task.handle();
                    reenters(move || assert!(handle.cancel()));
                    let handle = task.handle();
                    assert!(catch_cancelled(task).await.is_err());
                    assert!(handle.cancelled());
                    reenters(|| {});
                });
            }),
            ("of a gather", || {
                run(async {
                    reenters(|| {});
                    assert_eq!(gather([work(ready(1)), work(ready(2))]).await, [1, 2]);
                    assert_eq!(gather((work(ready(1)), work(turns(2)))).await, (1, ()));
                    assert_eq!(try_gather([work(or_fail(ready(1)))]).await, Ok(vec![1]));
                    assert!(gather_outcomes([work(turns(2))]).await[0].is_ok());
                    assert_eq!(amap(1, [1, 2], |n| work(ready(n))).await, [1, 2]);
                    assert_eq!(race([work(turns(2)), work(turns(1))]).await.0, 1);
                    finally(work(turns(1)), work(turns(1))).await;
                    shield(work(turns(2))).await;
                });
            }),
            ("of an iteration, which asks how many are left", || {
                run(async {
                    let results = Rc::new(as_completed([2, 1].map(|count| work(turns(count)))));
                    reenters_by(results.clone());
                    assert_eq!(results.next().await, Some((1, ())));
                    assert_eq!(results.next().await, Some((0, ())));
                    assert_eq!(results.next().await, None);
                    reenters(|| {});
                });
            }),
            ("of an iteration, which asks for the next", || {
                run(async {
                    let results = Rc::new(as_completed([2, 1].map(|count| work(turns(count)))));
                    let (other, inner) = (results.clone(), Rc::new(RefCell::new(Vec::new())));
                    let asked = inner.clone();
                    reenters(move || asked.borrow_mut().extend(poll_once(other.next()).flatten()));
                    let mut all = Vec::new();
                    while let Some(result) = results.next().await {
                        all.push(result);
                    }
                    reenters(|| {});
                    // Whichever asked: each result is given once.
                    all.extend(inner.take());
                    all.sort();
                    assert_eq!(all, [(0, ()), (1, ())]);
                });
            }),
            ("under a timeout, which asks the deadline", || {
                run(async {
                    let limit = Timeout::after(HOUR);
                    reenters_by(limit.deadline());
                    assert_eq!(limit.run(|_| work(turns(2))).await, Ok(()));
                });
            }),
            ("under a timeout, which moves the deadline to the past", || {
                run(async {
                    let limit = Timeout::after(HOUR);
                    let deadline = limit.deadline();
                    reenters(move || {
                        let _moved = deadline.reschedule(Instant::now());
                    });
                    assert_eq!(limit.run(|_| work(pending::<()>())).await, Err(TimedOut));
                    reenters(|| {});
                });
            }),
            ("under a caught cancellation", || {
                run(async {
                    let task =
                        spawn(async { catch_cancelled(work(pending::<()>())).await.is_err() });
                    reenters_by(task.handle());
                    turns(1).await;
                    task.cancel();
                    assert!(task.await);
                    reenters(|| {});
                });
            }),
            ("of a group, which spawns into it", || {
                run(async {
                    TaskGroup::run(async |group: &TaskGroup| {
                        reenters_by(group.clone());
                        group.spawn(work(turns(2)));
                        work(turns(1)).await;
                    })
                    .await;
                    reenters(|| {});
                });
            }),
            ("of a group, which cancels it", || {
                run(async {
                    let ended = Rc::new(Cell::new(false));
                    let ends = ended.clone();
                    TaskGroup::run(async |group: &TaskGroup| {
                        let own = group.clone();
                        reenters(move || own.cancel());
                        group.spawn(pending::<()>());
                        group.spawn(work(pending::<()>()));
                        turns(5).await;
                        ends.set(true);
                    })
                    .await;
                    assert!(ended.get());
                    reenters(|| {});
                });
            }),
            ("that a thread submitted", || {
                run(async {
                    let gateway = Gateway::new();
                    reenters_by(gateway.clone());
                    let seven = to_thread(move || gateway.spawn(|| work(ready(7))).result());
                    assert_eq!(seven.await, Ok(7));
                    reenters(|| {});
                });
            }),
            ("that blocks until others have ended", || {
                run(async {
                    let all = || async { smol::block_on(gather([turns(2), turns(1)])) };
                    reenters(|| drop(smol::block_on(gather([turns(2), turns(1)]))));
                    gather([work(all()), work(all())]).await;
                    assert_eq!(race([work(all())]).await.0, 0);
                });
            }),
        ],
    );
}
