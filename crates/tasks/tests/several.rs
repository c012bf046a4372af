//! Several futures at once: who is polled, who wins, and who is dropped when.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{
    Barrier, Condition, Lock, as_completed, catch_cancelled, gather, race, run, sleep, spawn,
    timeout, try_gather,
};

type Log = Rc<RefCell<Vec<String>>>;

fn ms(time: u64) -> impl Future<Output = ()> {
    sleep(Duration::from_millis(time))
}

/// Says when it is dropped.
struct Says(String, Log);

impl Drop for Says {
    fn drop(&mut self) {
        self.1.borrow_mut().push(format!("{} dropped", self.0));
    }
}

async fn runner(name: impl ToString, time: u64, log: Log) -> u64 {
    let _says = Says(name.to_string(), log.clone());
    ms(time).await;
    time
}

#[test]
fn the_losers_of_a_race_are_dropped_in_the_order_of_the_arguments() {
    for winner in 0..9_u64 {
        let log = Log::default();
        let seen = log.clone();
        let first = run(async move {
            let time = |place| if place == winner { 5 } else { 60_000 - place };
            let runners = (0..9).map(|place| runner(place, time(place), log.clone()));
            let first = race(runners).await;
            log.borrow_mut().push("result".to_owned());
            first
        });
        assert_eq!(first, (winner as usize, 5));
        let losers = (0..9).filter(|&place| place != winner);
        let order = [winner].into_iter().chain(losers).map(|place| format!("{place} dropped"));
        assert_eq!(*seen.borrow(), Vec::from_iter(order.chain(["result".to_owned()])));
    }
}

#[test]
fn a_race_of_a_tuple_drops_its_losers_in_the_order_of_the_arguments() {
    let log = Log::default();
    let seen = log.clone();
    let first = run(async move {
        let b = async { runner("b", 5, log.clone()).await };
        race((
            runner("a", 60_000, log.clone()),
            b,
            spawned(60_000),
            runner("d", 70_000, log.clone()),
        ))
        .await
    });
    assert_eq!(first, (1, 5));
    assert_eq!(*seen.borrow(), ["b dropped", "a dropped", "d dropped"]);
}

async fn spawned(time: u64) -> u64 {
    spawn(async move {
        ms(time).await;
        time
    })
    .await
}

#[test]
fn who_is_ready_at_once_wins_before_those_behind_it_begin() {
    let began = RefCell::new(Vec::new());
    let begin = async |name: &'static str, time| {
        began.borrow_mut().push(name);
        if time > 0 {
            ms(time).await;
        }
        name
    };
    let futures = [begin("a", 60_000), begin("b", 0), begin("c", 0)];
    assert_eq!(smol::block_on(race(futures)), (1, "b"));
    assert_eq!(began.take(), ["a", "b"]);
    let futures = (begin("a", 60_000), begin("b", 0), begin("c", 0));
    assert_eq!(smol::block_on(race(futures)), (1, "b"));
    assert_eq!(began.take(), ["a", "b"]);
}

#[test]
fn a_race_of_a_tuple_may_borrow() {
    let (short, long) = ("tea".to_owned(), "coffee".to_owned());
    let first = smol::block_on(race((
        async {
            ms(60_000).await;
            long.as_str()
        },
        async { &*short },
    )));
    assert_eq!(first, (1, "tea"));
}

#[test]
fn a_request_reaches_no_racer_but_drops_them() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let (a, b) = (runner("a", 60_000, log.clone()), runner("b", 60_000, log.clone()));
        let task = spawn(race((a, b)));
        ms(0).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
    assert_eq!(*seen.borrow(), ["a dropped", "b dropped"]);
}

async fn fails_after(time: u64) -> Result<u32, &'static str> {
    ms(time).await;
    Err("burnt")
}

#[test]
fn a_try_gather_of_a_tuple_gives_all_or_the_first_error_in_time() {
    let all = try_gather((async { Ok(1) }, async {
        ms(1).await;
        Ok::<_, &str>("two")
    }));
    assert_eq!(run(all), Ok((1, "two")));

    let log = Log::default();
    let waiting = log.clone();
    let first = try_gather((
        async { Ok::<_, &str>(runner("a", 60_000, waiting).await) },
        async {
            ms(20).await;
            Err::<(), _>("late")
        },
        fails_after(1),
    ));
    assert_eq!(run(first), Err("burnt"));
    assert_eq!(*log.borrow(), ["a dropped"]);
}

#[test]
fn a_task_in_a_failed_try_gather_of_a_tuple_runs_on() {
    run(async {
        let task = spawn(async {
            ms(5).await;
            Ok::<_, &str>("tea")
        });
        assert_eq!(try_gather((task.clone(), fails_after(1))).await, Err("burnt"));
        assert_eq!(task.await, Ok("tea"));
    });
}

