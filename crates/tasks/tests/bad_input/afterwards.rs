//! What outlives its loop, and what comes into another one.

#![allow(clippy::async_yields_async, reason = "a task, or a future, is what leaves its loop")]

use std::future::pending;
use std::thread;
use std::time::Instant;

use futures_lite::future;
use twin_tasks::{
    Barrier, Condition, Event, Failure, Gateway, Lock, Queue, RescheduleError, ResultError, Runner,
    Semaphore, SubmittedError, Task, TaskContext, TaskGroup, TimedOut, Timeout, amap, as_completed,
    catch_cancelled, current_task, finally, gather, gather_outcomes, promise, race, run,
    shield_task, sleep, spawn, task_local, timeout, try_gather, wait,
};

use crate::help::{HOUR, check, ms, poll_once, refuses, turns, value_or_refusal};

task_local! {
    static USER: u32;
}

/// A task that has ended with 7, and its loop after it.
fn ended() -> Task<u32> {
    run(async {
        let task = spawn(async { 7 });
        wait([&task]).await;
        task
    })
}

/// A task that its loop has cancelled at its end.
fn cancelled() -> Task<u32> {
    run(async { spawn(pending()) })
}

#[test]
fn a_task_after_its_loop() {
    check(
        a_task_after_its_loop,
        &[
            ("keeps its result", || {
                let task = ended();
                assert!(task.done() && !task.cancelled() && !task.cancel());
                assert_eq!((task.cancelling(), task.uncancel()), (0, 0));
                assert_eq!(*task.result().unwrap(), 7);
                assert_eq!(task.clone().named("late").name().as_deref(), Some("late"));
                let _text = format!("{task:?}");
                task.detach();
            }),
            ("gives it in another loop", || {
                let task = ended();
                assert_eq!(run(async move { (task.clone().await, task.await) }), (7, 7));
                let task = ended();
                assert!(matches!(run(task.outcome()), Ok(7)));
                let task = ended();
                assert_eq!(run(async { gather([spawn(task)]).await }), [7]);
            }),
            ("gives it under another executor", || {
                assert_eq!(smol::block_on(ended()), 7);
                assert_eq!(smol::block_on(shield_task(ended())), 7);
                assert!(matches!(smol::block_on(ended().outcome()), Ok(7)));
                assert_eq!(smol::block_on(wait([ended()])).0.len(), 1);
                smol::block_on(async { ended().handle().ended().await });
            }),
            ("has a handle", || {
                let handle = ended().handle();
                assert!(handle.done() && !handle.cancelled() && !handle.cancel());
                assert!(!handle.cancel_with("late") && handle.cancelling() == 0);
                assert_eq!((handle.uncancel(), handle.name()), (0, None));
                assert!(poll_once(handle.ended()).is_some());
                assert_eq!(handle, handle.clone());
                let _text = format!("{handle:?}");
                let main = run(async { current_task() });
                assert!(main.done() && !main.cancel());
            }),
            ("was cancelled if it had not ended", || {
                let task = cancelled();
                assert!(task.done() && task.cancelled() && !task.cancel());
                assert!(matches!(task.result(), Err(ResultError::Cancelled(_))));
                assert!(matches!(smol::block_on(task.outcome()), Err(Failure::Cancelled(_))));
            }),
            ("raises that in another loop", || {
                let task = cancelled();
                run(async move { assert!(catch_cancelled(task).await.is_err()) });
                let task = cancelled();
                run(
                    async move { assert!(matches!(task.outcome().await, Err(Failure::Cancelled(_)))) },
                );
            }),
            ("can't raise that under another executor", || {
                refuses(&["inside twin_tasks::run"], || smol::block_on(cancelled()));
            }),
            ("keeps its panic for who awaits it", || {
                let mut runner = Runner::new();
                let task: Task<()> = runner.run(async {
                    let task = spawn(async { panic!("spilt") });
                    turns(2).await;
                    task
                });
                runner.close();
                refuses(&["spilt"], || smol::block_on(task));
            }),
        ],
    );
}

