//! Where the loop is started, or called, and should not be.

#![allow(clippy::async_yields_async, reason = "a task, or a future, is what leaves its loop")]

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread;

use futures_lite::future;
use twin_tasks::{
    Gateway, Lock, Runner, TaskContext, TaskGroup, as_completed, catch_cancelled, current_task,
    gather, promise, run, shield, sleep, spawn, task_local, timeout, to_thread, wait,
};

use crate::help::{HOUR, caught, check, ms, poll_once, refuses, turns, value_or_refusal};

/// What `run` inside itself says.
const NESTED: &[&str] = &["await the future instead"];

/// Runs a loop when it is dropped.
struct Runs;

impl Drop for Runs {
    fn drop(&mut self) {
        run(async {});
    }
}

/// As `Runs`, and expects that it is refused.
struct IsRefused;

impl Drop for IsRefused {
    fn drop(&mut self) {
        refuses(NESTED, || run(async {}));
    }
}

#[test]
fn run_inside_of_run() {
    check(
        run_inside_of_run,
        &[
            ("in the main task", || refuses(NESTED, || run(async { run(async {}) }))),
            ("in a task", || {
                run(async {
                    let task = spawn(async { run(async {}) });
                    let failure = task.outcome().await.unwrap_err();
                    assert!(failure.panic_message().unwrap().contains(NESTED[0]));
                    assert_eq!(spawn(async { 7 }).await, 7);
                });
            }),
            ("in a child of a gather", || {
                refuses(NESTED, || run(async { gather([async { run(async {}) }]).await }));
            }),
            ("where it is caught", || {
                run(async {
                    refuses(NESTED, || run(async {}));
                    turns(2).await;
                    assert_eq!(spawn(async { 7 }).await, 7);
                });
                assert_eq!(run(async { 8 }), 8);
            }),
            ("by another runner, which serves later", || {
                let mut runner = Runner::new();
                let mut runner = run(async move {
                    refuses(NESTED, || runner.run(async {}));
                    runner
                });
                assert_eq!(runner.run(async { 7 }), 7);
                runner.close();
            }),
            ("by a runner of its own", || {
                let runner = run(async {
                    let mut runner = Runner::new();
                    refuses(NESTED, || runner.run(async {}));
                    runner
                });
                runner.close();
            }),
            ("inside another executor", || {
                run(async {
                    refuses(NESTED, || smol::block_on(async { run(async {}) }));
                    smol::block_on(turns(2));
                });
            }),
            ("in a handler of panics", || {
                let refused = Rc::new(RefCell::new(None));
                let handled = refused.clone();
                let mut runner = Runner::new();
                runner.on_panic(move |_| {
                    handled.replace(caught(|| run(async {})).err());
                });
                runner.run(async {
                    spawn(async { panic!("spilt") }).detach();
                    turns(2).await;
                });
                runner.close();
                assert!(refused.take().unwrap().contains(NESTED[0]));
            }),
            ("on a thread of another loop", || {
                assert_eq!(run(to_thread(|| run(async { 7 }))), 7);
                let thread = || thread::spawn(|| run(async { 7 })).join().unwrap();
                assert_eq!(run(async move { thread() }), 7);
            }),
            ("after it has panicked", || {
                refuses(&["spilt"], || run(async { panic!("spilt") }));
                assert_eq!(run(async { 7 }), 7);
            }),
        ],
    );
}

