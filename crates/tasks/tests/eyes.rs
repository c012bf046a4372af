//! Who looks sees what tasks wait for, and changes nothing.

mod within;

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use futures_buffered::FuturesUnordered;
use futures_lite::Stream;
use twin_tasks::{
    Barrier, Clock, Condition, Event, Gateway, Lock, Queue, Runner, Semaphore, Task, TaskGroup,
    TaskState, WaitsFor, all_tasks, amap, as_completed, call_graph, catch_cancelled, current_task,
    finally, gather, gather_outcomes, race, run, shield, shield_task, sleep, spawn, timeout,
    try_gather, wait, wait_for,
};
use within::{LIMIT, within};

type Main = Pin<Box<dyn Future<Output = ()>>>;

/// A way to wait: its name, and a main that waits so.
type Row = (&'static str, fn() -> Main);

async fn ends(task: Task<()>) -> Result<(), ()> {
    task.await;
    Ok(())
}

fn main<F: Future + 'static>(future: F) -> Main {
    Box::pin(async {
        let _ = future.await;
    })
}

async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// The graph without the places, which change with every line above.
fn text() -> String {
    let text = call_graph().to_string();
    let mut plain = String::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            if word.contains(".rs:") {
                if word.starts_with('(') { "(here)" } else { "here" }
            } else {
                word
            }
        });
        plain.push_str(&words.collect::<Vec<_>>().join(" "));
        plain.push('\n');
    }
    plain
}

#[test]
fn the_graph_is_a_tree_of_who_waits_for_whom() {
    Runner::with_clock(Clock::standing()).run(async {
        let lock = Lock::new();
        let _guard = lock.acquire().await;
        let cook = spawn({
            let lock = lock.clone();
            async move { drop(lock.acquire().await) }
        })
        .named("cook");
        let _waiter = spawn(cook).named("waiter");
        let _guest =
            spawn(timeout(Duration::from_secs(60), sleep(Duration::from_secs(5)))).named("guest");
        turns(3).await;
        let expected = "\
task (here) running
task \"waiter\" (here)
└── end of
    └── task \"cook\" (here)
        └── lock at here held by task (here)
task \"guest\" (here)
├── timeout, 60.000s left, of:
└── sleep at here 5.000s left
";
        assert_eq!(text(), expected);
    });
}