/// A task that has not ended, and its loop, which waits.
fn elsewhere() -> (Runner, Task<u32>) {
    let mut runner = Runner::new();
    let task = runner.run(async {
        spawn(async {
            turns(3).await;
            7
        })
    });
    (runner, task)
}

/// CPython: `RuntimeError: … attached to a different loop`.
#[test]
fn a_task_of_another_loop() {
    const SAYS: &[&str] = &["loop", "run"];

    check(
        a_task_of_another_loop,
        &[
            ("can't be awaited", || {
                let (mut runner, task) = elsewhere();
                refuses(SAYS, || run(task));
                assert_eq!(runner.run(async { 8 }), 8);
            }),
            ("nor its outcome", || {
                let (_runner, task) = elsewhere();
                refuses(SAYS, || {
                    run(async move {
                        match task.outcome().await {
                            Ok(value) => unreachable!("who gave the {value}?"),
                            Err(Failure::Panicked(panic)) => panic.resume(),
                            Err(failure) => panic!("{failure}"),
                        }
                    })
                });
            }),
            ("nor its end", || {
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(async move { task.handle().ended().await }));
            }),
            ("nor by a wait", || {
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(async move { wait([task]).await }));
            }),
            ("nor by a shield", || {
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(shield_task(task)));
            }),
            ("nor in a gather, a race, a timeout", || {
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(gather([task])));
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(race([task])));
                let (_runner, task) = elsewhere();
                refuses(SAYS, || run(timeout(HOUR, task)));
            }),
            ("can be cancelled", || {
                let (mut runner, task) = elsewhere();
                let handle = task.handle();
                assert!(run(async move { handle.cancel() }));
                assert!(matches!(runner.run(task.outcome()), Err(Failure::Cancelled(_))));
            }),
            ("can be waited for by an event", || {
                let mut runner = Runner::new();
                let door = Event::new();
                let waits = door.clone();
                let task = runner.run(async {
                    let task = spawn(async move {
                        waits.wait().await;
                        7
                    });
                    turns(2).await;
                    task
                });
                run(async move { door.set() });
                assert_eq!(runner.run(task), 7);
            }),
            ("goes on in its own", || {
                let (mut runner, task) = elsewhere();
                assert_eq!(run(async { 8 }), 8);
                assert_eq!(runner.run(task), 7);
                runner.close();
            }),
        ],
    );
}

