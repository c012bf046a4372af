//! How many functions of `to_thread` run at once, and what becomes of those that wait for a place.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread::available_parallelism;
use std::time::Duration;

use twin_tasks::{
    Gateway, Runner, catch_cancelled, gather, run, sleep, spawn, task_local, to_thread,
};

mod within;

use within::{LIMIT, within};

async fn turn() {
    sleep(Duration::ZERO).await;
}

fn limited(limit: usize) -> Runner {
    let mut runner = Runner::new();
    runner.limit_threads(limit);
    runner
}

#[test]
fn no_more_run_at_once_than_the_limit_says() {
    within(LIMIT, || {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = most.clone();
        // Three at once pass it: fewer would wait for ever.
        let barrier = Arc::new(Barrier::new(3));
        limited(3).run(async move {
            gather((0..30).map(|_| {
                let (now, most, barrier) = (now.clone(), most.clone(), barrier.clone());
                to_thread(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    barrier.wait();
                    now.fetch_sub(1, Ordering::SeqCst);
                })
            }))
            .await;
        });
        assert_eq!(seen.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn those_that_wait_start_in_the_order_in_which_they_came() {
    within(LIMIT, || {
        let order = Arc::new(Mutex::new(Vec::new()));
        let seen = order.clone();
        limited(1).run(async move {
            gather((0..50).map(|number| {
                let order = order.clone();
                to_thread(move || order.lock().unwrap().push(number))
            }))
            .await;
        });
        assert_eq!(*seen.lock().unwrap(), (0..50).collect::<Vec<_>>());
    });
}

/// By default as many as asyncio has; the one after them waits.
#[test]
fn the_default_is_asyncios() {
    within(LIMIT, || {
        let limit = (available_parallelism().unwrap().get() + 4).min(32);
        let started = Arc::new(AtomicBool::new(false));
        let too_many = started.clone();
        run(async move {
            let (all_there, begin) =
                (Arc::new(Barrier::new(limit + 1)), Arc::new(Barrier::new(limit + 1)));
            let tasks: Vec<_> = (0..limit)
                .map(|_| {
                    let (all_there, begin) = (all_there.clone(), begin.clone());
                    spawn(to_thread(move || {
                        all_there.wait();
                        begin.wait();
                    }))
                })
                .collect();
            turn().await;
            all_there.wait();
            let one_more = spawn(to_thread(move || too_many.store(true, Ordering::SeqCst)));
            turn().await;
            one_more.cancel();
            assert!(catch_cancelled(one_more).await.is_err());
            begin.wait();
            gather(tasks).await;
        });
        assert!(!started.load(Ordering::SeqCst));
    });
}

/// As in Python, where `Future.cancel` of the executor's future takes it out of the queue.
#[test]
fn one_that_is_cancelled_before_it_starts_never_does() {
    within(LIMIT, || {
        let order = Arc::new(Mutex::new(Vec::new()));
        let seen = order.clone();
        limited(1).run(async move {
            let (go, begin) = mpsc::channel();
            let push = |name| {
                let order = order.clone();
                move || order.lock().unwrap().push(name)
            };
            let first = push("first");
            let first = spawn(to_thread(move || {
                begin.recv().unwrap();
                first();
            }));
            let second = spawn(to_thread(push("second")));
            let third = spawn(to_thread(push("third")));
            turn().await;
            second.cancel();
            assert!(catch_cancelled(second).await.is_err());
            go.send(()).unwrap();
            gather([first, third]).await;
        });
        assert_eq!(*seen.lock().unwrap(), ["first", "third"]);
    });
}

#[test]
fn the_end_of_run_drops_those_that_wait_and_awaits_those_that_run() {
    within(LIMIT, || {
        let dropped = Arc::new(AtomicBool::new(false));
        let seen = dropped.clone();
        let mut runner = limited(1);
        runner.run(async move {
            let (sender, receiver) = mpsc::channel();
            // It ends when the other has been dropped.
            let first =
                to_thread(move || dropped.store(receiver.recv().is_err(), Ordering::SeqCst));
            spawn(first).detach();
            turn().await;
            spawn(to_thread(move || sender.send(()).unwrap())).detach();
            turn().await;
        });
        runner.close();
        assert!(seen.load(Ordering::SeqCst));
    });
}

/// With an executor of one thread, CPython hangs here.
#[test]
fn a_function_that_waits_for_the_loop_lends_its_place() {
    within(LIMIT, || {
        fn inner(gateway: Gateway, levels: u32) -> u32 {
            let next = gateway.clone();
            let task = move || async move {
                match levels {
                    0 => 7,
                    _ => to_thread(move || inner(next, levels - 1)).await,
                }
            };
            gateway.spawn(task).result().unwrap()
        }
        let seven = limited(1).run(async {
            let gateway = Gateway::new();
            to_thread(move || inner(gateway, 20)).await
        });
        assert_eq!(seven, 7);
    });
}

#[test]
fn what_was_lent_comes_back() {
    within(LIMIT, || {
        let order = Arc::new(Mutex::new(Vec::new()));
        let seen = order.clone();
        limited(1).run(async move {
            let gateway = Gateway::new();
            to_thread(move || gateway.spawn(|| async {}).result()).await.unwrap();
            // As before, one at a time.
            gather((0..20).map(|number| {
                let order = order.clone();
                to_thread(move || order.lock().unwrap().push(number))
            }))
            .await;
        });
        assert_eq!(*seen.lock().unwrap(), (0..20).collect::<Vec<_>>());
    });
}

#[test]
fn a_function_that_panics_gives_its_place_back() {
    within(LIMIT, || {
        limited(1).run(async {
            let spilt = spawn(to_thread(|| panic!("spilt"))).outcome().await;
            assert_eq!(spilt.unwrap_err().panic_message(), Some("spilt"));
            assert_eq!(to_thread(|| 7).await, 7);
        });
    });
}

#[test]
fn a_higher_limit_starts_those_that_wait() {
    within(LIMIT, || {
        let mut runner = limited(1);
        let (sender, receiver) = mpsc::channel();
        let tasks = runner.run(async move {
            let first = spawn(to_thread(move || receiver.recv().unwrap()));
            turn().await;
            let second = spawn(to_thread(move || sender.send(7).unwrap()));
            turn().await;
            (first, second)
        });
        runner.limit_threads(2);
        assert_eq!(runner.run(gather(tasks)), (7, ()));
    });
}

#[test]
fn each_loop_has_its_own_places() {
    within(LIMIT, || {
        let inner = || limited(1).run(to_thread(|| 7));
        assert_eq!(limited(1).run(to_thread(inner)), 7);
    });
}

#[test]
#[should_panic(expected = "give at least 1")]
fn a_limit_of_zero_is_refused() {
    Runner::new().limit_threads(0);
}

task_local! {
    static GUEST: &'static str;
}

#[test]
fn what_a_thread_starts_has_the_variables_of_who_started_the_thread() {
    run(async {
        GUEST.set("Kant");
        let gateway = Gateway::new();
        let thread = gateway.clone();
        let ask = move || thread.spawn(|| async { GUEST.get() }).result().unwrap();
        assert_eq!(to_thread(ask).await, Some("Kant"));
        // Its own are a copy.
        let change = move || gateway.spawn(|| async { GUEST.set("Marx") }).result().unwrap();
        to_thread(change).await;
        assert_eq!(GUEST.get(), Some("Kant"));
    });
}
