//! Small programs on which this crate was wrong once, each with the answer that is right: CPython's
//! 3.13 where it can say.

mod alone;
mod growth;
mod within;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use futures_lite::future;
use twin_tasks::{
    Cancelled, Clock, Condition, Event, Failure, Gateway, Lock, PriorityQueue, Queue, ResultError,
    Runner, Semaphore, Task, TaskGroup, TimedOut, amap, catch_cancelled, current_task, gather,
    promise, race, run, sleep, spawn, timeout, to_thread, wait, wait_for,
};

use alone::alone;
use growth::is_linear;
use within::{LIMIT, within};

const HOUR: Duration = Duration::from_secs(3600);

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// What a panic says, or `None` where there was none.
fn panic_of(program: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(program)).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}

// A request goes to where the code waits now, not to what it once polled.

#[test]
fn polled_once() {
    within(LIMIT, || {
        run(async {
            let mut bystander = spawn(pending::<()>());
            let result = timeout(ms(10), async {
                future::poll_once(&mut bystander).await;
                sleep(HOUR).await;
            });
            assert_eq!(result.await, Err(TimedOut));
            turns(3).await;
            assert!(!bystander.done() && bystander.cancelling() == 0);
        });
    });
}

#[test]
fn polled_once_then_run_ends() {
    within(LIMIT, || {
        run(async {
            spawn(async {
                let mut task = spawn(pending::<()>());
                future::poll_once(&mut task).await;
                pending::<()>().await;
                drop(task);
            })
            .detach();
            turns(3).await;
        });
    });
}

#[test]
fn group_body_polled_a_child_once() {
    within(LIMIT, || {
        run(async {
            let result = TaskGroup::run(async |group: &TaskGroup<&str>| {
                let mut child = group.spawn(sleep(HOUR));
                future::poll_once(&mut child).await;
                group.spawn(async {
                    turns(3).await;
                    Err::<(), _>("burnt")
                });
                sleep(HOUR).await;
                Ok(())
            });
            assert_eq!(result.await.unwrap_err().errors(), ["burnt"]);
        });
    });
}

#[test]
fn awaited_again_after_a_race() {
    within(LIMIT, || {
        run(async {
            let inner = spawn(pending::<()>());
            let handle = inner.handle();
            let outer = spawn(async move {
                let mut inner = inner;
                race((async { (&mut inner).await }, turns(1))).await;
                inner.await;
            });
            turns(5).await;
            outer.cancel();
            turns(10).await;
            assert!(outer.cancelled() && handle.cancelled());
        });
    });
}

// A raised cancellation ends what raised it, or what waits around it; never a later await.

#[test]
fn raise_in_a_branch_that_lost() {
    within(LIMIT, || {
        run(async {
            let dead = spawn(pending::<()>());
            turns(1).await;
            dead.cancel();
            wait([&dead]).await;
            let task = spawn(async move {
                let first = async {
                    dead.await;
                    1
                };
                let value = future::or(first, async { 2 }).await;
                turns(1).await;
                value
            });
            assert_eq!(catch_cancelled(task).await.ok(), Some(2));
        });
    });
}

/// What a waker's data points to is the executor's affair: here it is null.
#[test]
fn null_waker() {
    assert!(Waker::noop().data().is_null());
    let mut context = Context::from_waker(Waker::noop());
    let mut both = pin!(gather([sleep(Duration::ZERO), sleep(Duration::ZERO)]));
    assert!((0..1000).any(|_| both.as_mut().poll(&mut context).is_ready()));
}

// Where the loop is late, what is ready counts first, then the clock.

#[test]
fn late_loop_ready_at_once() {
    run(async {
        let result = timeout(ms(200), async {
            sleep(ms(1)).await;
            thread::sleep(ms(300));
            turns(1).await;
            1
        });
        assert_eq!(result.await, Ok(1));
    });
}

