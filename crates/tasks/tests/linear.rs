//! Chains, trees and rings of tasks: no recursion, no square, on the 2 MiB stack of a thread.

mod alone;
mod growth;
mod within;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures_buffered::FuturesUnordered;
use futures_lite::StreamExt;
use twin_tasks::{
    Event, Failure, Lock, Promise, Task, TaskGroup, TaskHandle, amap, call_graph, catch_cancelled,
    finally, gather, promise, run, shield_task, sleep, spawn, timeout, wait,
};

use alone::{Row, alone, each_alone};
use growth::is_linear;
use within::{LIMIT, within};

/// How many tasks. Debug builds are slow.
const SIZE: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

/// Each waits in another way: enough for what recursion a stack can't hold.
const LINKS: usize = if cfg!(debug_assertions) { 20_000 } else { 200_000 };

/// What a load is multiplied from, where its growth is measured.
const LOAD: usize = if cfg!(debug_assertions) { 1_250 } else { 12_500 };

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// In a process of its own, since an overflow of the stack ends it, and on a thread's stack.
#[track_caller]
fn on_a_small_stack(test: impl Fn(), program: fn()) {
    alone(test, move || within(MINUTE, program));
}

#[track_caller]
fn check(test: impl Fn(), rows: &[Row]) {
    each_alone(test, rows, |row| within(3 * LIMIT, row));
}

/// A chain of tasks, each of which awaits the one before: its first and its last.
fn chain(length: usize, link: impl Fn(Task<()>) -> Task<()>) -> (TaskHandle, Task<()>) {
    let mut last = spawn(pending::<()>());
    let first = last.handle();
    for _ in 1..length {
        last = link(last);
    }
    (first, last)
}

/// Asks the last of a chain to end, and awaits it.
async fn cancels(first: TaskHandle, last: Task<()>) {
    turns(2).await;
    last.cancel();
    assert!(matches!(last.outcome().await, Err(Failure::Cancelled(_))));
    assert!(first.cancelled());
}

// Chains.

#[test]
fn a_chain_is_cancelled_from_its_end() {
    on_a_small_stack(a_chain_is_cancelled_from_its_end, || {
        run(async {
            let (first, last) = chain(SIZE, spawn);
            cancels(first, last).await;
        });
    });
}

#[test]
fn a_chain_is_cancelled_from_its_beginning() {
    on_a_small_stack(a_chain_is_cancelled_from_its_beginning, || {
        run(async {
            let (first, last) = chain(SIZE, spawn);
            turns(2).await;
            first.cancel();
            assert!(matches!(last.outcome().await, Err(Failure::Cancelled(_))));
        });
    });
}

#[test]
fn a_chain_is_cancelled_by_the_end_of_run() {
    on_a_small_stack(a_chain_is_cancelled_by_the_end_of_run, || {
        let ends = run(async {
            let (first, last) = chain(SIZE, spawn);
            turns(2).await;
            (first, last.handle())
        });
        assert!(ends.0.cancelled() && ends.1.cancelled());
    });
}

#[test]
fn a_chain_is_cancelled_before_its_first_turn() {
    on_a_small_stack(a_chain_is_cancelled_before_its_first_turn, || {
        let ends = run(async {
            let (first, last) = chain(SIZE, spawn);
            (first, last.handle())
        });
        assert!(ends.0.cancelled() && ends.1.cancelled());
    });
}

#[test]
fn a_chain_hands_its_value_on() {
    on_a_small_stack(a_chain_hands_its_value_on, || {
        run(async {
            let door = Event::new();
            let mut last = spawn(door.wait());
            for _ in 1..SIZE {
                last = spawn(last);
            }
            turns(2).await;
            door.set();
            last.await;
        });
    });
}

#[test]
fn a_chain_hands_its_panic_on() {
    on_a_small_stack(a_chain_hands_its_panic_on, || {
        run(async {
            let mut last = spawn(async { panic!("spilt") });
            for _ in 1..LINKS {
                last = spawn(last);
            }
            let failure: Result<(), _> = last.outcome().await;
            assert_eq!(failure.unwrap_err().panic_message(), Some("spilt"));
        });
    });
}

