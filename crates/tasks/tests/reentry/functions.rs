//! Functions of a user: handlers, predicates, iterators, conversions.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{pending, ready};
use std::rc::Rc;
use std::time::Instant;

use twin_tasks::{
    Condition, Deadline, Gateway, Runner, Task, TaskGroup, TimedOut, Timeout, amap, as_completed,
    catch_cancelled, gather, gather_outcomes, race, shield_task, spawn, to_thread, try_gather,
    wait,
};

use super::futures::or_fail;
use super::harness::{
    HOUR, InLoop, check, poll_once, reenters, reenters_by, run, turns, user_code,
};
use super::user::{Item, work};

#[test]
fn handler_of_panics() {
    /// What a handler gets of the panics of the tasks that a program leaves alone.
    fn seen<F>(handles: impl Fn(&str) + 'static, program: F) -> Vec<&'static str>
    where
        F: Future<Output = ()> + 'static,
    {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let log = seen.clone();
        let mut runner = Runner::new();
        runner.on_panic(move |panic| {
            let text = panic.downcast_ref::<&str>().copied().expect("it is a text");
            user_code();
            log.borrow_mut().push(text);
            handles(text);
        });
        let _in_loop = InLoop::new();
        runner.run(program);
        runner.close();
        seen.take()
    }
    fn panics(text: &'static str) {
        spawn(async move { std::panic::panic_any(text) }).detach();
    }
    check(
        handler_of_panics,
        &[
            ("that calls everything", || {
                reenters(|| {});
                let program = async {
                    panics("tea");
                    panics("milk");
                    turns(3).await;
                };
                assert_eq!(seen(|_| {}, program), ["tea", "milk"]);
            }),
            ("whose own task panics", || {
                reenters(|| {});
                let again = |text: &str| {
                    if text == "tea" {
                        panics("milk");
                    }
                };
                let program = async {
                    panics("tea");
                    turns(5).await;
                };
                assert_eq!(seen(again, program), ["tea", "milk"]);
            }),
            ("at the end of the loop", || {
                reenters(|| {});
                let program = async {
                    spawn(async {
                        let _cancelled = catch_cancelled(pending::<()>()).await;
                        std::panic::panic_any("tea");
                    })
                    .detach();
                    turns(1).await;
                };
                assert_eq!(seen(|_| {}, program), ["tea"]);
            }),
            ("that is replaced", || {
                let mut runner = Runner::new();
                let item = Item(1);
                runner.on_panic(move |_| drop(item.clone()));
                reenters(|| assert_eq!(twin_tasks::run(async { 7 }), 7));
                runner.on_panic(|_| {});
                assert_eq!(runner.run(async { 8 }), 8);
            }),
            ("that is dropped with its runner", || {
                let mut runner = Runner::new();
                let item = Item(1);
                runner.on_panic(move |_| drop(item.clone()));
                reenters(|| assert_eq!(twin_tasks::run(async { 7 }), 7));
                assert_eq!(runner.run(async { 8 }), 8);
                runner.close();
            }),
        ],
    );
}

#[test]
fn functions_that_are_called() {
    check(
        functions_that_are_called,
        &[
            ("the predicate of a condition", || {
                run(async {
                    let (kettle, boils) = (Condition::new(), Rc::new(Cell::new(false)));
                    reenters_by(kettle.clone());
                    let (own, boiling) = (kettle.clone(), boils.clone());
                    let cook = spawn(async move {
                        let mut guard = own.acquire().await;
                        let predicate = || {
                            user_code();
                            assert!(own.locked());
                            boiling.get().then_some("tea")
                        };
                        own.wait_for(&mut guard, predicate).await
                    });
                    turns(2).await;
                    boils.set(true);
                    let guard = kettle.acquire().await;
                    kettle.notify(&guard, 1);
                    drop(guard);
                    assert_eq!(cook.await, "tea");
                });
            }),
            ("the iterator that is gathered", || {
                run(async {
                    reenters(|| {});
                    let futures = || {
                        (1..=3).map(|number| {
                            user_code();
                            ready(number)
                        })
                    };
                    assert_eq!(gather(futures()).await, [1, 2, 3]);
                    assert_eq!(gather_outcomes(futures()).await.len(), 3);
                    assert_eq!(try_gather(futures().map(or_fail)).await, Ok(vec![1, 2, 3]));
                    assert_eq!(race(futures()).await, (0, 1));
                    assert_eq!(as_completed(futures()).next().await, Some((0, 1)));
                    assert_eq!(wait(futures().map(spawn)).await.0.len(), 3);
                });
            }),
            ("the iterator and the function of a map", || {
                run(async {
                    reenters(|| {});
                    let items = (1..=3).inspect(|_| user_code());
                    let double = |number| {
                        user_code();
                        ready(2 * number)
                    };
                    assert_eq!(amap(2, items, double).await, [2, 4, 6]);
                });
            }),
            ("an iterator that maps once more", || {
                run(async {
                    let items = (1..=3).map(|number| {
                        user_code();
                        poll_once(amap(2, 1..=number, ready)).expect("it need not wait").len()
                    });
                    reenters(|| {});
                    assert_eq!(amap(2, items, ready).await, [1, 2, 3]);
                });
            }),
            ("the body of a group", || {
                run(async {
                    let seven = TaskGroup::run(async |group: &TaskGroup<Infallible>| {
                        reenters_by(group.clone());
                        user_code();
                        Ok(group.spawn(ready(())).handle().cancel())
                    });
                    assert_eq!(seven.await, Ok(true));
                    reenters(|| {});
                });
            }),
            ("what a timeout runs", || {
                run(async {
                    let limit = Timeout::after(HOUR);
                    reenters_by(limit.deadline());
                    let body = |deadline: Deadline| {
                        user_code();
                        async move { deadline.expired() }
                    };
                    assert_eq!(limit.run(body).await, Ok(false));
                });
            }),
            ("what a thread submits", || {
                run(async {
                    let gateway = Gateway::new();
                    reenters_by(gateway.clone());
                    let submit = move || {
                        let function = || {
                            user_code();
                            ready(7)
                        };
                        gateway.spawn(function).result()
                    };
                    assert_eq!(to_thread(submit).await, Ok(7));
                    reenters(|| {});
                });
            }),
            ("the name of a task", || {
                struct Name;
                impl From<Name> for Rc<str> {
                    fn from(_name: Name) -> Self {
                        user_code();
                        "cook".into()
                    }
                }
                run(async {
                    let task = spawn(pending::<()>()).named("guest");
                    reenters_by(task.handle());
                    assert_eq!(task.named(Name).name().as_deref(), Some("cook"));
                });
            }),
            ("the time of a deadline", || {
                struct Soon;
                impl From<Soon> for Option<Instant> {
                    fn from(_soon: Soon) -> Self {
                        user_code();
                        Some(Instant::now())
                    }
                }
                run(async {
                    let limit = Timeout::after(HOUR);
                    reenters_by(limit.deadline());
                    let body = |deadline: Deadline| async move {
                        deadline.reschedule(Soon).unwrap();
                        pending::<()>().await;
                    };
                    assert_eq!(limit.run(body).await, Err(TimedOut));
                });
            }),
            ("the owner of a shielded task", || {
                struct Owner(Task<u32>);
                impl AsMut<Task<u32>> for Owner {
                    fn as_mut(&mut self) -> &mut Task<u32> {
                        user_code();
                        &mut self.0
                    }
                }
                run(async {
                    let task = spawn(ready(7));
                    reenters_by(task.clone());
                    assert_eq!(shield_task(Owner(task)).await, 7);
                    reenters(|| {});
                });
            }),
            ("what splits errors", || {
                run(async {
                    let group = TaskGroup::run(async |_: &TaskGroup<Item>| Err::<(), _>(Item(1)));
                    let errors = group.await.unwrap_err();
                    reenters(|| {});
                    let (odd, even) = errors.split(|item| *item == Item(1));
                    assert!(even.is_none());
                    assert_eq!(odd.unwrap().errors()[0].0, 1);
                });
            }),
            ("the one who iterates as over a stream", || {
                run(async {
                    use futures_lite::StreamExt;
                    reenters(|| {});
                    let mut results = as_completed([2, 1].map(|count| work(turns(count))));
                    let mut all = Vec::new();
                    while let Some((place, ())) = StreamExt::next(&mut results).await {
                        user_code();
                        all.push(place);
                    }
                    assert_eq!(all, [1, 0]);
                });
            }),
        ],
    );
}