#[test]
fn handles_after_their_loop() {
    check(
        handles_after_their_loop,
        &[
            ("a group takes no more children", || {
                let group =
                    run(TaskGroup::run(async |group: &TaskGroup| Ok(group.clone()))).unwrap();
                assert!(group.try_spawn(async {}).is_err());
                refuses(&["takes no more children"], || group.spawn(async {}));
                group.cancel();
                let _text = format!("{group:?}");
                run(async move {
                    assert!(group.try_spawn(async {}).is_err());
                    refuses(&["takes no more children"], || group.spawn(async {}));
                });
            }),
            ("a gateway leads nowhere", || {
                let gateway = run(async { Gateway::new() });
                let submitted = gateway.spawn(|| async { 7 });
                assert_eq!(submitted.result_timeout(HOUR), Err(SubmittedError::Cancelled));
                assert_eq!(submitted.result(), Err(SubmittedError::Cancelled));
                submitted.cancel();
                let other = gateway.clone();
                let result = thread::spawn(move || other.spawn(|| async { 7 }).result());
                assert_eq!(result.join().unwrap(), Err(SubmittedError::Cancelled));
                // Nor into another loop.
                let result = run(async move { gateway.spawn(|| async { 7 }).result() });
                assert_eq!(result, Err(SubmittedError::Cancelled));
            }),
            ("a gateway of a runner waits for its next run", || {
                let mut runner = Runner::new();
                let gateway = runner.run(async { Gateway::new() });
                let submitted = gateway.spawn(|| async { 7 });
                runner.run(turns(5));
                assert_eq!(submitted.result_timeout(HOUR), Ok(7));
            }),
            ("what was submitted ends with the loop", || {
                let submitted = run(async {
                    let submitted = Gateway::new().spawn(pending::<()>);
                    turns(3).await;
                    submitted
                });
                assert_eq!(submitted.result(), Err(SubmittedError::Cancelled));
            }),
            ("a thread that waits for what was submitted is let go", || {
                let thread = run(async {
                    let gateway = Gateway::new();
                    let thread = thread::spawn(move || gateway.spawn(pending::<()>).result());
                    sleep(ms(20)).await;
                    thread
                });
                assert_eq!(thread.join().unwrap(), Err(SubmittedError::Cancelled));
            }),
            ("a deadline says how it was", || {
                let limit = Timeout::after(ms(1));
                let deadline = limit.deadline();
                assert_eq!(run(limit.run(|_| pending::<()>())), Err(TimedOut));
                assert!(deadline.expired() && deadline.when().is_some());
                assert_eq!(deadline.reschedule(Instant::now()), Err(RescheduleError::Expired));
                let limit = Timeout::after(HOUR);
                let deadline = limit.deadline();
                assert_eq!(run(limit.run(|_| turns(1))), Ok(()));
                assert!(!deadline.expired());
                assert_eq!(deadline.reschedule(Instant::now()), Err(RescheduleError::Finished));
            }),
            ("a context goes into another loop", || {
                let context = run(async {
                    USER.set(7);
                    TaskContext::copy()
                });
                assert_eq!((USER.get(), USER.get_in(&context)), (None, Some(7)));
                let user =
                    run(async move { spawn(async { USER.get() }).in_context(&context).await });
                assert_eq!(user, Some(7));
            }),
            ("a variable is set in tasks alone", || {
                refuses(&["inside twin_tasks::run"], || USER.set(7));
            }),
            ("a runner that has panicked", || {
                let mut runner = Runner::new();
                refuses(&["spilt"], || runner.run(async { panic!("spilt") }));
                assert_eq!(runner.run(async { 7 }), 7);
                runner.close();
            }),
            ("a guard holds its lock", || {
                let lock = Lock::new();
                let own = lock.clone();
                let guard = run(async move { own.acquire().await });
                assert!(lock.locked());
                let other = lock.clone();
                let late = run(async move { timeout(ms(5), other.acquire()).await.is_err() });
                assert!(late);
                run(async move {
                    let waits = spawn(async move { lock.acquire().await });
                    turns(2).await;
                    drop(guard);
                    let _guard = waits.await;
                });
            }),
        ],
    );
}

/// Begun in one loop, ended in another and under another executor; or refused.
fn carried<F>(make: fn() -> F, end: fn(), expected: fn(&F::Output) -> bool)
where
    F: Future + 'static,
{
    let half_way = || {
        run(async move {
            let mut future = Box::pin(make());
            assert!(future::poll_once(&mut future).await.is_none());
            future
        })
    };
    let future = half_way();
    let value = value_or_refusal(|| {
        run(async move {
            turns(1).await;
            end();
            future.await
        })
    });
    assert!(value.is_none_or(|value| expected(&value)));
    let future = half_way();
    let value = value_or_refusal(|| {
        end();
        smol::block_on(future)
    });
    assert!(value.is_none_or(|value| expected(&value)));
}

thread_local! {
    static DOOR: Event = Event::new();
    static CUPS: Semaphore = Semaphore::new(0);
    static START: Barrier = Barrier::new(2);
    static KETTLE: Condition = Condition::new();
    static ORDERS: Queue<u32> = Queue::new();
}

fn opens() {
    DOOR.with(Event::set);
}

/// The door, which is shut again.
async fn door() {
    let door = DOOR.with(Event::clone);
    door.clear();
    door.wait().await;
}