#[test]
fn a_chain_of_promises_hands_its_value_on() {
    on_a_small_stack(a_chain_of_promises_hands_its_value_on, || {
        run(async {
            let first = promise();
            let mut last: Promise<usize> = first.clone();
            for _ in 1..SIZE {
                let (before, next) = (last, promise());
                last = next.clone();
                spawn(async move { next.set(before.await + 1).unwrap() }).detach();
            }
            turns(2).await;
            first.set(1).unwrap();
            assert_eq!(last.await, SIZE);
        });
    });
}

/// What stands between a task and the next in the chain.
#[test]
fn a_chain_of_any_links_is_cancelled() {
    /// Cancelled from its end, and once more by the end of `run`.
    fn of(link: fn(Task<()>) -> Task<()>) {
        run(async move {
            let (first, last) = chain(LINKS, link);
            turns(5).await;
            last.cancel();
            // A cancellation, or that of the task before as a value.
            let _end = last.outcome().await;
            assert!(first.cancelled());
        });
        let ends = run(async move {
            let (first, last) = chain(LINKS, link);
            turns(5).await;
            (first, last.handle())
        });
        assert!(ends.0.cancelled() && ends.1.done());
    }
    check(
        a_chain_of_any_links_is_cancelled,
        &[
            ("gathers", || of(|task| spawn(async { drop(gather([task]).await) }))),
            ("gathers of a tuple", || of(|task| spawn(async { gather((task,)).await.0 }))),
            ("timeouts", || of(|task| spawn(async { timeout(HOUR, task).await.unwrap() }))),
            ("catches that go on", || {
                of(|task| {
                    spawn(async {
                        if let Err(cancelled) = catch_cancelled(task).await {
                            cancelled.propagate().await;
                        }
                    })
                });
            }),
            ("clean-ups", || of(|task| spawn(finally(task, turns(1))))),
            ("outcomes", || of(|task| spawn(async { drop(task.outcome().await) }))),
            ("groups", || {
                of(|task| {
                    spawn(TaskGroup::run(async |group: &TaskGroup| {
                        group.spawn(task);
                    }))
                });
            }),
            ("bodies of groups", || {
                of(|task| spawn(TaskGroup::run(async |_: &TaskGroup| task.await)));
            }),
        ],
    );
}

/// A request does not pass these: the rest of the chain ends with `run`.
#[test]
fn a_chain_of_shields_and_waits_ends_with_run() {
    fn of(link: fn(Task<()>) -> Task<()>) {
        let ends = run(async move {
            let (first, last) = chain(LINKS, link);
            turns(2).await;
            last.cancel();
            turns(3).await;
            assert!(last.cancelled() && !first.done());
            (first, last.handle())
        });
        assert!(ends.0.cancelled() && ends.1.cancelled());
    }
    check(
        a_chain_of_shields_and_waits_ends_with_run,
        &[
            ("shields", || of(|task| spawn(shield_task(task)))),
            ("waits", || of(|task| spawn(async { drop(wait([task]).await) }))),
            ("ends", || of(|task| spawn(async move { task.handle().ended().await }))),
        ],
    );
}

#[test]
fn a_lock_goes_through_many_hands() {
    on_a_small_stack(a_lock_goes_through_many_hands, || {
        run(async {
            let (lock, count) = (Lock::new(), Rc::new(Cell::new(0)));
            let guard = lock.acquire().await;
            for _ in 0..SIZE {
                let (lock, count) = (lock.clone(), count.clone());
                spawn(async move {
                    let _guard = lock.acquire().await;
                    count.set(count.get() + 1);
                })
                .detach();
            }
            turns(1).await;
            drop(guard);
            drop(lock.acquire().await);
            assert_eq!(count.get(), SIZE);
        });
    });
}

// Trees.

/// A tree of groups: each child runs a group of two, until so many have been started.
fn tree(count: usize, alive: Rc<Cell<usize>>) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        alive.set(alive.get() + 1);
        let _gone = Gone(alive.clone());
        let (left, right) = ((count - 1) / 2, count - 1 - (count - 1) / 2);
        TaskGroup::run(async move |group: &TaskGroup| {
            for part in [left, right].into_iter().filter(|part| *part > 0) {
                group.spawn(tree(part, alive.clone()));
            }
            pending::<()>().await;
        })
        .await;
    })
}