#[test]
fn each_kind_of_wait_is_told() {
    run(async {
        let (event, queue) = (Event::new(), Queue::<()>::new());
        let waits = event.clone();
        let first = spawn(async move { waits.wait().await });
        let gets = queue.clone();
        let second = spawn(async move { gets.get().await.is_err() });
        let both = spawn(async move { gather((first, second)).await });
        turns(3).await;
        let graph = call_graph();
        let node = graph.task(&both.handle()).unwrap();
        assert_eq!((node.state, node.waits_for.len()), (TaskState::Waiting, 2));
        let kinds: Vec<_> = node
            .waits_for
            .iter()
            .map(|waits| match waits {
                WaitsFor::Task { task, .. } => graph.task(task).unwrap().waits_for[0].clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(matches!(kinds[..], [WaitsFor::Event { .. }, WaitsFor::Item { .. }]));
        event.set();
        queue.shutdown();
        both.await;
    });
}

#[test]
fn a_group_waits_for_its_children() {
    run(async {
        let group = spawn(TaskGroup::run(async |group| {
            group.spawn(sleep(Duration::from_secs(3600)));
        }));
        turns(3).await;
        let graph = call_graph();
        let node = graph.task(&group.handle()).unwrap();
        assert!(matches!(node.waits_for[..], [WaitsFor::Child { .. }]));
    });
}

#[test]
fn all_tasks_are_those_that_have_not_ended() {
    run(async {
        let task = spawn(pending::<()>());
        assert_eq!(all_tasks(), [current_task(), task.handle()]);
        task.cancel();
        turns(2).await;
        assert_eq!(all_tasks(), [current_task()]);
    });
}

#[test]
fn looking_changes_nothing() {
    run(async {
        let event = Event::new();
        let waits = event.clone();
        let task = spawn(async move {
            waits.wait().await;
            7
        });
        turns(1).await;
        for _ in 0..3 {
            drop(call_graph());
        }
        event.set();
        assert_eq!(task.await, 7);
    });
}

/// Two tasks that take two locks, each in another order, and wait for each other.
fn two_locks() -> [Task<()>; 2] {
    let (first, second) = (Lock::new(), Lock::new());
    let take = |one: Lock, other: Lock| async move {
        let _one = one.acquire().await;
        sleep(Duration::ZERO).await;
        let _other = other.acquire().await;
    };
    let left = spawn(take(first.clone(), second.clone())).named("left");
    let right = spawn(take(second, first)).named("right");
    [left, right]
}

/// Runs what never ends, and gives what the runner says.
#[track_caller]
fn deadlock<F: Future<Output = ()>>(main: impl FnOnce() -> F + Send + 'static) -> String {
    deadlock_on(Clock::system, main)
}

/// As `deadlock`, on a clock.
#[track_caller]
fn deadlock_on<F: Future<Output = ()>>(
    clock: fn() -> Clock,
    main: impl FnOnce() -> F + Send + 'static,
) -> String {
    within(LIMIT, move || {
        let mut runner = Runner::with_clock(clock());
        runner.detect_deadlocks();
        let ended = catch_unwind(AssertUnwindSafe(|| runner.run(async { main().await })));
        *ended.expect_err("it never ends").downcast::<String>().unwrap()
    })
}

#[test]
fn a_deadlock_is_told_with_its_circle() {
    let text = deadlock(|| async {
        for task in two_locks() {
            task.await;
        }
    });
    assert!(text.contains("2 of them wait for each other in a circle."), "{text}");
    assert!(text.contains("held by task \"left\"") && text.contains("held by task \"right\""));
}

#[test]
fn children_that_wait_for_a_place_in_their_group_are_no_way_out() {
    let text = deadlock(|| async {
        TaskGroup::<()>::with_limit(1, async |group| {
            group.spawn(pending::<()>());
            group.spawn(async {});
            Ok(())
        })
        .await
        .unwrap();
    });
    assert!(text.contains("not begun"), "{text}");
}

#[test]
fn a_sleep_on_a_clock_that_nobody_moves_is_a_deadlock() {
    let text = deadlock_on(Clock::standing, || sleep(Duration::from_secs(1)));
    assert!(text.contains("1.000s left"), "{text}");
}

/// The sets behind `gather` keep the waker that they are polled by. That was taken for somebody else's,
/// and the loop went round for ever.
#[test]
fn a_deadlock_is_told_however_main_waits() {
    let mains: [Row; 14] = [
        ("gather", || main(gather(two_locks()))),
        ("gather of a tuple", || main(gather(<(_, _)>::from(two_locks())))),
        ("gather in gather", || main(gather([gather(two_locks()), gather(two_locks())]))),
        ("try_gather", || main(try_gather(two_locks().map(ends)))),
        ("gather_outcomes", || main(gather_outcomes(two_locks()))),
        ("amap", || main(amap(1, two_locks(), |task| task))),
        ("as_completed", || main(async { as_completed(two_locks()).next().await })),
        ("wait", || main(async { drop(wait(&two_locks()).await) })),
        ("race", || main(race(two_locks()))),
        ("shield", || main(gather(two_locks().map(|task| shield_task(task))))),
        ("a group", || {
            main(TaskGroup::run(async |group| {
                for task in two_locks() {
                    group.spawn(ends(task));
                }
                Ok(())
            }))
        }),
        ("a gather that may clean up", || main(catch_cancelled(gather(two_locks())))),
        ("somebody else's zip", || {
            let [left, right] = two_locks();
            main(futures_lite::future::zip(left, right))
        }),
        ("a timeout that never comes", || main(wait_for(gather(two_locks()), None))),
    ];
    for (way, main) in mains {
        let text = deadlock(main);
        assert!(text.contains("2 of them wait for each other in a circle."), "{way}: {text}");
        assert!(!text.contains("src/"), "{way}: a place elsewhere: {text}");
    }
}

/// A shield told where it waits for its task itself: inside the crate.
#[test]
fn places_are_those_of_the_user() {
    Runner::with_clock(Clock::standing()).run(async {
        let long = Duration::from_secs(60);
        let (condition, barrier, permits) = (Condition::new(), Barrier::new(2), Semaphore::new(1));
        let waits: [Main; 13] = [
            main(sleep(long)),
            main(wait_for(sleep(long), long)),
            main(shield(sleep(long))),
            main(async { spawn(pending::<()>()).handle().ended().await }),
            main(async { drop(wait([&spawn(pending::<()>())]).await) }),
            main(finally(sleep(long), async {})),
            main(Event::new().wait()),
            main(async { Queue::<()>::new().get().await }),
            main(async move {
                let mut guard = condition.acquire().await;
                condition.wait(&mut guard).await;
            }),
            main(async move { barrier.wait().await }),
            main(async move {
                let _one = permits.acquire().await;
                drop(permits.acquire().await);
            }),
            main(async {
                let queue = Queue::bounded(1);
                queue.put(1).await.unwrap();
                queue.put(2).await.unwrap();
            }),
            main(async {
                let queue = Queue::new();
                queue.try_put(1).unwrap();
                queue.join().await;
            }),
        ];
        let tasks: Vec<_> = waits.into_iter().map(|wait| spawn(wait)).collect();
        turns(3).await;
        let graph = call_graph();
        for (number, task) in tasks.iter().enumerate() {
            let node = graph.task(&task.handle()).unwrap();
            assert!(!node.waits_for.is_empty(), "{number} waits for nothing");
        }
        let text = graph.to_string();
        assert!(!text.contains("src/"), "{text}");
        assert_eq!(text.matches("eyes.rs").count(), text.matches(".rs:").count(), "{text}");
    });
}

/// A set polls only what is woken, so that nothing was seen of locks and sleeps in it.
#[test]
fn the_graph_shows_what_is_waited_for_in_sets() {
    Runner::with_clock(Clock::standing()).run(async {
        // From now on what waits can be found.
        drop(call_graph());
        let lock = Lock::new();
        let _guard = lock.acquire().await;
        let (one, other, third) = (lock.clone(), lock.clone(), lock);
        let wait = async |lock: Lock| {
            sleep(Duration::ZERO).await;
            drop(lock.acquire().await);
        };
        let gathered = spawn(async move { gather([wait(one.clone()), wait(one)]).await });
        let mapped = spawn(async move { amap(2, [5, 6].map(Duration::from_secs), sleep).await });
        let first = spawn(async move { as_completed([wait(other)]).next().await });
        let nested = spawn(async move { gather([gather([wait(third)])]).await });
        turns(4).await;
        let expected = "\
task (here) running
task \"gathered\" (here)
├── lock at here held by task (here)
└── lock at here held by task (here)
task \"mapped\" (here)
├── sleep at here 5.000s left
└── sleep at here 6.000s left
task \"first\" (here)
├── next result of several
└── lock at here held by task (here)
task \"nested\" (here)
└── lock at here held by task (here)
";
        let _tasks = [gathered.named("gathered").handle(), first.named("first").handle()];
        let _others = [mapped.named("mapped").handle(), nested.named("nested").handle()];
        assert_eq!(text().replace(", ", " "), expected.replace(", ", " "));
    });
}

/// What nobody has looked for in time is not made up.
#[test]
fn what_a_look_does_not_reach_is_elsewhere() {
    let graph = within(LIMIT, || {
        Runner::with_clock(Clock::standing()).run(async {
            let task = spawn(async { gather([sleep(Duration::from_secs(5))]).await });
            turns(2).await;
            let graph = call_graph();
            task.cancel();
            graph.tasks.last().map(|node| (node.waits_for.len(), node.waits_elsewhere))
        })
    });
    assert_eq!(graph, Some((0, true)));
}

#[test]
fn a_deadlock_is_told_in_sets() {
    let held = async || {
        let lock = Lock::new();
        std::mem::forget(lock.acquire().await);
        lock
    };
    let text = deadlock(move || async move {
        let lock = held().await;
        gather([lock.acquire(), lock.acquire()]).await;
    });
    assert!(text.matches("lock at").count() == 2, "{text}");
}

/// What a thread may end is no deadlock, also where a set of ours is between.
#[test]
fn what_is_not_of_this_crate_is_seen_in_sets() {
    within(LIMIT, || {
        let mut runner = Runner::new();
        runner.detect_deadlocks();
        runner.run(async {
            let (sender, receiver) = async_channel::bounded::<()>(8);
            let receive = || async {
                sleep(Duration::ZERO).await;
                receiver.recv().await.unwrap();
            };
            let thread = thread::spawn(move || {
                for _ in 0..8 {
                    thread::sleep(Duration::from_millis(20));
                    sender.try_send(()).unwrap();
                }
            });
            gather([receive(), receive()]).await;
            gather((receive(), gather([receive()]))).await;
            amap(2, 0..2, |_| receive()).await;
            let next = as_completed([receive(), receive()]);
            while next.next().await.is_some() {}
            thread.join().unwrap();
        });
    });
}

/// It was polled again and again, since a look wakes what is in a set of somebody else's.
#[test]
fn a_set_of_somebody_elses_is_polled_when_it_is_woken() {
    let polls = within(LIMIT, || {
        let mut runner = Runner::new();
        runner.detect_deadlocks();
        runner.run(async {
            let (sender, receiver) = async_channel::bounded::<()>(1);
            let mut set = FuturesUnordered::new();
            for _ in 0..100 {
                set.push(wait_for(receiver.recv(), Duration::MAX));
            }
            let mut polls = 0;
            let first = poll_fn(|context| {
                polls += 1;
                Pin::new(&mut set).poll_next(context)
            });
            let thread = thread::spawn(move || {
                thread::sleep(Duration::from_millis(100));
                sender.try_send(()).unwrap();
            });
            assert_eq!(first.await, Some(Ok(Ok(()))));
            thread.join().unwrap();
            polls
        })
    });
    assert!(polls < 50, "{polls} polls");
}

#[test]
fn what_a_thread_or_a_socket_may_end_is_no_deadlock() {
    let mut runner = Runner::new();
    runner.detect_deadlocks();
    runner.run(async {
        // A gateway may call at any time.
        let (event, gateway) = (Event::new(), Gateway::new());
        let waiter = spawn({
            let event = event.clone();
            async move { event.wait().await }
        });
        EVENT.set(Some(event));
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            let set = gateway.spawn(|| async { EVENT.take().unwrap().set() });
            set.result()
        });
        waiter.await;
        thread.join().unwrap().unwrap();
    });
    runner.run(async {
        // Nor is a channel of somebody else's the crate's to judge.
        let (sender, receiver) = async_channel::bounded::<()>(1);
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            sender.try_send(()).unwrap();
        });
        receiver.recv().await.unwrap();
        thread.join().unwrap();
    });
}

thread_local!(static EVENT: std::cell::Cell<Option<Event>> = const { std::cell::Cell::new(None) });