#[test]
fn late_loop_event() {
    run(async {
        let event = Event::new();
        let setter = event.clone();
        spawn(async move {
            thread::sleep(ms(300));
            setter.set();
        })
        .detach();
        assert_eq!(timeout(ms(200), event.wait()).await, Ok(()));
    });
}

/// Both are due in one round: the value is there, and the limit asks, as in CPython, before the task goes
/// on. So it learns that nobody waits for its value any more.
#[test]
fn late_loop_value_and_limit() {
    let clock = Clock::jumping();
    let late = clock.clone();
    Runner::with_clock(clock).run(async move {
        let task = spawn(async {
            sleep(ms(20)).await;
            7
        });
        let handle = task.handle();
        spawn(async move {
            turns(2).await;
            late.advance(ms(50));
        })
        .detach();
        assert_eq!(wait_for(task, ms(30)).await, Err(TimedOut));
        assert!(handle.cancelled());
    });
}

// Nothing stays of a wait that was given up.

fn resident_kib() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.expect("the second number is the resident size") * 4
}

/// Begins and gives up many waits. What is left of one would be seen if it had 10 bytes.
async fn leaves_nothing(wait_once: impl AsyncFn()) {
    let mut before = 0;
    for count in 0..60_000 {
        if count == 10_000 {
            before = resident_kib();
        }
        wait_once().await;
    }
    let grown = resident_kib().saturating_sub(before);
    assert!(grown <= 512, "{grown} KiB");
}

#[test]
#[cfg(target_os = "linux")]
fn abandoned_waits_for_a_task() {
    alone(abandoned_waits_for_a_task, || {
        run(async {
            let long = spawn(pending::<()>()).handle();
            leaves_nothing(async || {
                race((long.ended(), turns(1))).await;
            })
            .await;
        });
    });
}

#[test]
#[cfg(target_os = "linux")]
fn abandoned_waits_for_a_promise() {
    alone(abandoned_waits_for_a_promise, || {
        run(async {
            let promise = promise::<()>();
            leaves_nothing(async || {
                let promise = promise.clone();
                let waiter = spawn(async move {
                    // A waker that stays pins its task, and this with it.
                    let _pad = [1_u8; 1024];
                    race((promise, turns(1))).await;
                });
                waiter.await;
            })
            .await;
        });
    });
}

#[test]
fn amap_cleans_up() {
    within(LIMIT, || {
        run(async {
            let log = Rc::new(RefCell::new(Vec::new()));
            let seen = log.clone();
            let task = spawn(async move {
                amap(2, [5, 50], |delay| {
                    let log = log.clone();
                    async move {
                        if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
                            sleep(ms(delay)).await;
                            log.borrow_mut().push(delay);
                            cancelled.propagate().await
                        }
                    }
                })
                .await;
            });
            turns(3).await;
            task.cancel();
            assert!(catch_cancelled(task).await.is_err());
            assert_eq!(*seen.borrow(), [5, 50]);
        });
    });
}

// Cancelling is no recursion.

#[test]
fn cancel_a_chain_of_100000() {
    alone(cancel_a_chain_of_100000, || {
        run(async {
            let mut last = spawn(pending::<()>());
            for _ in 0..100_000 {
                last = spawn(last);
            }
            turns(2).await;
            last.cancel();
            assert!(catch_cancelled(last).await.is_err());
        });
    });
}

/// CPython: `RuntimeError: Task cannot await on itself`.
#[test]
fn a_task_that_awaits_itself() {
    alone(a_task_that_awaits_itself, || {
        run(async {
            let slot: Rc<RefCell<Option<Task<()>>>> = Rc::default();
            let own = slot.clone();
            let task = spawn(async move {
                let own = own.borrow().clone().expect("it is put there before the first turn");
                own.await
            });
            *slot.borrow_mut() = Some(task.clone());
            let failure = task.outcome().await.unwrap_err();
            let text = failure.panic_message().expect("it panics");
            assert!(text.contains("await") && text.contains("itself"), "{text}");
            slot.take();
        });
    });
}