struct Gone(Rc<Cell<usize>>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[test]
fn a_tree_of_groups_is_cancelled() {
    on_a_small_stack(a_tree_of_groups_is_cancelled, || {
        run(async {
            let alive = Rc::new(Cell::new(0));
            let root = spawn(tree(SIZE, alive.clone()));
            while alive.get() < SIZE {
                turns(1).await;
            }
            root.cancel();
            assert!(matches!(root.outcome().await, Err(Failure::Cancelled(_))));
            assert_eq!(alive.get(), 0);
        });
    });
}

#[test]
fn a_tree_of_groups_is_cancelled_by_the_end_of_run() {
    on_a_small_stack(a_tree_of_groups_is_cancelled_by_the_end_of_run, || {
        let alive = Rc::new(Cell::new(0));
        let count = alive.clone();
        run(async move {
            spawn(tree(SIZE, count.clone())).detach();
            while count.get() < SIZE {
                turns(1).await;
            }
        });
        assert_eq!(alive.get(), 0);
    });
}

/// A tree that is a line: each group has one child, which runs the next.
fn line(
    depth: usize,
    alive: Rc<Cell<usize>>,
    ends: Event,
) -> Pin<Box<dyn Future<Output = Result<(), &'static str>>>> {
    Box::pin(async move {
        alive.set(alive.get() + 1);
        let _gone = Gone(alive.clone());
        if depth == 1 {
            ends.wait().await;
            return Err("burnt");
        }
        let group = TaskGroup::run(async move |group: &TaskGroup<&'static str>| {
            group.spawn(line(depth - 1, alive, ends));
            Ok(())
        });
        group.await.map_err(|errors| errors.errors()[0])
    })
}

#[test]
fn a_line_of_groups_is_cancelled() {
    on_a_small_stack(a_line_of_groups_is_cancelled, || {
        run(async {
            let alive = Rc::new(Cell::new(0));
            let root = spawn(line(SIZE, alive.clone(), Event::new()));
            while alive.get() < SIZE {
                turns(1).await;
            }
            root.cancel();
            assert!(matches!(root.outcome().await, Err(Failure::Cancelled(_))));
            assert_eq!(alive.get(), 0);
        });
    });
}

#[test]
fn a_line_of_groups_hands_its_error_on() {
    on_a_small_stack(a_line_of_groups_hands_its_error_on, || {
        run(async {
            let (alive, door) = (Rc::new(Cell::new(0)), Event::new());
            let root = spawn(line(SIZE, alive.clone(), door.clone()));
            while alive.get() < SIZE {
                turns(1).await;
            }
            door.set();
            assert_eq!(root.await, Err("burnt"));
            assert_eq!(alive.get(), 0);
        });
    });
}

#[test]
fn a_wide_group_is_cancelled() {
    on_a_small_stack(a_wide_group_is_cancelled, || {
        run(async {
            let group = spawn(TaskGroup::run(async |group: &TaskGroup| {
                for _ in 0..SIZE {
                    group.spawn(pending::<()>());
                }
            }));
            turns(2).await;
            group.cancel();
            assert!(matches!(group.outcome().await, Err(Failure::Cancelled(_))));
        });
    });
}

// Rings.

/// Tasks that await each other: they wait until they are cancelled, or are refused by a panic
/// that says so.
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
fn a_ring_ends_with_run() {
    fn of(count: usize) {
        ends_or_is_refused(async move {
            ring(count);
            turns(3).await;
        });
    }
    check(
        a_ring_ends_with_run,
        &[
            ("of one", || of(1)),
            ("of two", || of(2)),
            ("of three", || of(3)),
            ("of many", || of(SIZE)),
        ],
    );
}

#[test]
fn a_ring_is_cancelled() {
    fn of(count: usize) {
        ends_or_is_refused(async move {
            let mut tasks = ring(count);
            turns(3).await;
            let asked = tasks.remove(count / 2);
            asked.cancel();
            assert!(asked.outcome().await.is_err());
            for task in tasks {
                assert!(task.outcome().await.is_err());
            }
        });
    }
    check(
        a_ring_is_cancelled,
        &[
            ("of one", || of(1)),
            ("of two", || of(2)),
            ("of three", || of(3)),
            ("of many", || of(SIZE)),
        ],
    );
}

// Growth.

