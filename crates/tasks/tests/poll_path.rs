//! Where a request goes, and where it does not: to where the code waits now.

mod alone;
mod within;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_buffered::FuturesUnordered;
use futures_lite::{StreamExt, future};
use twin_tasks::{
    Cancelled, Event, Failure, Lock, Queue, Task, TaskGroup, TimedOut, amap, catch_cancelled,
    current_task, finally, gather, gather_outcomes, promise, race, run, sleep, spawn, timeout,
    wait,
};

use alone::alone;
use within::{LIMIT, within};

type Log = Rc<RefCell<Vec<String>>>;

const HOUR: u64 = 3_600_000;
const SHORT: Duration = Duration::from_millis(10);

fn ms(time: u64) -> impl Future<Output = ()> {
    sleep(Duration::from_millis(time))
}

async fn turns(count: usize) {
    for _ in 0..count {
        ms(0).await;
    }
}

/// Catches, cleans up for a time, and goes on cancelling.
async fn cleans_up(log: Log, name: impl ToString, time: u64) {
    if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
        ms(time).await;
        log.borrow_mut().push(name.to_string());
        cancelled.propagate().await;
    }
}

/// What a program writes into its log; that it ends is part of each fact.
#[track_caller]
fn check<F>(program: impl FnOnce(Log) -> F + Send + 'static, expected: &[&str])
where
    F: Future<Output = ()> + 'static,
{
    let seen = within(LIMIT, || {
        let log = Log::default();
        run(program(log.clone()));
        log.take()
    });
    assert_eq!(seen, expected);
}

// What was polled once, and is not what the code waits for.

#[test]
fn a_task_polled_once_is_a_bystander_of_a_timeout() {
    within(LIMIT, || {
        run(async {
            let mut bystander = spawn(ms(HOUR));
            let handle = bystander.handle();
            let polled_once = async {
                future::poll_once(&mut bystander).await;
                ms(HOUR).await;
            };
            assert_eq!(timeout(SHORT, polled_once).await, Err(TimedOut));

            let lost_races = async {
                future::or(&mut bystander, turns(1)).await;
                race((async { (&mut bystander).await }, turns(1))).await;
                ms(HOUR).await;
            };
            assert_eq!(timeout(SHORT, lost_races).await, Err(TimedOut));

            let mut set = FuturesUnordered::new();
            set.push(bystander);
            let in_a_set = async {
                future::poll_once(set.next()).await;
                ms(HOUR).await;
            };
            assert_eq!(timeout(SHORT, in_a_set).await, Err(TimedOut));

            turns(3).await;
            assert!(!handle.done() && handle.cancelling() == 0);
        });
    });
}

#[test]
fn a_promise_polled_once_is_a_bystander_of_a_timeout() {
    within(LIMIT, || {
        run(async {
            let mut tea = promise::<()>();
            let other = tea.clone();
            let polled_once = async {
                future::poll_once(&mut tea).await;
                ms(HOUR).await;
            };
            assert_eq!(timeout(SHORT, polled_once).await, Err(TimedOut));
            assert!(!other.done());
        });
    });
}

#[test]
fn a_detached_task_that_polled_another_once_ends_with_run() {
    within(LIMIT, || {
        run(async {
            let mut other = spawn(pending::<()>());
            spawn(async move {
                future::poll_once(&mut other).await;
                pending::<()>().await;
            })
            .detach();
            turns(3).await;
        });
    });
}

#[test]
fn a_failing_group_whose_body_polled_a_task_once_ends_at_once() {
    within(LIMIT, || {
        run(async {
            let mut bystander = spawn(ms(HOUR));
            let failed = TaskGroup::run(async |group| {
                group.spawn(async { Err::<(), _>("burnt") });
                future::poll_once(&mut bystander).await;
                ms(HOUR).await;
                Ok(())
            });
            assert_eq!(failed.await.unwrap_err().errors(), ["burnt"]);
            turns(3).await;
            assert!(!bystander.done() && bystander.cancelling() == 0);
        });
    });
}

#[test]
fn a_task_of_a_lost_race_is_reached_when_it_is_awaited_again() {
    check(
        async |log| {
            let task = spawn(async move {
                let mut child = spawn(cleans_up(log, "child", 5));
                race((async { (&mut child).await }, turns(1))).await;
                child.await;
            });
            turns(5).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
        },
        &["child"],
    );
}

// What is raised, and where nobody waits for it.

#[test]
fn a_cancellation_raised_in_a_lost_race_strikes_nobody() {
    within(LIMIT, || {
        run(async {
            let mut dead = spawn(pending::<()>());
            dead.cancel();
            wait([&dead]).await;
            let sum = async {
                let one = async {
                    (&mut dead).await;
                    1
                };
                let first = future::or(one, async { 2 }).await;
                turns(1).await;
                assert!(future::poll_once(&mut dead).await.is_none());
                turns(1).await;
                assert!(future::poll_once(&mut dead).await.is_none());
                ms(1).await;
                // One that is kept while the code waits elsewhere.
                let mut kept = pin!(async { (&mut dead).await });
                assert!(future::poll_once(&mut kept).await.is_none());
                ms(1).await;
                let propagates = async {
                    Cancelled::new().propagate().await;
                };
                future::or(propagates, async {}).await;
                ms(1).await;
                first
            };
            assert_eq!(catch_cancelled(sum).await.ok(), Some(2));
        });
    });
}

#[test]
fn a_cancellation_is_raised_where_it_is_waited_for() {
    within(LIMIT, || {
        run(async {
            let mut dead = spawn(pending::<()>());
            dead.cancel();
            wait([&dead]).await;
            assert!(catch_cancelled(future::or(&mut dead, pending())).await.is_err());
            assert!(catch_cancelled(future::zip(turns(1), &mut dead)).await.is_err());
            let mut set = FuturesUnordered::new();
            for _ in 0..100 {
                set.push(spawn(pending::<()>()));
            }
            set.push(dead);
            assert!(catch_cancelled(set.next()).await.is_err());
        });
    });
}

// Joins that lead back to themselves, and long ones.

/// Tasks that await each other in a ring. They either wait until they are cancelled, or are
/// refused by a panic that says so.
fn ring(count: usize) -> Vec<Task<()>> {
    let slots = Rc::new(RefCell::new(Vec::<Task<()>>::new()));
    let tasks: Vec<_> = (0..count)
        .map(|place| {
            let slots = slots.clone();
            spawn(async move {
                let next = slots.borrow()[(place + 1) % count].clone();
                next.await;
            })
        })
        .collect();
    slots.borrow_mut().extend(tasks.iter().cloned());
    tasks
}

/// Runs what has to end, be it by a panic that names the ring.
#[track_caller]
fn ends_or_is_refused(program: impl Future<Output = ()> + 'static) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(program))) {
        let text = panic.downcast_ref::<String>().map_or("", String::as_str);
        let text = panic.downcast_ref::<&str>().copied().unwrap_or(text);
        assert!(text.contains("itself") || text.contains("each other"), "{text:?}");
    }
}