#[test]
fn try_get_beside_a_waiting_getter() {
    within(LIMIT, || {
        run(async {
            let queue = Queue::new();
            let other = queue.clone();
            let getter = spawn(async move { other.get().await.unwrap() });
            turns(1).await;
            for item in 0..5 {
                queue.try_put(item).unwrap();
            }
            let mut got = Vec::new();
            while !queue.is_empty() {
                got.push(queue.try_get().expect("it says that it has some"));
            }
            // The waiter gets the next one, if those who asked at once were faster.
            queue.try_put(5).unwrap();
            got.push(getter.await);
            got.extend(queue.try_get());
            got.sort();
            assert_eq!(got, [0, 1, 2, 3, 4, 5]);
        });
    });
}

/// There is room, though somebody waits for it.
#[test]
fn try_put_beside_a_waiting_putter() {
    within(LIMIT, || {
        run(async {
            let queue = Queue::bounded(2);
            queue.try_put(0).unwrap();
            queue.try_put(1).unwrap();
            let other = queue.clone();
            let putter = spawn(async move { other.put(2).await.unwrap() });
            turns(1).await;
            assert_eq!((queue.try_get(), queue.try_get()), (Ok(0), Ok(1)));
            while !queue.is_full() {
                queue.try_put(3).expect("it says that it has room");
            }
            while !putter.done() {
                assert!(queue.try_get().is_ok());
                turns(2).await;
            }
        });
    });
}

// A wait costs the same, however many wait.

const MINUTES: Duration = Duration::from_secs(180);

#[test]
fn growth_wait_for_tasks() {
    within(MINUTES, || {
        is_linear(500, |count| {
            run(async move {
                let gate = Semaphore::new(1);
                let pass = async |gate: Semaphore| {
                    let _permit = gate.acquire().await;
                    turns(1).await;
                };
                let tasks: Vec<_> = (0..count).map(|_| spawn(pass(gate.clone()))).collect();
                wait(&tasks).await;
            });
        });
    });
}

#[test]
fn growth_queue_getters() {
    within(MINUTES, || {
        is_linear(1_000, |count| {
            run(async move {
                let queue = Queue::new();
                let get = async |queue: Queue<usize>| queue.get().await.unwrap();
                let tasks: Vec<_> = (0..count).map(|_| spawn(get(queue.clone()))).collect();
                turns(1).await;
                for item in 0..count {
                    queue.try_put(item).unwrap();
                }
                for (item, task) in tasks.into_iter().enumerate() {
                    assert_eq!(task.await, item);
                }
            });
        });
    });
}

async fn wait_for_notice(condition: Condition) {
    let mut guard = condition.acquire().await;
    condition.wait(&mut guard).await;
}

#[test]
fn growth_notify_all() {
    within(MINUTES, || {
        is_linear(500, |count| {
            run(async move {
                let condition = Condition::new();
                let waiter = || spawn(wait_for_notice(condition.clone()));
                let tasks: Vec<_> = (0..count).map(|_| waiter()).collect();
                turns(2).await;
                let guard = condition.acquire().await;
                condition.notify_all(&guard);
                drop(guard);
                for task in tasks {
                    task.await;
                }
            });
        });
    });
}

// Errors go where errors go: `anyhow` takes what can be sent and shared.

#[test]
fn errors_can_be_sent_and_shared() {
    fn is_taken<E: std::error::Error + Send + Sync + 'static>() {}
    is_taken::<Cancelled>();
    is_taken::<Failure>();
    is_taken::<ResultError>();
    is_taken::<TimedOut>();
}

// No code of a user runs while a cell of ours is borrowed.

#[test]
#[allow(clippy::await_holding_refcell_ref, reason = "this is what must not hurt")]
fn result_held_while_a_clone_is_awaited() {
    within(LIMIT, || {
        run(async {
            let first = spawn(async { 1 });
            let second = first.clone();
            wait([&first]).await;
            let held = first.result().unwrap();
            assert_eq!(second.await, 1);
            assert_eq!(*held, 1);
        });
    });
}

