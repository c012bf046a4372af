//! Panics of the user's code, in each place where it runs: they come out, and what is left works.

use std::cell::Cell;
use std::cmp::Ordering;
use std::future::pending;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use twin_tasks::{
    Barrier, Condition, Event, Gateway, Lock, PriorityQueue, Queue, Runner, Semaphore, TaskGroup,
    TimedOut, amap, as_completed, catch_cancelled, gather, promise, race, run, sleep, spawn,
    task_local, timeout, to_thread, wait,
};

use crate::help::{HOUR, caught, check, ms, poll_once, refuses, turns};

/// Panics when it is dropped, unless a panic passes.
pub(crate) struct Bomb(pub(crate) &'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            std::panic::panic_any(self.0);
        }
    }
}

async fn holds<T>(held: T) {
    pending::<()>().await;
    drop(held);
}

#[test]
fn in_a_handler() {
    /// A handler that panics gets the panics of tasks, and a task cleans up.
    fn handles(program: impl AsyncFnOnce() + 'static) -> (Vec<String>, bool) {
        let clean = Rc::new(Cell::new(false));
        let cleans = clean.clone();
        let mut runner = Runner::new();
        runner.on_panic(|_| panic!("handler"));
        let first = caught(|| {
            runner.run(async move {
                spawn(async move {
                    let _cancelled = catch_cancelled(pending::<()>()).await;
                    cleans.set(true);
                })
                .detach();
                program().await;
            })
        });
        let second = caught(|| runner.close());
        (first.err().into_iter().chain(second.err()).collect(), clean.get())
    }
    check(
        in_a_handler,
        &[
            ("that gets a panic", || {
                let (panics, clean) = handles(async || {
                    spawn(async { panic!("spilt") }).detach();
                    turns(3).await;
                });
                assert!(panics.contains(&"handler".to_owned()), "{panics:?}");
                assert!(clean);
            }),
            ("that gets two", || {
                let (panics, clean) = handles(async || {
                    spawn(async { panic!("tea") }).detach();
                    spawn(async { panic!("milk") }).detach();
                    turns(3).await;
                });
                assert!(panics.contains(&"handler".to_owned()), "{panics:?}");
                assert!(clean);
            }),
            ("beside main's", || {
                let (panics, clean) = handles(async || {
                    spawn(async { panic!("tea") }).detach();
                    turns(3).await;
                    panic!("main")
                });
                assert!(panics.contains(&"main".to_owned()), "{panics:?}");
                assert!(clean);
            }),
            ("that gets one at the end", || {
                let (panics, clean) = handles(async || {
                    spawn(async {
                        let _cancelled = catch_cancelled(pending::<()>()).await;
                        panic!("spilt")
                    })
                    .detach();
                    turns(1).await;
                });
                assert!(panics.contains(&"handler".to_owned()), "{panics:?}");
                assert!(clean);
            }),
            ("of a runner that is dropped", || {
                let mut runner = Runner::new();
                runner.on_panic(|_| panic!("handler"));
                runner.run(async { drop(spawn(async { panic!("spilt") })) });
                refuses(&["handler"], || drop(runner));
            }),
        ],
    );
}