#[test]
fn a_task_that_awaits_itself_can_be_cancelled() {
    alone(a_task_that_awaits_itself_can_be_cancelled, || {
        ends_or_is_refused(async {
            let task = ring(1).remove(0);
            turns(3).await;
            task.cancel();
            turns(5).await;
            assert!(task.done());
        });
    });
}

#[test]
fn tasks_that_await_each_other_can_be_cancelled() {
    alone(tasks_that_await_each_other_can_be_cancelled, || {
        for count in 1..6 {
            // By one of them.
            ends_or_is_refused(async move {
                let tasks = ring(count);
                turns(3).await;
                tasks[0].cancel();
                for task in tasks {
                    assert!(task.outcome().await.is_err(), "{count}");
                }
            });
            // By all of them, against the direction of the joins.
            ends_or_is_refused(async move {
                let tasks = ring(count);
                turns(3).await;
                for task in tasks.iter().rev() {
                    task.cancel();
                }
                for task in tasks {
                    assert!(task.outcome().await.is_err(), "{count}");
                }
            });
            // By the end of run.
            ends_or_is_refused(async move {
                ring(count);
                turns(3).await;
            });
        }
    });
}

#[test]
fn a_long_chain_of_tasks_can_be_cancelled() {
    alone(a_long_chain_of_tasks_can_be_cancelled, || {
        run(async {
            let mut task = spawn(pending::<()>());
            let first = task.handle();
            for _ in 0..50_000 {
                task = spawn(task);
            }
            turns(2).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert!(first.cancelled());
        });
    });
}