#[test]
fn order_of_a_priority_queue_that_asks_the_queue() {
    thread_local!(static QUEUE: RefCell<Option<PriorityQueue<Item>>> = const { RefCell::new(None) });
    #[derive(Debug, PartialEq, Eq)]
    struct Item(u32);
    impl PartialOrd for Item {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Item {
        fn cmp(&self, other: &Self) -> Ordering {
            QUEUE.with_borrow(|queue| queue.as_ref().map(PriorityQueue::len));
            self.0.cmp(&other.0)
        }
    }
    run(async {
        let queue = PriorityQueue::new();
        QUEUE.set(Some(queue.clone()));
        for item in [3, 1, 2] {
            queue.try_put(Item(item)).unwrap();
        }
        let mut got = Vec::new();
        while let Ok(Item(item)) = queue.try_get() {
            got.push(item);
        }
        QUEUE.set(None);
        assert_eq!(got, [1, 2, 3]);
    });
}

// Values and errors do not vanish.

#[test]
fn two_panics_and_main_s_counts() {
    let text = panic_of(|| {
        run(async {
            spawn(async { panic!("child") }).detach();
            turns(2).await;
            panic!("main")
        })
    });
    assert_eq!(text.as_deref(), Some("main"));
}

#[test]
fn result_of_what_was_submitted() {
    within(LIMIT, || {
        run(async {
            let gateway = Gateway::new();
            let all = to_thread(move || {
                let submitted = gateway.spawn(|| async { 7 });
                (submitted.result(), submitted.cancel(), submitted.result())
            });
            assert_eq!(all.await, (Ok(7), false, Ok(7)));
        });
    });
}

#[test]
fn error_of_a_child_that_cancelled_itself() {
    within(LIMIT, || {
        run(async {
            let result = TaskGroup::run(async |group: &TaskGroup<&str>| {
                group.spawn(async {
                    current_task().cancel();
                    Err::<(), _>("fatal")
                });
                turns(5).await;
                Ok(())
            });
            assert_eq!(result.await.unwrap_err().errors(), ["fatal"]);
        });
    });
}

/// asyncio cancels once what is left.
#[test]
fn respawn_while_the_loop_ends() {
    fn respawn() -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async {
            if catch_cancelled(pending::<()>()).await.is_err() {
                spawn(respawn()).detach();
                turns(2).await;
            }
        })
    }
    within(LIMIT, || {
        run(async {
            spawn(respawn()).detach();
            turns(1).await;
        });
    });
}

/// Nobody waits any more who was cancelled in this turn.
#[test]
fn lock_whose_waiter_was_cancelled_this_turn() {
    within(LIMIT, || {
        run(async {
            let lock = Lock::new();
            let guard = lock.acquire().await;
            let other = lock.clone();
            let waiter = spawn(async move {
                let _guard = other.acquire().await;
            });
            turns(1).await;
            waiter.cancel();
            drop(guard);
            assert_eq!((lock.locked(), lock.try_acquire().is_some()), (false, true));
        });
    });
}

/// CPython: `RuntimeError: Task … got Future … attached to a different loop`.
#[test]
#[allow(clippy::async_yields_async, reason = "the task is what leaves its loop")]
fn task_of_another_runner() {
    within(LIMIT, || {
        let mut runner = Runner::new();
        let task = runner.run(async {
            spawn(async {
                turns(1).await;
                7
            })
        });
        let text = panic_of(|| {
            run(async move {
                // Whether it is a panic or an error: it says what is wrong.
                match task.outcome().await {
                    Ok(value) => unreachable!("who gave the {value}?"),
                    Err(Failure::Panicked(panic)) => panic.resume(),
                    Err(failure) => panic!("{failure}"),
                }
            })
        });
        let text = text.expect("it is refused");
        assert!(text.contains("loop") || text.contains("run"), "{text}");
    });
}
