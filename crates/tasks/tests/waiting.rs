//! Waiting costs nothing: no busy loop, no thread for a timer.
//!
//! A program of its own with a single test, since it counts what the whole process uses.
#![cfg(target_os = "linux")]

use std::cell::Cell;
use std::fs;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use twin_tasks::{
    Barrier, Condition, Event, Lock, Queue, TaskGroup, amap, as_completed, catch_cancelled, gather,
    promise, race, run, shield, sleep, spawn, timeout, to_thread, wait,
};

/// How long this process has run on a processor, all of its threads together.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("a process has run for no negative time")
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// Counts how often a future is polled.
async fn counted<F: Future>(polls: &Cell<u32>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        polls.set(polls.get() + 1);
        future.as_mut().poll(context)
    })
    .await
}

/// Everything that can wait, waiting for what comes after `time` or never.
async fn everything_waits(time: Duration) {
    let polls = Rc::new(Cell::new(0));
    let long = Duration::from_secs(3600);
    let (lock, door, queue) = (Lock::new(), Event::new(), Queue::<()>::new());
    let (start, kettle, tea) = (Barrier::new(2), Condition::new(), promise::<()>());
    let never = (
        gather((sleep(long), timeout(long, pending::<()>()), lock.acquire())),
        gather((door.wait(), queue.get(), start.wait(), queue.join(), tea)),
        gather([sleep(long), sleep(long)]),
        race([sleep(long), sleep(long)]),
        amap(2, [long; 4], sleep),
        async { as_completed([sleep(long)]).next().await },
        gather((
            catch_cancelled(shield(pending::<()>())),
            wait([spawn(pending::<()>())]).timeout(long),
            TaskGroup::run(async |group| {
                group.spawn(pending::<Result<(), ()>>());
                Ok(())
            }),
        )),
        async {
            let mut guard = kettle.acquire().await;
            kettle.wait(&mut guard).await;
        },
    );
    let _guard = lock.try_acquire();
    assert!(timeout(time, counted(&polls, gather(never))).await.is_err());
    // Once in the beginning, and a few times for what needs a turn.
    assert!(polls.get() <= 10, "polled {} times", polls.get());
    println!("polled {} times", polls.get());
}

#[test]
fn waiting_is_idle_and_takes_no_threads() {
    // Those of timers and of blocking work exist from now on.
    run(async {
        sleep(Duration::from_millis(1)).await;
        to_thread(|| ()).await;
    });
    let (before, count) = (processor_time(), threads());
    let started = Instant::now();
    run(everything_waits(Duration::from_secs(2)));
    let (used, waited) = (processor_time() - before, started.elapsed());
    println!("{used:?} of {waited:?}");
    assert!(waited >= Duration::from_secs(2));
    assert!(used < waited / 10, "{used:?} of processor time in {waited:?}");

    run(async move {
        let sleepers = (0..1000).map(|_| spawn(sleep(Duration::from_millis(200))));
        let sleepers = sleepers.collect::<Vec<_>>();
        sleep(Duration::from_millis(50)).await;
        assert!(threads() <= count, "{} threads, {count} before", threads());
        gather(sleepers).await;
    });
}