// Several at once.

#[test]
fn amap_waits_for_the_clean_up_of_all() {
    check(
        async |log| {
            let begun = Rc::new(Cell::new(0));
            let count = begun.clone();
            let task = spawn(async move {
                amap(3, 0..10, |number| {
                    count.set(count.get() + 1);
                    cleans_up(log.clone(), number, 20 * (10 - number))
                })
                .await;
            });
            turns(2).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert_eq!(begun.get(), 3);
        },
        &["2", "1", "0"],
    );
}

#[test]
fn a_gather_of_many_asks_all_of_them() {
    within(LIMIT, || {
        run(async {
            let log = Log::default();
            let children: Vec<_> = (0..300).map(|name| cleans_up(log.clone(), name, 1)).collect();
            let task = spawn(gather(children));
            turns(2).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert_eq!(log.borrow().len(), 300);
        });
    });
}

/// Of scopes beside each other in a `zip`, which is not ours, the first that propagates may take
/// the other with it; but it is the first that has cleaned up.
#[test]
fn a_zip_waits_for_the_first_clean_up() {
    within(LIMIT, || {
        run(async {
            let log = Log::default();
            let first = cleans_up(log.clone(), "first", 1);
            let second = cleans_up(log.clone(), "second", 20);
            let task = spawn(future::zip(first, second));
            turns(2).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert_eq!(log.borrow()[0], "first");
        });
    });
}

#[test]
fn what_stands_in_a_set_of_others_is_asked_too() {
    for tasks in [false, true] {
        within(LIMIT, move || {
            run(async move {
                let log = Log::default();
                let seen = log.clone();
                let task = spawn(async move {
                    let mut set = FuturesUnordered::new();
                    for name in 0..3 {
                        let log = log.clone();
                        set.push(async move {
                            let child = cleans_up(log, name, 5);
                            if tasks { spawn(child).await } else { child.await }
                        });
                    }
                    while set.next().await.is_some() {}
                });
                turns(3).await;
                task.cancel();
                assert!(catch_cancelled(task).await.is_err());
                // As in a zip: the first that propagates may take the others with it.
                assert!(!seen.borrow().is_empty());
            });
        });
    }
}

#[test]
fn gathers_in_gathers_wait_for_all() {
    let seen = within(LIMIT, || {
        let log = Log::default();
        let seen = log.clone();
        run(async move {
            let inner = |name: &str| {
                let log = log.clone();
                gather([1, 2].map(|n| cleans_up(log.clone(), format!("{name}{n}"), n)))
            };
            let tuple = gather((inner("a"), pending::<()>(), inner("b")));
            let outcomes = gather_outcomes([cleans_up(log.clone(), "c", 3)]);
            let third = finally(pending::<()>(), async {
                ms(4).await;
                log.borrow_mut().push("d".into());
            });
            let all = gather((tuple, outcomes, third, ms(HOUR)));
            assert!(timeout(SHORT, all).await.is_err());
        });
        seen.take()
    });
    let mut seen = seen;
    seen.sort();
    assert_eq!(seen, ["a1", "a2", "b1", "b2", "c", "d"]);
}

#[test]
fn timeouts_of_the_children_of_a_gather_expire_each_by_itself() {
    within(LIMIT, || {
        run(async {
            let children = (0..100).map(|number| {
                timeout(Duration::from_millis(200), async move {
                    if number % 2 == 0 {
                        turns(1).await
                    } else {
                        pending().await
                    }
                    number
                })
            });
            for (number, result) in gather(children).await.into_iter().enumerate() {
                assert_eq!(result, if number % 2 == 0 { Ok(number) } else { Err(TimedOut) });
            }
            assert_eq!(current_task().cancelling(), 0);
        });
    });
}

