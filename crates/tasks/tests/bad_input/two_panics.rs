//! Two panics at once, which abort a program that lets the second pass while the first does: one
//! comes out, and the process lives.

use std::cell::Cell;
use std::future::pending;
use std::panic::panic_any;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use twin_tasks::{
    Barrier, Condition, Event, Queue, Runner, Semaphore, Task, TaskGroup, amap, as_completed,
    catch_cancelled, finally, gather, gather_outcomes, promise, race, run, spawn, task_local,
    to_thread, try_gather,
};

use crate::help::{caught, check, poll_once, turns};

/// Panics when it is dropped, also where another panic passes. That aborts the process, if nobody
/// catches what each destructor does.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(self.0);
    }
}

fn never(text: &'static str) -> impl Future<Output = ()> {
    let bomb = Bomb(text);
    async move {
        pending::<()>().await;
        drop(bomb);
    }
}

/// One of the two comes out, or the first alone is right.
#[track_caller]
fn one_comes_out(call: impl FnOnce()) {
    let text = caught(call).expect_err("both panics have vanished");
    assert!(["one", "two"].contains(&&*text), "{text:?}");
    // And the crate is as it was.
    assert_eq!(run(async { spawn(async { 7 }).await }), 7);
}

/// The program as the main task, which is dropped with what it holds.
#[track_caller]
fn main_comes_out<F: Future + 'static>(main: F) {
    one_comes_out(|| {
        run(async {
            let _output = main.await;
        })
    });
}

/// Awaits a future for some turns, and drops it.
async fn half_way<F: Future>(future: F) {
    let waits = async {
        let _output = future.await;
    };
    race((waits, turns(3))).await;
}

#[test]
fn of_a_task() {
    /// Panics in its poll, and when it is dropped.
    struct Both;
    impl Future for Both {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
            panic_any("one")
        }
    }
    impl Drop for Both {
        fn drop(&mut self) {
            panic_any("two");
        }
    }
    check(
        of_a_task,
        &[
            ("whose destructor panics after its poll", || {
                one_comes_out(|| run(async { spawn(Both).await }));
            }),
            ("that nobody awaits", || {
                one_comes_out(|| {
                    run(async {
                        spawn(Both).detach();
                        turns(2).await;
                    })
                });
            }),
            ("which is the main one", || one_comes_out(|| run(Both))),
            ("in a gather of outcomes", || {
                one_comes_out(|| {
                    run(async {
                        let outcome = gather_outcomes([Both]).await.remove(0);
                        // Unless its destructor's has come out before.
                        assert_eq!(outcome.unwrap_err().panic_message(), Some("one"));
                        panic_any("one")
                    })
                });
            }),
            ("in a group", || {
                one_comes_out(|| {
                    run(TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(Both);
                    }))
                });
            }),
            ("with a clean-up that panics", || {
                main_comes_out(finally(async { panic_any("one") }, async { panic_any("two") }));
            }),
        ],
    );
}

#[test]
fn of_two_tasks() {
    fn spills() {
        panic_any("one")
    }
    check(
        of_two_tasks,
        &[
            ("whose destructors panic at the end", || {
                one_comes_out(|| {
                    run(async {
                        spawn(never("one")).detach();
                        spawn(never("two")).detach();
                        turns(1).await;
                    })
                });
            }),
            ("whose destructors panic when a runner is dropped", || {
                one_comes_out(|| {
                    let mut runner = Runner::new();
                    runner.run(async {
                        spawn(never("one")).detach();
                        spawn(never("two")).detach();
                        turns(1).await;
                    });
                    drop(runner);
                });
            }),
            ("beside the main task's", || {
                let text = caught(|| {
                    run(async {
                        spawn(never("two")).detach();
                        spawn(async { panic_any("two") }).detach();
                        turns(2).await;
                        panic_any("one")
                    })
                });
                assert_eq!(text, Err("one".to_owned()));
            }),
            ("of a group, the second of which the handler gets", || {
                let seen = Rc::new(Cell::new(0));
                let counts = seen.clone();
                let mut runner = Runner::new();
                runner.on_panic(move |_| counts.set(counts.get() + 1));
                let text = caught(|| {
                    runner.run(TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(async { panic_any("one") });
                        group.spawn(async { panic_any("two") });
                    }))
                });
                runner.close();
                assert_eq!((text, seen.get()), (Err("one".to_owned()), 1));
            }),
            ("of a group, whose destructors panic", || {
                one_comes_out(|| {
                    run(TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(never("one"));
                        group.spawn(never("two"));
                        turns(2).await;
                        group.cancel();
                    }))
                });
            }),
            ("of a body and of a child", || {
                one_comes_out(|| {
                    run(TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(async { panic_any("two") });
                        turns(1).await;
                        spills();
                    }))
                });
            }),
            ("of two threads", || {
                main_comes_out(gather([1, 2].map(|_| to_thread(|| -> () { panic_any("one") }))));
            }),
            ("with payloads that panic themselves", || {
                /// A payload whose destructor panics once more.
                struct Payload;
                impl Drop for Payload {
                    fn drop(&mut self) {
                        panic_any("two");
                    }
                }
                let panic = std::panic::catch_unwind(|| {
                    run(async {
                        for _ in 0..3 {
                            spawn(async { panic_any(Payload) }).detach();
                        }
                        turns(2).await;
                    })
                });
                // It is not dropped: that would panic here.
                std::mem::forget(panic.expect_err("the panics have vanished"));
                assert_eq!(run(async { 7 }), 7);
            }),
        ],
    );
}