#[test]
fn run_in_a_destructor() {
    check(
        run_in_a_destructor,
        &[
            ("of what the main task holds", || {
                refuses(NESTED, || run(async { drop(Runs) }));
                refuses(NESTED, || {
                    run(async {
                        let _runs = Runs;
                        turns(1).await;
                    })
                });
            }),
            ("of what a task returns to nobody", || {
                refuses(NESTED, || {
                    run(async {
                        spawn(async { Runs }).detach();
                        turns(3).await;
                    })
                });
            }),
            ("of what a cancelled task holds", || {
                run(async {
                    let task = spawn(async {
                        let _runs = Runs;
                        pending::<()>().await;
                    });
                    turns(1).await;
                    task.cancel();
                    let failure = task.outcome().await.unwrap_err();
                    assert!(failure.panic_message().unwrap().contains(NESTED[0]));
                });
            }),
            ("of what is left at the end", || {
                refuses(NESTED, || {
                    run(async {
                        spawn(async {
                            let _runs = Runs;
                            pending::<()>().await;
                        })
                        .detach();
                        turns(1).await;
                    })
                });
                assert_eq!(run(async { 7 }), 7);
            }),
            ("where it is caught", || {
                run(async {
                    let _main = IsRefused;
                    spawn(async {
                        let _left = IsRefused;
                        pending::<()>().await;
                    })
                    .detach();
                    turns(1).await;
                });
            }),
            ("where it is caught while another panic passes", || {
                refuses(&["spilt"], || {
                    run(async {
                        let _main = IsRefused;
                        panic!("spilt")
                    })
                });
            }),
        ],
    );
}

task_local! {
    static USER: u32;
}

/// Calls a function in the destructor of a thread-local variable, three times: on a thread that
/// has never run a loop, that has before it made the variable, and after.
fn at_the_end_of_a_thread<T: Send + 'static>(call: fn() -> T) -> [Option<T>; 3] {
    struct AtEnd(Box<dyn Fn()>);
    impl Drop for AtEnd {
        fn drop(&mut self) {
            (self.0)();
        }
    }
    thread_local!(static AT_END: RefCell<Option<AtEnd>> = const { RefCell::new(None) });

    let uses = || {
        run(async {
            USER.set(1);
            sleep(ms(1)).await;
        });
    };
    [(false, false), (true, false), (false, true)].map(|(before, after)| {
        let (sender, given) = mpsc::channel();
        let thread = thread::spawn(move || {
            if before {
                uses();
            }
            // What panics here would end the process.
            let calls = move || drop(sender.send(caught(|| value_or_refusal(call))));
            AT_END.set(Some(AtEnd(Box::new(calls))));
            if after {
                uses();
            }
        });
        thread.join().unwrap();
        given.recv().expect("the destructor has run").unwrap()
    })
}

#[test]
fn calls_in_the_destructor_of_a_thread_local() {
    /// What the crate gives there, unless it refuses.
    fn gives<T: PartialEq + Send + 'static>(expected: T, call: fn() -> T) {
        let given = at_the_end_of_a_thread(call);
        assert!(given.into_iter().flatten().all(|value| value == expected));
    }
    check(
        calls_in_the_destructor_of_a_thread_local,
        &[
            ("run", || gives(7, || run(async { 7 }))),
            ("run, for a time", || {
                gives(7, || {
                    run(async {
                        sleep(ms(1)).await;
                        spawn(async { 7 }).await
                    })
                });
            }),
            ("a runner", || {
                gives(7, || {
                    let mut runner = Runner::new();
                    let seven = runner.run(async { 7 });
                    runner.close();
                    seven
                });
            }),
            ("spawn", || {
                let refused = || refuses(&["needs a running event loop"], || spawn(async {}));
                assert_eq!(at_the_end_of_a_thread(refused), [Some(()); 3]);
            }),
            ("the current task", || {
                let refused = || refuses(&["needs a running task"], current_task);
                assert_eq!(at_the_end_of_a_thread(refused), [Some(()); 3]);
            }),
            ("a task-local variable", || gives(None, || USER.get())),
            ("a context", || gives(None, || USER.get_in(&TaskContext::copy()))),
            ("a gather", || gives(vec![1, 2], || at_once(gather([ready(1), ready(2)])))),
            ("a promise", || {
                gives(7, || {
                    let tea = promise();
                    tea.set(7).unwrap();
                    at_once(tea)
                });
            }),
            ("a lock", || gives(true, || Lock::new().try_acquire().is_some())),
            ("a wait for a time", || {
                gives(true, || {
                    poll_once(sleep(HOUR)).is_none()
                        && poll_once(timeout(HOUR, pending::<()>())).is_none()
                });
            }),
        ],
    );
}