#[test]
fn a_chain_costs_in_proportion_to_its_length() {
    alone(a_chain_costs_in_proportion_to_its_length, || {
        within(3 * MINUTE, || {
            is_linear(LOAD, |length| {
                run(async move {
                    let (first, last) = chain(length, spawn);
                    cancels(first, last).await;
                });
            });
            is_linear(LOAD, |length| {
                run(async move {
                    chain(length, spawn);
                    turns(2).await;
                });
            });
        });
    });
}

/// Each sleeper that was asked looked for its deadline among those of all, and so did each at which
/// somebody looked.
#[test]
fn sleepers_cost_in_proportion_to_their_number() {
    alone(sleepers_cost_in_proportion_to_their_number, || {
        within(3 * MINUTE, || {
            // In the order of their deadlines, and against it.
            let delay = |of: usize, number: usize| match number % 2 {
                0 => HOUR,
                _ => HOUR + Duration::from_millis((of - number) as u64),
            };
            is_linear(LOAD, |count| {
                run(async move {
                    let sleepers = (0..count).map(|number| spawn(sleep(delay(count, number))));
                    let sleepers: Vec<_> = sleepers.collect();
                    turns(2).await;
                    for sleeper in &sleepers {
                        sleeper.cancel();
                    }
                    wait(&sleepers).await;
                });
            });
            is_linear(LOAD, |count| {
                run(async move {
                    (0..count).for_each(|number| spawn(sleep(delay(count, number))).detach());
                    turns(2).await;
                });
            });
            is_linear(LOAD, |count| {
                run(async move {
                    (0..count).for_each(|number| spawn(sleep(delay(count, number))).detach());
                    turns(2).await;
                    assert_eq!(call_graph().tasks.len(), count + 1);
                });
            });
        });
    });
}

/// All were asked once more for each sixteenth of them.
#[test]
fn futures_that_clean_up_cost_in_proportion_to_their_number() {
    async fn cleans_up() {
        if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
            turns(1).await;
            cancelled.propagate().await;
        }
    }
    async fn is_cancelled(futures: impl Future<Output = ()> + 'static) {
        let task = spawn(futures);
        turns(2).await;
        task.cancel();
        assert!(task.outcome().await.is_err());
    }
    fn of(futures: fn(usize) -> Pin<Box<dyn Future<Output = ()>>>) {
        is_linear(LOAD / 4, |count| run(is_cancelled(futures(count))));
    }
    fn timeouts(count: usize) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move { drop(gather((0..count).map(|_| timeout(HOUR, cleans_up()))).await) })
    }
    fn a_map(count: usize) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move { drop(amap(count, 0..count, |_| cleans_up()).await) })
    }
    fn a_set_of_others(count: usize) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            let mut set: FuturesUnordered<_> = (0..count).map(|_| cleans_up()).collect();
            while set.next().await.is_some() {}
        })
    }
    alone(futures_that_clean_up_cost_in_proportion_to_their_number, || {
        within(3 * MINUTE, || [timeouts, a_map, a_set_of_others].map(of));
    });
}

#[test]
fn a_tree_costs_in_proportion_to_its_size() {
    alone(a_tree_costs_in_proportion_to_its_size, || {
        within(3 * MINUTE, || {
            is_linear(LOAD, |size| {
                run(async move {
                    let alive = Rc::new(Cell::new(0));
                    let root = spawn(tree(size, alive.clone()));
                    while alive.get() < size {
                        turns(1).await;
                    }
                    root.cancel();
                    assert!(root.outcome().await.is_err());
                });
            });
        });
    });
}

#[test]
fn a_ring_costs_in_proportion_to_its_length() {
    alone(a_ring_costs_in_proportion_to_its_length, || {
        within(3 * MINUTE, || {
            is_linear(LOAD, |count| {
                ends_or_is_refused(async move {
                    ring(count);
                    turns(2).await;
                });
            });
        });
    });
}

#[test]
fn the_text_of_a_chain_is_as_long_as_its_number_of_tasks() {
    let text = |count: usize| {
        run(async move {
            let mut last = spawn(pending::<()>());
            for _ in 0..count {
                last = spawn(last);
            }
            sleep(Duration::ZERO).await;
            let text = call_graph().to_string();
            assert!(text.lines().count() > count);
            text.len()
        })
    };
    assert!(text(4000) < 5 * text(1000));
}