#[test]
fn of_what_the_crate_drops() {
    check(
        of_what_the_crate_drops,
        &[
            ("in a gather that is cancelled", || cancelled(gather([never("one"), never("two")]))),
            ("in a gather of a tuple that is cancelled", || {
                cancelled(gather((never("one"), never("two"))));
            }),
            ("in a gather of outcomes that is cancelled", || {
                cancelled(gather_outcomes([never("one"), never("two")]));
            }),
            ("in a map that is cancelled", || cancelled(amap(2, ["one", "two"], never))),
            ("beside an error", || {
                main_comes_out(async {
                    let fails = async |bomb: Option<Bomb>| match bomb {
                        Some(_bomb) => pending().await,
                        None => Err::<(), _>("burnt"),
                    };
                    let bombs = [Some(Bomb("one")), Some(Bomb("two")), None];
                    try_gather(bombs.map(fails)).await
                });
            }),
            ("in a race that a third wins", || {
                main_comes_out(race((never("one"), never("two"), turns(1))));
            }),
            ("in a queue that is shut down", || {
                let queue = Queue::new();
                let held = Rc::new(());
                for text in ["one", "two"] {
                    assert!(queue.try_put((held.clone(), Bomb(text))).is_ok());
                }
                one_comes_out(|| queue.shutdown_immediately());
                assert!(queue.is_shut_down() && queue.is_empty());
                assert_eq!(Rc::strong_count(&held), 1);
            }),
            ("in variables of a task", || {
                struct Local(u32);
                impl Clone for Local {
                    fn clone(&self) -> Self {
                        Self(0)
                    }
                }
                impl Drop for Local {
                    fn drop(&mut self) {
                        if self.0 > 0 {
                            panic_any("one");
                        }
                    }
                }
                task_local! {
                    static FIRST: Local;
                    static SECOND: Local;
                }
                one_comes_out(|| {
                    run(async {
                        let task: Task<()> = spawn(async {
                            FIRST.set(Local(1));
                            SECOND.set(Local(2));
                        });
                        task.await;
                        turns(1).await;
                    })
                });
            }),
        ],
    );
}

/// A task that waits there is asked to end.
#[track_caller]
fn cancelled<F: Future + 'static>(waits: F) {
    main_comes_out(async {
        let task = spawn(waits);
        turns(2).await;
        task.cancel();
        task.await
    });
}