#[test]
fn futures_that_are_carried_into_another_loop() {
    check(
        futures_that_are_carried_into_another_loop,
        &[
            ("event", || carried(door, opens, |()| true)),
            ("semaphore", || {
                carried(
                    || async { CUPS.with(Semaphore::acquire).await.forget() },
                    || CUPS.with(Semaphore::release),
                    |()| true,
                );
            }),
            ("barrier", || {
                let arrives = || assert!(poll_once(START.with(Barrier::wait)).is_some());
                carried(|| START.with(Barrier::wait), arrives, |place| *place == Ok(0));
            }),
            ("condition", || {
                let waits = || async {
                    let kettle = KETTLE.with(Condition::clone);
                    let mut guard = kettle.acquire().await;
                    kettle.wait(&mut guard).await;
                };
                let notifies = || {
                    let kettle = KETTLE.with(Condition::clone);
                    let guard = poll_once(kettle.acquire()).expect("nobody holds it");
                    kettle.notify_all(&guard);
                };
                carried(waits, notifies, |()| true);
            }),
            ("queue", || {
                carried(
                    || async { ORDERS.with(Queue::clone).get().await },
                    || ORDERS.with(|orders| orders.try_put(7).unwrap()),
                    |order| *order == Ok(7),
                );
            }),
            ("promise", || {
                carried(
                    || async {
                        let tea = promise();
                        let sets = tea.clone();
                        gather((tea, async move {
                            door().await;
                            sets.set(7).unwrap();
                        }))
                        .await
                        .0
                    },
                    opens,
                    |tea| *tea == 7,
                );
            }),
            ("sleep", || carried(|| sleep(ms(5)), || (), |()| true)),
            ("turn", || carried(|| turns(3), || (), |()| true)),
            ("timeout that is over", || {
                carried(|| timeout(ms(5), pending::<()>()), || (), |end| *end == Err(TimedOut));
            }),
            ("timeout that is not", || {
                carried(|| timeout(HOUR, door()), opens, |end| *end == Ok(()))
            }),
            ("gather", || carried(|| gather([door(), door()]), opens, |all| all.len() == 2)),
            ("gather of a tuple", || carried(|| gather((door(), turns(2))), opens, |_| true)),
            ("gather that may fail", || {
                let fails = || {
                    try_gather([async {
                        door().await;
                        Err::<(), _>(7)
                    }])
                };
                carried(fails, opens, |end| *end == Err(7));
            }),
            ("gather of outcomes", || {
                carried(|| gather_outcomes([door()]), opens, |all| all[0].is_ok());
            }),
            ("race", || carried(|| race([door(), door()]), opens, |first| first.0 == 0)),
            ("map", || carried(|| amap(2, [1, 2], |_| door()), opens, |_| true)),
            ("iteration", || {
                let next = || async { as_completed([door()]).next().await };
                carried(next, opens, |first| *first == Some((0, ())));
            }),
            ("caught cancellation", || {
                carried(|| catch_cancelled(door()), opens, |end| end.is_ok());
            }),
            ("clean-up", || carried(|| finally(door(), turns(2)), opens, |()| true)),
            ("wait for a task that ended with its loop", || {
                carried(|| wait([spawn(pending::<()>())]), || (), |(done, _)| done.len() == 1);
            }),
            ("join of a task that ended with its loop", || {
                let joins = || async { catch_cancelled(spawn(pending::<()>())).await };
                carried(joins, || (), |end| end.is_err());
            }),
            ("outcome of a task that ended with its loop", || {
                let joins = || spawn(pending::<()>()).outcome();
                carried(joins, || (), |end| matches!(end, Err(Failure::Cancelled(_))));
            }),
            ("shield of a task that ended with its loop", || {
                let joins = || catch_cancelled(shield_task(spawn(pending::<()>())));
                carried(joins, || (), |end| end.is_err());
            }),
            ("group whose children ended with their loop", || {
                let group = || {
                    TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(pending::<()>());
                    })
                };
                carried(group, || (), |()| true);
            }),
        ],
    );
}