#[test]
fn in_a_clone() {
    /// A value whose first clone panics.
    struct Value(Rc<Cell<bool>>);
    impl Clone for Value {
        fn clone(&self) -> Self {
            assert!(self.0.replace(true), "clone");
            Self(self.0.clone())
        }
    }
    fn value() -> Value {
        Value(Rc::default())
    }
    check(
        in_a_clone,
        &[
            ("of a task's value, which the next gets", || {
                run(async {
                    let task = spawn(async { value() });
                    let (first, second) = (spawn(task.clone()), task);
                    let failure = first.outcome().await.err().expect("the first clone panics");
                    assert_eq!(failure.panic_message(), Some("clone"));
                    assert!(second.outcome().await.is_ok());
                });
            }),
            ("of a promise's value, which the next gets", || {
                let tea = promise();
                assert!(tea.set(value()).is_ok());
                refuses(&["clone"], || tea.result());
                assert!(tea.result().is_ok() && tea.done());

                let tea = promise();
                assert!(tea.set(value()).is_ok());
                refuses(&["clone"], || poll_once(tea.clone()));
                assert!(poll_once(tea).is_some());
            }),
            ("of a task-local variable, which is there still", || {
                static CLONED: AtomicU32 = AtomicU32::new(0);
                struct Local;
                impl Clone for Local {
                    fn clone(&self) -> Self {
                        assert!(CLONED.fetch_add(1, Relaxed) > 0, "clone");
                        Self
                    }
                }
                task_local! {
                    static LOCAL: Local;
                }
                run(async {
                    LOCAL.set(Local);
                    refuses(&["clone"], || LOCAL.get());
                    assert!(LOCAL.get().is_some());
                });
            }),
        ],
    );
}

