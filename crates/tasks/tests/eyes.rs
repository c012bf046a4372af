//! Who looks sees what tasks wait for, and changes nothing.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use twin_tasks::{
    Clock, Event, Gateway, Lock, Queue, Runner, TaskGroup, TaskState, WaitsFor, all_tasks,
    call_graph, current_task, gather, run, sleep, spawn, timeout,
};

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

/// Two tasks that take two locks, each in another order.
async fn two_locks() {
    let (first, second) = (Lock::new(), Lock::new());
    let take = |one: Lock, other: Lock| async move {
        let _one = one.acquire().await;
        sleep(Duration::ZERO).await;
        let _other = other.acquire().await;
    };
    let left = spawn(take(first.clone(), second.clone())).named("left");
    let right = spawn(take(second, first)).named("right");
    left.await;
    right.await;
}

#[test]
fn a_deadlock_is_told_with_its_circle() {
    let mut runner = Runner::new();
    runner.detect_deadlocks();
    let ended = catch_unwind(AssertUnwindSafe(|| runner.run(two_locks())));
    let text = *ended.unwrap_err().downcast::<String>().unwrap();
    assert!(text.contains("2 of them wait for each other in a circle."), "{text}");
    assert!(text.contains("held by task \"left\"") && text.contains("held by task \"right\""));
}

/// What a run panics with whose deadlocks are told.
fn deadlock(clock: Clock, main: impl Future<Output = ()> + 'static) -> String {
    let mut runner = Runner::with_clock(clock);
    runner.detect_deadlocks();
    let ended = catch_unwind(AssertUnwindSafe(|| runner.run(main)));
    *ended.expect_err("a deadlock is told").downcast::<String>().unwrap()
}

#[test]
fn children_that_wait_for_a_place_in_their_group_are_no_way_out() {
    let text = deadlock(Clock::system(), async {
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
    let text = deadlock(Clock::standing(), sleep(Duration::from_secs(1)));
    assert!(text.contains("1.000s left"), "{text}");
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