#[test]
fn a_child_that_is_cancelled_by_itself_ends_the_gather_at_once() {
    within(LIMIT, || {
        run(async {
            let dead = spawn(pending::<()>());
            dead.cancel();
            assert!(catch_cancelled(gather((dead, ms(HOUR)))).await.is_err());

            let dead = spawn(pending::<()>());
            dead.cancel();
            let outcomes = gather_outcomes([dead, spawn(async {})]).await;
            assert!(matches!(outcomes[0], Err(Failure::Cancelled(_))));
            assert!(outcomes[1].is_ok());
        });
    });
}

#[test]
fn all_tasks_of_a_gather_are_cancelled_however_early() {
    within(LIMIT, || {
        run(async {
            let tasks: Vec<_> = (0..500).map(|_| spawn(pending::<()>())).collect();
            let handles: Vec<_> = tasks.iter().map(Task::handle).collect();
            let task = spawn(gather(tasks));
            turns(1).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            for handle in handles {
                assert!(handle.cancelled() && handle.cancelling() == 1);
            }
        });
    });
}

#[test]
fn a_request_starts_nothing_twice_and_runs_nothing_on() {
    within(LIMIT, || {
        run(async {
            let (begun, went_on) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
            let (begins, goes_on) = (begun.clone(), went_on.clone());
            let task = spawn(async move {
                let waits = async {
                    begins.set(begins.get() + 1);
                    pending::<()>().await;
                    goes_on.set(goes_on.get() + 1);
                };
                catch_cancelled(waits).await.is_err()
            });
            turns(1).await;
            task.cancel();
            assert!(task.await);
            assert_eq!((begun.get(), went_on.get()), (1, 0));
        });
    });
}

// Requests that meet.

#[test]
fn requests_to_both_ends_of_a_join_are_one_for_the_joined() {
    for order in [[0, 1], [1, 0]] {
        check(
            async move |log| {
                let joined = spawn(cleans_up(log, "joined", 5));
                let inner = joined.handle();
                let outer = spawn(joined);
                turns(2).await;
                let both = [outer.handle(), inner];
                for place in order {
                    both[place].cancel();
                }
                assert!(catch_cancelled(outer).await.is_err());
            },
            &["joined"],
        );
    }
}

#[test]
fn the_end_of_run_is_one_request_for_the_joined() {
    // Spawned after what it joins.
    check(
        async |log| {
            spawn(spawn(cleans_up(log, "joined", 5))).detach();
            turns(3).await;
        },
        &["joined"],
    );
    // Spawned before it.
    check(
        async |log| {
            let slot = Rc::new(RefCell::new(None::<Task<()>>));
            let later = slot.clone();
            spawn(async move {
                let joined = later.take().expect("it is put there before the first turn");
                joined.await;
            })
            .detach();
            slot.replace(Some(spawn(cleans_up(log, "joined", 5))));
            turns(3).await;
        },
        &["joined"],
    );
}

#[test]
fn a_diamond_is_asked_once_and_waited_for_by_both() {
    check(
        async |log| {
            let bottom = spawn(cleans_up(log, "bottom", 50));
            let (left, right) = (spawn(bottom.clone()), spawn(bottom));
            let sides = [left.handle(), right.handle()];
            let top = spawn(gather([left, right]));
            turns(3).await;
            top.cancel();
            turns(3).await;
            assert!(sides.iter().all(|side| !side.done()));
            assert!(catch_cancelled(top).await.is_err());
            assert!(sides.iter().all(|side| side.cancelled()));
        },
        &["bottom"],
    );
}