#[test]
fn in_a_comparison() {
    thread_local!(static PANICS: Cell<bool> = const { Cell::new(false) });
    #[derive(PartialEq, Eq)]
    struct Item(u32);
    impl PartialOrd for Item {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Item {
        fn cmp(&self, other: &Self) -> Ordering {
            assert!(!PANICS.take(), "compare");
            self.0.cmp(&other.0)
        }
    }
    /// A queue with three items, of which the next comparison panics.
    fn three(queue: PriorityQueue<Item>) -> PriorityQueue<Item> {
        for number in [1, 2, 3] {
            assert!(queue.try_put(Item(number)).is_ok());
        }
        PANICS.set(true);
        queue
    }
    /// All that is left comes out, and the queue says what it has.
    fn rest(queue: &PriorityQueue<Item>) -> Vec<u32> {
        PANICS.set(false);
        let mut all = Vec::new();
        while !queue.is_empty() {
            all.push(queue.try_get().expect("it says that it has some").0);
        }
        assert!(queue.try_get().is_err());
        all.sort();
        all
    }
    check(
        in_a_comparison,
        &[
            ("of a put", || {
                let queue = three(PriorityQueue::new());
                refuses(&["compare"], || queue.try_put(Item(0)).is_ok());
                let all = rest(&queue);
                assert!(all == [0, 1, 2, 3] || all == [1, 2, 3], "{all:?}");
                assert!(queue.try_put(Item(5)).is_ok());
                assert_eq!(rest(&queue), [5]);
            }),
            ("of a get", || {
                let queue = three(PriorityQueue::new());
                refuses(&["compare"], || queue.try_get().is_ok());
                let all = rest(&queue);
                assert!(all == [1, 2, 3] || all == [2, 3], "{all:?}");
            }),
            ("of a get, which leaves room as it says", || {
                let queue = three(PriorityQueue::bounded(3));
                refuses(&["compare"], || queue.try_get().is_ok());
                PANICS.set(false);
                assert_eq!(queue.is_full(), queue.len() == 3);
                assert_eq!(
                    queue.try_put(Item(4)).is_ok(),
                    queue.len() == 3 && rest(&queue).contains(&4)
                );
                for number in [1, 2, 3] {
                    assert!(queue.try_put(Item(number)).is_ok());
                }
                assert!(queue.is_full());
            }),
            ("of a put by a task, beside others", || {
                run(async {
                    let queue = three(PriorityQueue::new());
                    let puts = queue.clone();
                    let task = spawn(async move { puts.put(Item(0)).await.is_ok() });
                    assert_eq!(task.outcome().await.unwrap_err().panic_message(), Some("compare"));
                    for _ in rest(&queue) {}
                    let gets = queue.clone();
                    let getter = spawn(async move { gets.get().await.unwrap().0 });
                    turns(1).await;
                    assert!(queue.try_put(Item(9)).is_ok());
                    assert_eq!(getter.await, 9);
                });
            }),
        ],
    );
}

#[test]
fn in_a_destructor() {
    check(
        in_a_destructor,
        &[
            ("of a task's future, for who awaits it", || {
                run(async {
                    let task = spawn(holds(Bomb("spilt")));
                    turns(1).await;
                    task.cancel();
                    assert_eq!(task.outcome().await.unwrap_err().panic_message(), Some("spilt"));
                    assert_eq!(spawn(async { 7 }).await, 7);
                });
            }),
            ("of a task that never ran", || {
                refuses(&["spilt"], || {
                    run(async {
                        let task = spawn(holds(Bomb("spilt")));
                        task.cancel();
                        task.await;
                    })
                });
            }),
            ("of a task's future, which nobody awaits", || {
                refuses(&["spilt"], || run(async { drop(spawn(holds(Bomb("spilt")))) }));
            }),
            ("of a value that nobody awaits", || {
                refuses(&["spilt"], || {
                    run(async {
                        spawn(async { Bomb("spilt") }).detach();
                        turns(2).await;
                    })
                });
            }),
            ("of the main future", || {
                refuses(&["spilt"], || {
                    run(async {
                        let _bomb = Bomb("spilt");
                        turns(1).await;
                    })
                });
            }),
            ("of what stands in a gather", || {
                let held = || async { gather([holds(Bomb("spilt"))]).await };
                refuses(&["spilt"], || {
                    run(async move { race((async { drop(held().await) }, turns(2))).await })
                });
                run(async move {
                    let task = spawn(held());
                    turns(2).await;
                    task.cancel();
                    assert_eq!(task.outcome().await.unwrap_err().panic_message(), Some("spilt"));
                });
            }),
            ("of what loses a race", || {
                refuses(&["spilt"], || run(race([race_or(Some(Bomb("spilt"))), race_or(None)])));
            }),
            ("of what a timeout limits", || {
                refuses(&["spilt"], || run(timeout(ms(2), holds(Bomb("spilt")))));
                refuses(&["spilt"], || smol::block_on(timeout(ms(2), holds(Bomb("spilt")))));
            }),
            ("of a child of a group, after all have ended", || {
                let clean = Rc::new(Cell::new(false));
                let cleans = clean.clone();
                refuses(&["spilt"], || {
                    run(TaskGroup::run(async move |group: &TaskGroup<&str>| {
                        group.spawn(holds(Bomb("spilt")));
                        group.spawn(async move {
                            let _cancelled = catch_cancelled(pending::<()>()).await;
                            turns(3).await;
                            cleans.set(true);
                        });
                        turns(1).await;
                        Err::<(), _>("burnt")
                    }))
                });
                assert!(clean.get());
            }),
            ("of an item of a queue that is shut down", || {
                let queue = Queue::new();
                let held = Rc::new(());
                for item in [None, Some(Bomb("spilt")), None] {
                    assert!(queue.try_put((item, held.clone())).is_ok());
                }
                refuses(&["spilt"], || queue.shutdown_immediately());
                assert!(queue.is_shut_down() && queue.is_empty());
                assert!(queue.try_get().is_err());
                assert!(poll_once(queue.join()).is_some());
                assert_eq!(Rc::strong_count(&held), 1);
            }),
            ("of a promise's value", || {
                let tea = promise();
                assert!(tea.set(Rc::new(Bomb("spilt"))).is_ok());
                refuses(&["spilt"], || drop(tea));
            }),
            ("of a reason", || {
                refuses(&["spilt"], || {
                    run(async {
                        let task = spawn(pending::<()>());
                        task.cancel_with(Bomb("spilt"));
                        turns(3).await;
                        drop(task);
                    })
                });
            }),
            ("of a task-local variable", || {
                struct Local(u32);
                impl Clone for Local {
                    fn clone(&self) -> Self {
                        Self(0)
                    }
                }
                impl Drop for Local {
                    fn drop(&mut self) {
                        assert!(self.0 == 0 || std::thread::panicking(), "spilt");
                    }
                }
                task_local! {
                    static LOCAL: Local;
                }
                run(async {
                    LOCAL.set(Local(1));
                    refuses(&["spilt"], || LOCAL.set(Local(0)));
                    assert_eq!(LOCAL.get().map(|local| local.0), Some(0));
                });
                // At the end of a task it comes out where the task goes.
                let ends = async { spawn(async { LOCAL.set(Local(1)) }).await };
                if let Err(text) = caught(|| run(ends)) {
                    assert_eq!(text, "spilt");
                }
                assert_eq!(run(async { 7 }), 7);
            }),
            ("of a handler that is replaced", || {
                let mut runner = Runner::new();
                let bomb = Bomb("spilt");
                runner.on_panic(move |_| {
                    let _keeps = &bomb;
                });
                refuses(&["spilt"], || runner.on_panic(|_| {}));
                assert_eq!(runner.run(async { 7 }), 7);
                runner.close();
            }),
            ("of what a runner has left", || {
                let mut runner = Runner::new();
                runner.run(async { drop(spawn(holds(Bomb("spilt")))) });
                refuses(&["spilt"], || runner.close());
                let mut runner = Runner::new();
                runner.run(async { drop(spawn(holds(Bomb("spilt")))) });
                refuses(&["spilt"], || drop(runner));
            }),
            ("of what was submitted and never begun", || {
                let gateway = run(async { Gateway::new() });
                let bomb = Bomb("spilt");
                let submitted = caught(|| gateway.spawn(move || async move { drop(bomb) }));
                assert!(submitted.is_err_and(|text| text == "spilt"));
            }),
        ],
    );
}

fn spills() {
    panic!("spilt")
}

async fn race_or(bomb: Option<Bomb>) {
    if let Some(_bomb) = bomb {
        pending::<()>().await;
    }
}

#[test]
fn in_a_function() {
    check(
        in_a_function,
        &[
            ("which is a predicate; the lock is free", || {
                run(async {
                    let kettle = Condition::new();
                    let own = kettle.clone();
                    let task = spawn(async move {
                        let mut guard = own.acquire().await;
                        own.wait_for(&mut guard, || -> Option<()> { panic!("spilt") }).await;
                    });
                    assert_eq!(task.outcome().await.unwrap_err().panic_message(), Some("spilt"));
                    assert!(!kettle.locked());
                    drop(kettle.acquire().await);
                });
            }),
            ("which is an iterator", || {
                let second = |number| {
                    assert_ne!(number, 2, "spilt");
                    async {}
                };
                refuses(&["spilt"], || run(gather((1..=3).map(second))));
                refuses(&["spilt"], || run(race((1..=3).map(second))));
                refuses(&["spilt"], || as_completed((1..=3).map(second)));
                refuses(&["spilt"], || run(amap(1, 1..=3, second)));
                refuses(&["spilt"], || {
                    run(async move { wait((1..=3).map(second).map(spawn)).await })
                });
            }),
            ("which a thread runs", || {
                refuses(&["spilt"], || run(to_thread(|| -> () { panic!("spilt") })));
            }),
            ("which a thread submits; the gateway is open", || {
                run(async {
                    let gateway = Gateway::new();
                    let other = gateway.clone();
                    let first = to_thread(move || {
                        let fails = || -> std::future::Ready<()> { panic!("spilt") };
                        caught(|| other.spawn(fails).result())
                    });
                    assert_eq!(first.await.unwrap_err(), "spilt");
                    let second = to_thread(move || gateway.spawn(|| async { 7 }).result());
                    assert_eq!(second.await, Ok(7));
                });
            }),
            ("which is the body of a group", || {
                let panics = async |group: &TaskGroup| {
                    group.spawn(pending::<()>());
                    spills();
                };
                refuses(&["spilt"], || run(TaskGroup::run(panics)));
            }),
        ],
    );
}

// Wakers that panic.

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("wake");
    }
}

