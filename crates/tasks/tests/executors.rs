//! What works under any executor, and what says that it needs `run`.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use futures_lite::{StreamExt, future};
use twin_tasks::{
    Barrier, BoundedSemaphore, Cancelled, Condition, Event, Gateway, LifoQueue, Lock,
    PriorityQueue, Queue, Semaphore, TaskContext, TaskGroup, TimedOut, Timeout, amap, as_completed,
    catch_cancelled, current_task, gather, gather_outcomes, move_on_after, promise, race, shield,
    sleep, spawn, task_local, timeout, timeout_at, to_thread, try_gather, wait_for,
};

task_local! {
    static USER: String;
}

const SHORT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(60);

async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// Everything but `spawn` and what is built on it.
async fn program() {
    let started = Instant::now();
    sleep(Duration::from_millis(20)).await;
    assert!(started.elapsed() >= Duration::from_millis(20));
    sleep(Duration::ZERO).await;

    let word = "tea".to_owned();
    assert_eq!(gather([1, 2].map(async |count| word.len() * count)).await, [3, 6]);
    assert_eq!(gather((async { 1 }, async { "two" })).await, (1, "two"));
    let outcomes = gather_outcomes([1, 2].map(|cup| async move { assert_ne!(cup, 2) })).await;
    assert!(outcomes[0].is_ok() && outcomes[1].is_err());
    assert_eq!(try_gather([async { Err::<(), _>("odd") }]).await, Err("odd"));
    assert_eq!(race([SHORT, LONG].map(sleep)).await, (0, ()));
    let all: Vec<_> = as_completed([1, 0].map(turns)).collect().await;
    assert_eq!(all, [(1, ()), (0, ())]);
    assert_eq!(amap(2, 1..=3, async |number| number * number).await, [1, 4, 9]);

    assert_eq!(timeout(SHORT, pending::<()>()).await, Err(TimedOut));
    assert_eq!(timeout_at(Instant::now(), pending::<()>()).await, Err(TimedOut));
    assert_eq!(wait_for(pending::<()>(), SHORT).await, Err(TimedOut));
    assert_eq!(move_on_after(SHORT, pending::<()>()).await, None);
    let moved = Timeout::after(LONG).run(|deadline| async move {
        deadline.reschedule(Instant::now()).unwrap();
        pending::<()>().await;
    });
    assert_eq!(moved.await, Err(TimedOut));
    // A timeout has only drop here: the clean-up that awaits is not run.
    let cleaned = Rc::new(Cell::new(false));
    let flag = cleaned.clone();
    let clean_up = async move {
        let _cancelled = catch_cancelled(pending::<()>()).await;
        flag.set(true);
    };
    assert_eq!(timeout(SHORT, clean_up).await, Err(TimedOut));
    assert!(!cleaned.get());

    let here = thread::current().id();
    assert_ne!(to_thread(|| thread::current().id()).await, here);
    assert_eq!(USER.get(), None);
    assert_eq!(USER.get_in(&TaskContext::copy()), None);

    let tea = promise();
    let brew = async {
        sleep(SHORT).await;
        tea.set("tea").unwrap();
    };
    assert_eq!(gather((tea.clone(), brew)).await.0, "tea");
    meet().await;
    pass_on().await;
}

/// Locks and what they are made of, each with one who waits.
async fn meet() {
    let (lock, log) = (Lock::new(), RefCell::new(Vec::new()));
    let visit = async |name| {
        let _guard = lock.acquire().await;
        log.borrow_mut().push(name);
        sleep(SHORT).await;
        log.borrow_mut().push(name);
    };
    gather([visit("a"), visit("b")]).await;
    assert_eq!(*log.borrow(), ["a", "a", "b", "b"]);

    let door = Event::new();
    gather((door.wait(), async { door.set() })).await;
    let start = Barrier::new(2);
    assert_eq!(gather([start.wait(), start.wait()]).await, [Ok(0), Ok(1)]);
    let (cups, saucers) = (Semaphore::new(1), BoundedSemaphore::new(1));
    gather([(); 2].map(|()| async { drop((cups.acquire().await, saucers.acquire().await)) })).await;

    let (kettle, boils) = (Condition::new(), Cell::new(false));
    let cook = async {
        let mut guard = kettle.acquire().await;
        kettle.wait_for(&mut guard, || boils.get().then_some("tea")).await
    };
    let boil = async {
        let guard = kettle.acquire().await;
        boils.set(true);
        kettle.notify_all(&guard);
    };
    assert_eq!(gather((cook, boil)).await.0, "tea");
}

/// Queues, with back-pressure and a shutdown.
async fn pass_on() {
    let orders = Queue::bounded(1);
    let cook = async {
        let mut made = Vec::new();
        while let Ok(order) = orders.get().await {
            made.push(order);
            orders.task_done().unwrap();
        }
        made
    };
    let guests = async {
        for order in 0..5 {
            orders.put(order).await.unwrap();
        }
        orders.join().await;
        orders.shutdown();
    };
    assert_eq!(gather((cook, guests)).await.0, [0, 1, 2, 3, 4]);
    let (last, least) = (LifoQueue::new(), PriorityQueue::new());
    for number in [2, 1, 3] {
        last.try_put(number).unwrap();
        least.try_put(number).unwrap();
    }
    assert_eq!((last.get().await, least.get().await), (Ok(3), Ok(1)));
}

#[test]
fn everything_but_tasks_works_on_smol() {
    smol::block_on(program());
    future::block_on(smol::LocalExecutor::new().run(program()));
}

#[test]
fn everything_but_tasks_works_on_tokio() {
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio.block_on(program());
    tokio::task::LocalSet::new().block_on(&tokio, async {
        tokio::task::spawn_local(program()).await.unwrap();
    });
}

/// One line that names what was called and says where it belongs.
#[track_caller]
fn says(expected: &str, call: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("it should need `run`");
    let text = panic.downcast_ref::<String>().map(String::as_str);
    assert_eq!(text.or_else(|| panic.downcast_ref().copied()), Some(expected));
}

#[test]
fn what_needs_run_says_so() {
    let event_loop = "needs a running event loop: call it inside twin_tasks::run";
    let task = "needs a running task: call it inside twin_tasks::run";
    says(&format!("twin_tasks::spawn {event_loop}"), || drop(spawn(async {})));
    says(&format!("twin_tasks::shield {event_loop}"), || drop(shield(async {})));
    says(&format!("twin_tasks::Gateway::new {event_loop}"), || drop(Gateway::new()));
    says(&format!("twin_tasks::current_task {task}"), || drop(current_task()));
    says(&format!("twin_tasks::TaskLocal::set {task}"), || USER.set("ann".to_owned()));
    says(&format!("twin_tasks::TaskGroup {event_loop}"), || {
        drop(smol::block_on(TaskGroup::run(async |_| Ok::<_, Infallible>(()))));
    });
    // Under another executor there is no task that could be cancelled.
    says(
        "what was awaited has been cancelled, which needs a running task to end: await it inside \
         twin_tasks::run",
        || smol::block_on(async { Cancelled::new().propagate().await }),
    );
}