#[test]
fn a_second_request_reaches_clean_ups_in_a_gather() {
    check(
        async |log| {
            let both =
                [cleans_up(log.clone(), "short", 5), cleans_up(log.clone(), "endless", HOUR)];
            let task = spawn(gather(both));
            turns(2).await;
            task.cancel();
            while log.borrow().is_empty() {
                ms(1).await;
            }
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
        },
        &["short"],
    );
}

/// As in CPython: it has ended what the task waited for.
#[test]
fn a_request_that_met_a_wait_is_not_taken_back() {
    within(LIMIT, || {
        run(async {
            let event = Event::new();
            let waits = |event: Event| async move { event.wait().await };
            let (waiting, woken) = (spawn(waits(event.clone())), spawn(waits(event.clone())));
            let inner = spawn(async { pending::<()>().await });
            let (handle, joins) = (inner.handle(), spawn(inner));
            turns(1).await;
            for task in [&waiting, &joins] {
                task.cancel();
                task.uncancel();
            }
            turns(1).await;
            assert!(waiting.cancelled() && handle.cancelled());
            event.set();
            woken.cancel();
            woken.uncancel();
            woken.await;
            assert!(catch_cancelled(joins).await.is_err());
        });
    });
}

#[test]
fn a_request_that_met_no_wait_is_taken_back() {
    within(LIMIT, || {
        run(async {
            let task = spawn(turns(1));
            task.cancel();
            task.uncancel();
            task.await;
        });
    });
}

// Values of the same turn.

#[test]
fn a_permit_that_came_with_a_request_goes_to_the_next() {
    within(LIMIT, || {
        run(async {
            let lock = Lock::new();
            let guard = lock.acquire().await;
            let waiter = async |lock: Lock| drop(lock.acquire().await);
            let (first, second) = (spawn(waiter(lock.clone())), spawn(waiter(lock.clone())));
            turns(2).await;
            drop(guard);
            first.cancel();
            assert!(catch_cancelled(first).await.is_err());
            second.await;
        });
    });
}

#[test]
fn an_item_that_came_with_a_request_goes_to_the_next() {
    within(LIMIT, || {
        run(async {
            let queue = Queue::new();
            let getter = async |queue: Queue<u32>| queue.get().await.unwrap();
            let (first, second) = (spawn(getter(queue.clone())), spawn(getter(queue.clone())));
            turns(2).await;
            queue.try_put(1).unwrap();
            first.cancel();
            assert!(catch_cancelled(first).await.is_err());
            assert_eq!(second.await, 1);
        });
    });
}

#[test]
fn a_value_that_was_withheld_for_a_siblings_sake_comes_later() {
    within(LIMIT, || {
        run(async {
            let event = Event::new();
            let waits = event.clone();
            let task = spawn(async move {
                let refuses = async {
                    let caught = catch_cancelled(pending::<()>()).await.is_err();
                    turns(1).await;
                    caught
                };
                future::zip(waits.wait(), refuses).await.1
            });
            turns(1).await;
            event.set();
            task.cancel();
            assert!(task.await);
        });
    });
}

/// Whether it is taken before the request strikes or stays where it was: a value is not lost.
#[test]
fn a_value_of_a_foreign_wait_is_not_lost_by_a_request() {
    within(LIMIT, || {
        run(async {
            let (sender, receiver) = async_channel::unbounded();
            let rest = receiver.clone();
            let got = Rc::new(Cell::new(None));
            let seen = got.clone();
            let task = spawn(async move {
                seen.set(receiver.recv().await.ok());
                ms(HOUR).await;
            });
            turns(1).await;
            sender.try_send(7).unwrap();
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert_eq!(got.get().or(rest.try_recv().ok()), Some(7));
        });
    });
}

#[test]
fn a_task_that_blocks_while_it_is_asked_does_not_hang() {
    within(LIMIT, || {
        run(async {
            let (sender, receiver) = async_channel::unbounded();
            let task = spawn(async move {
                receiver.recv().await.unwrap();
                smol::block_on(ms(1));
                smol::block_on(gather([ms(1), ms(2)]));
                pending::<()>().await;
            });
            turns(1).await;
            sender.try_send(()).unwrap();
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
        });
    });
}