/// The output of a future that doesn't need to wait: an executor may be gone by then.
fn at_once<F: Future>(future: F) -> F::Output {
    poll_once(future).expect("it need not wait")
}

#[test]
fn things_in_a_thread_local() {
    /// Leaves to the end of its thread what `make` gives, which holds what it is given.
    fn left(make: fn(Arc<()>) -> Box<dyn Any>) {
        thread_local!(static LEFT: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) });
        // Made before the crate's own variables, so that it is dropped after them; and the other way.
        for before in [true, false] {
            let held = Arc::new(());
            let holder = held.clone();
            let thread = thread::spawn(move || {
                if before {
                    LEFT.set(None);
                }
                let thing = make(holder);
                LEFT.set(Some(thing));
            });
            assert!(thread.join().is_ok());
            assert_eq!(Arc::strong_count(&held), 1, "something still holds it");
        }
    }
    async fn holds(held: Arc<()>) {
        pending::<()>().await;
        drop(held);
    }
    /// A future of the main task, half-way.
    fn half_way<F: Future + 'static>(make: impl FnOnce() -> F + 'static) -> Box<dyn Any> {
        Box::new(run(async {
            let mut future = Box::pin(make());
            assert!(future::poll_once(&mut future).await.is_none());
            future
        }))
    }
    check(
        things_in_a_thread_local,
        &[
            ("a runner", || {
                left(|held| {
                    let mut runner = Runner::new();
                    runner.run(async { spawn(holds(held)).detach() });
                    Box::new(runner)
                });
            }),
            ("a task that has ended", || {
                left(|held| {
                    Box::new(run(async {
                        let task = spawn(async { held });
                        wait([&task]).await;
                        task
                    }))
                });
            }),
            ("a task that was cancelled", || {
                left(|held| Box::new(run(async { (spawn(holds(held)), current_task()) })));
            }),
            ("a guard", || {
                left(|held| {
                    let lock = Lock::new();
                    Box::new((run(async move { lock.acquire().await }), held))
                });
            }),
            ("a promise", || {
                left(|held| {
                    let tea = promise();
                    assert!(tea.set(held).is_ok());
                    Box::new(tea)
                });
            }),
            ("a gateway and what was submitted", || {
                left(|held| {
                    Box::new(run(async {
                        let gateway = Gateway::new();
                        let submitted = gateway.spawn(move || holds(held));
                        turns(2).await;
                        (gateway, submitted)
                    }))
                });
            }),
            ("a group", || {
                left(|held| {
                    Box::new(run(TaskGroup::run(async |group: &TaskGroup<()>| {
                        let child = group.spawn(holds(held));
                        turns(1).await;
                        group.cancel();
                        Ok((group.clone(), child.handle()))
                    })))
                });
            }),
            ("a context", || {
                left(|held| {
                    let context = run(async {
                        USER.set(1);
                        TaskContext::copy()
                    });
                    Box::new((context, held))
                });
            }),
            ("a sleep", || left(|held| half_way(move || gather((sleep(HOUR), holds(held)))))),
            ("a timeout", || left(|held| half_way(move || timeout(HOUR, holds(held))))),
            ("a gather", || left(|held| half_way(move || gather([holds(held)])))),
            ("an iteration", || {
                left(|held| half_way(move || async { as_completed([holds(held)]).next().await }));
            }),
            ("a catch", || left(|held| half_way(move || catch_cancelled(holds(held))))),
            ("a shield", || left(|held| half_way(move || shield(holds(held))))),
            ("a wait for a task", || left(|held| half_way(move || wait([spawn(holds(held))])))),
            ("a join", || left(|held| half_way(move || async { spawn(holds(held)).await }))),
        ],
    );
}