#[test]
fn a_try_gather_of_a_tuple_hands_a_request_to_all() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let cleans_up = async |name: &str| {
            if let Err(cancelled) = catch_cancelled(ms(60_000)).await {
                ms(1).await;
                log.borrow_mut().push(name.to_owned());
                cancelled.propagate().await;
            }
            Ok::<_, ()>(())
        };
        let both = catch_cancelled(async {
            try_gather((cleans_up("a"), cleans_up("b"), async {
                twin_tasks::current_task().cancel();
                Ok(())
            }))
            .await
        });
        assert!(both.await.is_err());
    });
    assert_eq!(*seen.borrow(), ["a", "b"]);
}

#[test]
fn as_completed_stands_still_while_its_loop_awaits_something_else() {
    async fn steps(log: Log) {
        for step in 0..3 {
            log.borrow_mut().push(step.to_string());
            ms(0).await;
        }
    }
    run(async {
        let (still, moving) = (Log::default(), Log::default());
        let ready = || Box::pin(async {}) as Pin<Box<dyn Future<Output = ()>>>;

        let results = as_completed([Box::pin(steps(still.clone())), ready()]);
        assert_eq!(results.next().await, Some((1, ())));
        ms(10).await;
        assert_eq!(*still.borrow(), ["0"]);
        assert_eq!(results.next().await, Some((0, ())));
        assert_eq!(*still.borrow(), ["0", "1", "2"]);

        // A task goes on by itself.
        let results = as_completed([Box::pin(spawn(steps(moving.clone()))), ready()]);
        assert_eq!(results.next().await, Some((1, ())));
        ms(10).await;
        assert_eq!(*moving.borrow(), ["0", "1", "2"]);
        assert_eq!(results.next().await, Some((0, ())));
    });
}

/// A waiter that was notified, and dropped before it had the lock again, used to take the
/// notification with it.
#[test]
fn the_notification_of_a_dropped_waiter_goes_to_the_next() {
    run(async {
        let kettle = Condition::new();
        let drink = async |kettle: Condition| {
            let mut guard = kettle.acquire().await;
            kettle.wait(&mut guard).await;
        };
        let hasty = spawn({
            let kettle = kettle.clone();
            async move { race((drink(kettle), ms(50))).await.0 }
        });
        let patient = spawn(drink(kettle.clone()));
        sleep(Duration::ZERO).await;

        let guard = kettle.acquire().await;
        kettle.notify(&guard, 1);
        // It has its notification, but the lock is held here until it has lost its patience.
        assert_eq!(hasty.await, 1);
        drop(guard);
        let drunk = timeout(Duration::from_secs(5), patient);
        assert_eq!(drunk.await, Ok(()));
    });
}

/// A lock had nothing to guard: its owner kept a cell beside it.
#[test]
fn a_lock_guards_its_value() {
    run(async {
        let shelf = Lock::guarding(Vec::new());
        let filled = Condition::with_lock(&shelf);
        let takes = async |count: usize| {
            let mut held = shelf.acquire().await;
            while held.len() < count {
                filled.wait(&mut held).await;
            }
            held.drain(..count).collect::<Vec<_>>()
        };
        let puts = async {
            for loaf in ["rye", "oat", "wheat"] {
                let mut held = shelf.acquire().await;
                held.push(loaf);
                filled.notify_all(&held);
            }
        };
        let (two, one, ()) = gather((takes(2), takes(1), puts)).await;
        assert_eq!((two, one), (vec!["rye", "oat"], vec!["wheat"]));
        assert!(shelf.try_acquire().is_some_and(|held| held.is_empty()));
    });
}

/// It holds nothing then: no value is lost, and none is made up.
#[test]
#[should_panic = "a wait of the condition was dropped half-way: acquire the lock again"]
fn a_guard_whose_wait_was_dropped_gives_no_value() {
    run(async {
        let coins = Lock::guarding(10);
        let counted = Condition::with_lock(&coins);
        let mut held = coins.acquire().await;
        race((counted.wait(&mut held), ms(5))).await;
        assert_eq!(coins.try_acquire().as_deref(), Some(&10));
        *held += 1;
    });
}

/// CPython gives two of them one number here; a difference that the front page names.
#[test]
fn those_who_pass_a_barrier_have_numbers_of_their_own() {
    run(async {
        let barrier = Barrier::new(3);
        let party = || spawn(barrier.wait());
        let given_up = party();
        let second = party();
        sleep(Duration::ZERO).await;
        given_up.cancel();
        let parties = [second, party(), party()];
        assert_eq!(gather(parties).await, [Ok(0), Ok(1), Ok(2)]);
    });
}
