//! Maps with a limit: in order, as the results come, up to the first error; and what a request does.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use futures_lite::{StreamExt, future};
use twin_tasks::{
    Cancelled, Clock, Runner, amap, catch_cancelled, run, sleep, spawn, timeout, try_amap,
};

mod within;

use within::{LIMIT, within};

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

async fn turns(count: usize) {
    for _ in 0..count {
        sleep(Duration::ZERO).await;
    }
}

/// Runs in no time, with exact sleeps.
fn check(main: impl Future<Output = ()> + 'static) {
    // Nothing of it can be sent: it is made where it runs.
    Runner::with_clock(Clock::jumping()).run(main);
}

#[test]
fn results_come_as_they_are_there() {
    check(async {
        let results = amap(2, [30, 10, 10, 5], async |time| {
            sleep(ms(time)).await;
            time
        });
        // Two at once: the others begin at 10 and 20.
        let results: Vec<_> = results.as_completed().collect().await;
        assert_eq!(results, [10, 10, 5, 30]);
    });
}

#[test]
fn no_more_run_at_once_than_the_limit_says_and_items_are_taken_as_there_is_room() {
    check(async {
        let taken = Rc::new(Cell::new(0));
        let (now, most) = (Cell::new(0), Cell::new(0));
        let count = taken.clone();
        let items = (0..10).inspect(move |_| count.set(count.get() + 1));
        let mut results = amap(3, items, async |item| {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            sleep(ms(item)).await;
            now.set(now.get() - 1);
            item
        })
        .as_completed();
        assert_eq!((results.next().await, taken.get()), (Some(0), 3));
        while let Some(item) = results.next().await {
            assert!(taken.get() <= item + 3);
        }
        assert_eq!((taken.get(), most.get()), (10, 3));
        assert_eq!(results.next().await, None);
    });
}

/// A random program found that the room of one that had returned was given to the next, though the
/// map was about to end by the cancellation of another.
#[test]
fn nothing_begins_beside_one_that_was_cancelled() {
    check(async {
        let started = Rc::new(Cell::new(0));
        let count = started.clone();
        let map = amap(2, 0..3, move |number| {
            count.set(count.get() + 1);
            spawn(async move {
                match number {
                    1 => Cancelled::new().propagate().await,
                    _ => turns(1).await,
                }
            })
        });
        assert!(catch_cancelled(map).await.is_err());
        assert_eq!(started.get(), 2);
    });
}

#[test]
fn what_was_given_before_a_timeout_is_kept() {
    check(async {
        let mut kept = Vec::new();
        let all = async {
            let mut results = amap(2, [10, 20, 1000], async |time| {
                sleep(ms(time)).await;
                time
            })
            .as_completed();
            while let Some(time) = results.next().await {
                kept.push(time);
            }
        };
        assert!(timeout(ms(100), all).await.is_err());
        assert_eq!(kept, [10, 20]);
    });
}

#[test]
fn a_next_that_is_dropped_loses_no_result() {
    check(async {
        let mut results = amap(2, [10, 20, 30], async |time| {
            sleep(ms(time)).await;
            time
        })
        .as_completed();
        let mut given = Vec::new();
        loop {
            // Given up in every turn in which it is not there.
            match future::poll_once(results.next()).await {
                Some(Some(time)) => given.push(time),
                Some(None) => break,
                None => sleep(ms(1)).await,
            }
        }
        assert_eq!(given, [10, 20, 30]);
    });
}

#[test]
fn a_loop_may_await_something_else_in_between() {
    check(async {
        let mut results = amap(2, [10, 20, 30, 40], async |time| {
            sleep(ms(time)).await;
            time
        })
        .as_completed();
        let mut given = Vec::new();
        while let Some(time) = results.next().await {
            sleep(ms(100)).await;
            given.push(time);
        }
        assert_eq!(given, [10, 20, 30, 40]);
    });
}

type Log = Rc<RefCell<Vec<u64>>>;