struct Counts(AtomicU32);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Three wait, and the waker of the first panics: their waker hears of it or not, but the
/// others go on.
fn others_go_on<F: Future>(wait: impl Fn() -> F, end: impl FnOnce()) {
    let counts = Arc::new(Counts(AtomicU32::new(0)));
    let mut waits = [0; 3].map(|_| Box::pin(wait()));
    for (place, wait) in waits.iter_mut().enumerate() {
        let waker =
            if place == 0 { Waker::from(Arc::new(Panics)) } else { Waker::from(counts.clone()) };
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    if let Err(text) = caught(end) {
        assert_eq!(text, "wake");
    }
    assert!(counts.0.load(Relaxed) >= 2, "the others sleep on");
    for wait in &mut waits {
        assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    }
}

#[test]
fn in_a_waker() {
    /// Those that wait one after the other: the second gets what the first gives back.
    fn the_next_goes_on<F: Future>(wait: impl Fn() -> F, end: impl FnOnce()) {
        let counts = Arc::new(Counts(AtomicU32::new(0)));
        let (mut first, mut second) = (Box::pin(wait()), Box::pin(wait()));
        let waker = Waker::from(Arc::new(Panics));
        assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let waker = Waker::from(counts.clone());
        assert!(second.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        if let Err(text) = caught(end) {
            assert_eq!(text, "wake");
        }
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        assert!(counts.0.load(Relaxed) >= 1, "the next sleeps on");
        assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    }
    check(
        in_a_waker,
        &[
            ("of an event", || {
                let door = Event::new();
                others_go_on(|| door.wait(), || door.set());
                assert!(door.is_set());
            }),
            ("of a promise", || {
                let tea = promise();
                others_go_on(|| tea.clone(), || tea.set(7).unwrap());
            }),
            ("of a barrier", || {
                let start = Barrier::new(4);
                others_go_on(|| start.wait(), || assert!(poll_once(start.wait()).is_some()));
            }),
            ("of a semaphore", || {
                let cups = Semaphore::new(0);
                let wait = || {
                    let acquire = cups.acquire();
                    async { acquire.await.forget() }
                };
                others_go_on(wait, || {
                    for _ in 0..3 {
                        let _wake = caught(|| cups.release());
                    }
                });
            }),
            ("of a lock", || {
                let lock = Lock::new();
                let guard = lock.try_acquire();
                let wait = || {
                    let acquire = lock.acquire();
                    async { drop(acquire.await) }
                };
                the_next_goes_on(wait, || drop(guard));
                assert!(!lock.locked());
            }),
            ("of a queue that is shut down", || {
                let queue = Queue::<u32>::new();
                others_go_on(|| queue.get(), || queue.shutdown());
            }),
            ("of getters of a queue", || {
                let queue = Queue::new();
                others_go_on(
                    || queue.get(),
                    || {
                        for number in 0..3 {
                            let _wake = caught(|| queue.try_put(number).unwrap());
                        }
                    },
                );
            }),
            ("of those who join a queue", || {
                let queue = Queue::new();
                queue.try_put(7).unwrap();
                others_go_on(|| queue.join(), || queue.task_done().unwrap());
            }),
            ("of the end of a task", || {
                let woken = Rc::new(Cell::new(false));
                let wakes = woken.clone();
                let ended = caught(|| {
                    run(async move {
                        let door = Event::new();
                        let task = spawn(door.wait());
                        let (one, other) = (task.handle(), task.handle());
                        let mut first = Box::pin(one.ended());
                        let waker = Waker::from(Arc::new(Panics));
                        assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                        let second = spawn(async move { other.ended().await });
                        turns(2).await;
                        door.set();
                        second.await;
                        assert!(poll_once(first).is_some());
                        wakes.set(true);
                    })
                });
                assert!(woken.get());
                if let Err(text) = ended {
                    assert_eq!(text, "wake");
                }
            }),
            ("of a time, beside another", || {
                let mut first = Box::pin(sleep(ms(2)));
                let waker = Waker::from(Arc::new(Panics));
                assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                smol::block_on(sleep(ms(5)));
                run(async {
                    assert_eq!(timeout(HOUR, sleep(ms(5))).await, Ok(()));
                    assert_eq!(timeout(ms(2), pending::<()>()).await, Err(TimedOut));
                });
            }),
        ],
    );
}