/// Here it is the user who drops what holds both.
#[test]
#[ignore = "a `Vec` of two values whose destructors panic aborts the process, too, when it is dropped"]
fn of_what_the_user_drops() {
    const ALL: [Option<&str>; 3] = [Some("one"), Some("two"), None];
    check(
        of_what_the_user_drops,
        &[
            ("in a gather", || main_comes_out(half_way(gather([never("one"), never("two")])))),
            ("in a gather of a tuple", || {
                main_comes_out(half_way(gather((never("one"), never("two")))));
            }),
            ("in results of a gather", || {
                main_comes_out(half_way(gather(ALL.map(bomb_or_never))));
                main_comes_out(half_way(gather_outcomes(ALL.map(bomb_or_never))));
                main_comes_out(half_way(amap(3, ALL, bomb_or_never)));
            }),
            ("in a race", || main_comes_out(half_way(race([never("one"), never("two")])))),
            ("in an iteration", || {
                let results = async { as_completed([never("one"), never("two")]).next().await };
                main_comes_out(half_way(results));
            }),
            ("in a map", || main_comes_out(half_way(amap(2, ["one", "two"], never)))),
            ("in work and in its clean-up", || {
                main_comes_out(half_way(finally(never("one"), never("two"))));
            }),
            ("in a queue", || {
                let queue = Queue::new();
                for text in ["one", "two"] {
                    assert!(queue.try_put(Bomb(text)).is_ok());
                }
                one_comes_out(|| drop(queue));
            }),
            ("in errors of a group", || {
                main_comes_out(half_way(TaskGroup::run(async |group: &TaskGroup<Bomb>| {
                    group.spawn(async { Err::<(), _>(Bomb("one")) });
                    group.spawn(async { Err::<(), _>(Bomb("two")) });
                    turns(1).await;
                    let _cancelled = catch_cancelled(pending::<()>()).await;
                    pending::<Result<(), Bomb>>().await
                })));
            }),
        ],
    );
}

async fn bomb_or_never(text: Option<&'static str>) -> Bomb {
    match text {
        Some(text) => Bomb(text),
        None => pending().await,
    }
}

#[test]
fn of_two_wakers() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic_any("one");
        }
    }
    struct Counts(AtomicU32);
    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    /// Four wait, the wakers of the first and the third panic: the others go on.
    fn both<F: Future>(wait: impl Fn() -> F, end: impl FnOnce()) {
        let counts = Arc::new(Counts(AtomicU32::new(0)));
        let mut waits = [0; 4].map(|_| Box::pin(wait()));
        for (place, wait) in waits.iter_mut().enumerate() {
            let panics = || Waker::from(Arc::new(Panics));
            let waker = if place % 2 == 0 { panics() } else { Waker::from(counts.clone()) };
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        if let Err(text) = caught(end) {
            assert_eq!(text, "one");
        }
        assert!(counts.0.load(Relaxed) >= 2, "the others sleep on");
        for wait in &mut waits {
            assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        }
    }
    check(
        of_two_wakers,
        &[
            ("of an event", || {
                let door = Event::new();
                both(|| door.wait(), || door.set());
            }),
            ("of a promise", || {
                let tea = promise();
                both(|| tea.clone(), || tea.set(7).unwrap());
            }),
            ("of a barrier", || {
                let start = Barrier::new(5);
                both(|| start.wait(), || assert!(poll_once(start.wait()).is_some()));
            }),
            ("of a barrier that is broken", || {
                let start = Barrier::new(5);
                both(|| start.wait(), || start.abort());
            }),
            ("of a queue that is shut down", || {
                let queue = Queue::<u32>::new();
                both(|| queue.get(), || queue.shutdown_immediately());
            }),
            ("of those who join a queue", || {
                let queue = Queue::new();
                queue.try_put(7).unwrap();
                both(|| queue.join(), || queue.shutdown_immediately());
            }),
            ("of a semaphore", || {
                let cups = Semaphore::new(0);
                let wait = || {
                    let acquire = cups.acquire();
                    async { acquire.await.forget() }
                };
                both(wait, || {
                    for _ in 0..4 {
                        let _wake = caught(|| cups.release());
                    }
                });
            }),
            ("of a condition", || {
                let kettle = Condition::new();
                let waits = [0; 4].map(|_| {
                    Box::pin(async {
                        let mut guard = kettle.acquire().await;
                        kettle.wait(&mut guard).await;
                    })
                });
                let mut waits = waits;
                for wait in &mut waits {
                    let waker = Waker::from(Arc::new(Panics));
                    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                }
                let guard = poll_once(kettle.acquire()).expect("nobody holds it");
                let _wake = caught(|| kettle.notify_all(&guard));
                drop(guard);
                // All were told, and get the lock one after the other.
                for wait in &mut waits {
                    let noop = &mut Context::from_waker(Waker::noop());
                    let _wake = caught(|| wait.as_mut().poll(noop).is_ready());
                }
                let noop = || Context::from_waker(Waker::noop());
                let rest = waits.into_iter().filter_map(|mut wait| {
                    caught(|| wait.as_mut().poll(&mut noop()).is_pending()).ok()
                });
                assert!(!rest.collect::<Vec<_>>().contains(&true));
            }),
        ],
    );
}