/// Catches, cleans up for a time, and goes on cancelling.
async fn cleans_up(log: Log, time: u64) {
    if let Err(cancelled) = catch_cancelled(pending::<()>()).await {
        sleep(ms(time)).await;
        log.borrow_mut().push(time);
        cancelled.propagate().await
    }
}

#[test]
fn a_request_reaches_all_that_run_and_waits_for_their_clean_up() {
    check(async {
        let log = Log::default();
        let seen = log.clone();
        let task = spawn(async move {
            let mut results =
                amap(3, [30, 20, 10, 1, 2], |time| cleans_up(log.clone(), time)).as_completed();
            results.next().await
        });
        turns(2).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
        assert_eq!(*seen.borrow(), [10, 20, 30]);
    });
    check(async {
        let log = Log::default();
        let seen = log.clone();
        let task = spawn(async move {
            let map = try_amap(3, [30, 20, 10, 1, 2], async |time| {
                cleans_up(log.clone(), time).await;
                Ok::<_, ()>(())
            });
            map.await
        });
        turns(2).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
        assert_eq!(*seen.borrow(), [10, 20, 30]);
    });
}

/// An error, or a result, of one that was asked to end would drop those beside it, half-way
/// through their clean-up.
#[test]
fn who_answers_a_request_by_a_value_ends_nobody_elses_clean_up() {
    async fn refuses_or_cleans_up(log: Log, time: u64) -> Result<u64, &'static str> {
        if time > 0 {
            cleans_up(log, time).await;
        }
        let caught = catch_cancelled(pending::<()>()).await;
        caught.map(|()| 0).map_err(|_| "no")
    }
    check(async {
        let log = Log::default();
        let seen = log.clone();
        let task = spawn(async move {
            try_amap(2, [0, 10], |time| refuses_or_cleans_up(log.clone(), time)).await
        });
        turns(2).await;
        task.cancel();
        // What went wrong meanwhile does not vanish.
        assert_eq!(task.await, Err("no"));
        assert_eq!(*seen.borrow(), [10]);
    });
    check(async {
        let log = Log::default();
        let seen = log.clone();
        let task = spawn(async move {
            let map = amap(2, [0, 10], |time| refuses_or_cleans_up(log.clone(), time));
            map.as_completed().next().await
        });
        turns(2).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
        assert_eq!(*seen.borrow(), [10]);
    });
}

#[test]
fn a_wait_that_was_cancelled_can_be_caught_and_the_next_raises_again() {
    check(async {
        let task = spawn(async {
            let mut results = amap(1, [()], |()| pending::<()>()).as_completed();
            let first = catch_cancelled(results.next()).await.is_err();
            let second = catch_cancelled(results.next()).await.is_err();
            (first, second)
        });
        turns(2).await;
        task.cancel();
        assert_eq!(task.await, (true, true));
    });
}

#[test]
fn the_first_error_ends_it() {
    check(async {
        let dropped = Rc::new(());
        let begun = Cell::new(0);
        let map = try_amap(2, [(20, 1), (10, 2), (5, 3)], async |(time, error)| {
            let _held = dropped.clone();
            begun.set(begun.get() + 1);
            sleep(ms(time)).await;
            Err::<(), _>(error)
        });
        assert_eq!(map.await, Err(2));
        // Nobody begins when one has failed, and who runs is dropped.
        assert_eq!((begun.get(), Rc::strong_count(&dropped)), (2, 1));
    });
}

#[test]
fn many_are_polled_in_one_turn() {
    within(LIMIT, || {
        run(async {
            let map = amap(1000, 0..1000, async |number| {
                turns(1).await;
                number
            });
            let other = spawn(turns(3));
            assert_eq!(map.as_completed().count().await, 1000);
            other.await;
            let all = try_amap(1000, 0..1000, async |number| Ok::<u32, ()>(number));
            assert_eq!(all.await.unwrap().len(), 1000);
        });
    });
}

#[test]
#[should_panic(expected = "a map that was polled")]
fn results_one_by_one_are_asked_for_first() {
    run(async {
        let mut map = amap(1, [()], |()| pending::<()>());
        assert!(future::poll_once(&mut map).await.is_none());
        let _results = map.as_completed();
    });
}