#[test]
fn a_runner_that_is_dropped() {
    /// Whether the clean-up of what a runner has left is run, or at least its destructors.
    fn closes(drops: impl FnOnce(Runner)) {
        let held = Rc::new(());
        let holder = held.clone();
        let mut runner = Runner::new();
        let handle = runner.run(async {
            let task = spawn(async {
                let _held = holder;
                pending::<()>().await;
            });
            turns(1).await;
            task.handle()
        });
        drops(runner);
        assert!(handle.done());
        assert_eq!(Rc::strong_count(&held), 1, "something still holds it");
        assert_eq!(run(async { 7 }), 7);
    }
    check(
        a_runner_that_is_dropped,
        &[
            ("is a closed one", || closes(drop)),
            ("inside another loop", || closes(|runner| run(async { drop(runner) }))),
            ("in a task of another loop", || {
                closes(|runner| {
                    run(async {
                        spawn(async { drop(runner) }).await;
                    });
                });
            }),
            ("while a panic passes", || {
                closes(|runner| {
                    refuses(&["spilt"], move || {
                        let _runner = runner;
                        panic!("spilt")
                    });
                });
            }),
            ("with a clean-up", || {
                let clean = Rc::new(Cell::new(false));
                let cleans = clean.clone();
                let mut runner = Runner::new();
                runner.run(async {
                    let task = spawn(async move {
                        let _cancelled = catch_cancelled(pending::<()>()).await;
                        sleep(ms(1)).await;
                        cleans.set(true);
                    });
                    turns(1).await;
                    task.detach();
                });
                drop(runner);
                assert!(clean.get());
            }),
            ("with a panic that nobody has awaited", || {
                let mut runner = Runner::new();
                runner.run(async {
                    spawn(async { panic!("spilt") }).detach();
                    turns(2).await;
                });
                refuses(&["spilt"], || drop(runner));
            }),
            ("with such a panic while another passes", || {
                let mut runner = Runner::new();
                runner.run(async {
                    spawn(async { panic!("milk") }).detach();
                    turns(2).await;
                });
                refuses(&["tea"], move || {
                    let _runner = runner;
                    panic!("tea")
                });
            }),
        ],
    );
}

/// What the main task's own cancellation is for who has called `run`.
#[test]
fn a_main_task_that_is_cancelled() {
    check(
        a_main_task_that_is_cancelled,
        &[
            ("says so", || {
                let cancels = async {
                    current_task().cancel_with("closing time");
                    turns(1).await;
                };
                refuses(&["cancelled: closing time"], || run(cancels));
            }),
            ("by a child", || {
                refuses(&["cancelled"], || {
                    run(async {
                        let main = current_task();
                        spawn(async move {
                            main.cancel();
                        })
                        .detach();
                        pending::<()>().await;
                    })
                });
            }),
            ("leaves its runner usable", || {
                let mut runner = Runner::new();
                let cancels = async {
                    current_task().cancel();
                    turns(1).await;
                };
                refuses(&["cancelled"], || runner.run(cancels));
                assert_eq!(runner.run(async { 7 }), 7);
                refuses(&["spilt"], || runner.run(async { panic!("spilt") }));
                assert_eq!(runner.run(async { 8 }), 8);
                runner.close();
            }),
            ("as it awaits a task that was cancelled", || {
                refuses(&["cancelled"], || {
                    run(async {
                        let task = spawn(pending::<()>());
                        task.cancel();
                        task.await;
                    })
                });
            }),
            ("and what it leaves cleans up", || {
                let clean = Rc::new(Cell::new(false));
                let cleans = clean.clone();
                refuses(&["cancelled"], || {
                    run(async {
                        spawn(async move {
                            let _cancelled = catch_cancelled(pending::<()>()).await;
                            turns(2).await;
                            cleans.set(true);
                        })
                        .detach();
                        turns(1).await;
                        current_task().cancel();
                        turns(1).await;
                    })
                });
                assert!(clean.get());
            }),
        ],
    );
}
