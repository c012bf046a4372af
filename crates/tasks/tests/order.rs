//! Who runs when: the order of turns, as asyncio has it.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_lite::future::or;
use twin_tasks::{
    Cancelled, Clock, Event, Runner, Semaphore, Task, TaskHandle, TimedOut, Timeout, amap,
    as_completed, catch_cancelled, current_task, gather, gather_outcomes, now, promise, race, run,
    shield_task, sleep, spawn, try_amap, try_gather, wait,
};

type Log = Rc<RefCell<Vec<String>>>;

async fn steps(name: &'static str, count: usize, log: Log) {
    for step in 0..count {
        log.borrow_mut().push(format!("{name}{step}"));
        sleep(Duration::ZERO).await;
    }
}

#[test]
fn tasks_take_turns_in_the_order_of_their_start() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let a = spawn(steps("a", 3, log.clone()));
        let b = spawn(steps("b", 2, log.clone()));
        steps("main", 2, log).await;
        a.await;
        b.await;
    });
    assert_eq!(*seen.borrow(), ["main0", "a0", "b0", "main1", "a1", "b1", "a2"]);
}

#[test]
fn a_task_that_always_wants_another_turn_keeps_no_timer_waiting() {
    let done = Rc::new(Cell::new(false));
    let stop = done.clone();
    run(async move {
        let busy = spawn(async move {
            while !stop.get() {
                sleep(Duration::ZERO).await;
            }
        });
        sleep(Duration::from_millis(10)).await;
        done.set(true);
        busy.await;
    });
}

#[test]
fn timers_fire_in_the_order_of_their_times_even_when_all_are_late() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let sleepers = [300, 100, 200].map(|ms| {
            let log = log.clone();
            spawn(async move {
                sleep(Duration::from_millis(ms)).await;
                log.borrow_mut().push(ms.to_string());
            })
        });
        sleep(Duration::ZERO).await;
        // Nobody gets a turn before all three are over.
        std::thread::sleep(Duration::from_millis(500));
        gather(sleepers).await;
    });
    assert_eq!(*seen.borrow(), ["100", "200", "300"]);
}

#[test]
fn a_dropped_task_runs_on() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        drop(spawn(steps("a", 2, log)));
        sleep(Duration::from_millis(5)).await;
    });
    assert_eq!(*seen.borrow(), ["a0", "a1"]);
}

#[test]
fn what_is_left_when_main_ends_is_dropped() {
    let guard = Rc::new(());
    let held = guard.clone();
    run(async move {
        drop(spawn(async move {
            sleep(Duration::from_secs(3600)).await;
            drop(held);
        }));
        sleep(Duration::ZERO).await;
    });
    assert_eq!(Rc::strong_count(&guard), 1);
}

#[test]
fn a_gather_takes_as_long_as_its_slowest() {
    let started = Instant::now();
    run(gather((1..=50).map(|time| sleep(Duration::from_millis(10 * time)))));
    let elapsed = started.elapsed();
    assert!(elapsed >= Duration::from_millis(500));
    // One after the other they would take 12.75 s.
    assert!(elapsed < Duration::from_secs(12), "{elapsed:?}");
}

#[test]
fn a_gather_may_borrow() {
    let words = ["tea".to_owned(), "milk".to_owned()];
    let lengths = run_here(gather(words.iter().map(|word| async { word.len() })));
    assert_eq!(lengths, [3, 4]);
}

/// A task that waits for the clean-up of others needs no turn for that. A cancelled gather had one, and
/// with it a place in the queue before those who came meanwhile.
#[test]
fn a_cancelled_gather_has_its_turn_when_its_child_has_ended() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let cancelled = log.clone();
        let a = spawn(async move {
            current_task().cancel();
            drop(catch_cancelled(gather([spawn(async {})])).await);
            cancelled.borrow_mut().push("cancelled".to_owned());
        });
        let b = spawn(steps("b", 5, log));
        a.await;
        b.await;
    });
    assert_eq!(*seen.borrow(), ["b0", "b1", "b2", "cancelled", "b3", "b4"]);
}

/// A gather needs no event loop of ours.
fn run_here<T>(future: impl Future<Output = T>) -> T {
    smol::block_on(future)
}

#[test]
fn a_panic_goes_to_what_awaits_the_task() {
    let result = std::panic::catch_unwind(|| {
        run(async {
            let task = spawn(async { panic!("spilt") });
            task.await
        })
    });
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"spilt"));
    // And the loop is gone: another one can start.
    assert_eq!(run(async { 1 }), 1);
}

#[test]
#[should_panic = "can't be called inside itself"]
fn run_inside_of_run_says_what_to_do() {
    run(async { run(async {}) });
}

#[test]
fn a_gather_of_a_tuple_gives_each_its_turn() {
    let log = Log::default();
    let seen = log.clone();
    let results = run(async move {
        let number = async {
            steps("a", 2, log.clone()).await;
            1
        };
        let word = async {
            steps("b", 2, log.clone()).await;
            "two"
        };
        gather((number, word)).await
    });
    assert_eq!(results, (1, "two"));
    assert_eq!(*seen.borrow(), ["a0", "b0", "a1", "b1"]);
}

#[test]
fn a_detached_task_runs_on() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        spawn(steps("a", 2, log)).detach();
        sleep(Duration::from_millis(5)).await;
    });
    assert_eq!(*seen.borrow(), ["a0", "a1"]);
}

/// The children of a gather have a queue of their own; one that wanted another turn used to get it
/// before any other task.
#[track_caller]
fn check_turns<F: Future>(children: impl FnOnce(Log) -> F + 'static, expected: &[&str]) {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let other = spawn(steps("other", 3, log.clone()));
        children(log).await;
        other.await;
    });
    assert_eq!(*seen.borrow(), expected);
}

#[test]
fn a_child_of_a_gather_that_sleeps_for_zero_lets_other_tasks_run() {
    let two = |log: Log| [steps("a", 2, log.clone()), steps("b", 1, log)];
    let expected = ["a0", "b0", "other0", "a1", "other1", "other2"];
    check_turns(move |log| gather(two(log)), &expected);
    check_turns(move |log| gather([gather(two(log))]), &expected);
    check_turns(move |log| gather([gather((gather(two(log)),))]), &expected);
    check_turns(move |log| gather_outcomes(two(log)), &expected);
    let fallible = move |log| {
        two(log).map(async |child| {
            child.await;
            Ok::<_, ()>(())
        })
    };
    check_turns(move |log| try_gather(fallible(log)), &expected);
    check_turns(move |log| amap(2, two(log), async |child| child.await), &expected);
    check_turns(move |log| try_amap(2, fallible(log), async |child| child.await), &expected);
    let mapped = async move |log| {
        let mut results = amap(2, two(log), async |child| child.await).as_completed();
        while results.next().await.is_some() {}
    };
    check_turns(mapped, &expected);
    let all = async move |log| {
        let results = as_completed(two(log));
        while results.next().await.is_some() {}
    };
    check_turns(all, &expected);

    let longer = |log: Log| [steps("a", 2, log.clone()), steps("b", 3, log)];
    let expected = ["a0", "b0", "other0", "a1", "b1", "other1", "other2"];
    check_turns(move |log| race(longer(log)), &expected);
}

#[test]
fn a_child_of_a_gather_may_block_until_a_turn_is_over() {
    let turns = || async {
        gather([0, 1].map(|_| async { sleep(Duration::ZERO).await })).await;
        sleep(Duration::ZERO).await;
    };
    run(gather([0, 1].map(|_| async move { smol::block_on(turns()) })));
}

/// It was the order of keys, which the tasks of those that have ended leave to others.
#[test]
fn the_end_of_run_cancels_in_the_order_of_spawning() {
    let log = Log::default();
    let said = log.clone();
    run(async move {
        let ended = spawn(async {});
        let waits = |name: &'static str| {
            let log = log.clone();
            spawn(async move {
                if catch_cancelled(pending::<()>()).await.is_err() {
                    log.borrow_mut().push(name.to_owned());
                }
            })
            .detach();
        };
        waits("first");
        ended.await;
        // It has the key of the one that has ended.
        waits("second");
        sleep(Duration::ZERO).await;
    });
    assert_eq!(*said.borrow(), ["first", "second"]);
}

/// CPython wakes the first; a difference that the front page names.
#[test]
fn who_was_asked_goes_on_before_the_others_who_await_the_same_promise() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let promise = promise::<()>();
        let tasks = ["first", "middle", "last"].map(|name| {
            let (log, promise) = (log.clone(), promise.clone());
            spawn(async move {
                assert!(catch_cancelled(promise).await.is_err());
                log.borrow_mut().push(name.to_owned());
            })
        });
        sleep(Duration::ZERO).await;
        tasks[1].cancel();
        gather(tasks).await;
    });
    assert_eq!(*seen.borrow(), ["middle", "first", "last"]);
}

/// Moved before the first wait, it had its turn after whatever was ready by then.
#[test]
fn a_deadline_that_is_moved_to_now_expires_before_the_next_turn() {
    run(async {
        let work = Timeout::after(Duration::ZERO).run(|deadline| async move {
            deadline.reschedule(now()).unwrap();
            sleep(Duration::ZERO).await;
        });
        assert_eq!(work.await, Err(TimedOut));
    });
}

/// A callback stands between in asyncio, also where the task was cancelled.
#[test]
fn a_shield_of_a_cancelled_task_goes_on_a_turn_later() {
    let log = Log::default();
    let said = log.clone();
    run(async move {
        let inner = spawn(async { Cancelled::new().propagate().await });
        let other = spawn(steps("other", 2, log.clone()));
        let _ = catch_cancelled(shield_task(inner)).await;
        log.borrow_mut().push("shield".to_owned());
        other.await;
    });
    assert_eq!(*said.borrow(), ["other0", "other1", "shield"]);
}

/// A consumer waits for a task that ends; in the same round another is woken, and then the consumer is
/// cancelled. Who is the first to go on?
#[track_caller]
fn check_cancelled<F, Fut>(waits: F, expected: [&str; 2])
where
    F: FnOnce(Task<()>) -> Fut + 'static,
    Fut: Future,
{
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let say = move |what: &str| log.borrow_mut().push(what.to_owned());
        let turn = || sleep(Duration::ZERO);
        let (task, event) = (spawn(turn()), Event::new());
        let consumer = spawn({
            let say = say.clone();
            async move {
                let result = catch_cancelled(waits(task)).await;
                say(if result.is_err() { "cancelled" } else { "went on" });
            }
        });
        let (handle, other) = (consumer.handle(), event.clone());
        let other = spawn(async move {
            other.wait().await;
            say("woken");
        });
        let wakes = spawn(async move {
            turn().await;
            event.set();
        });
        let cancels = spawn(async move {
            turn().await;
            assert!(handle.cancel());
        });
        gather((consumer, other, wakes, cancels)).await;
    });
    assert_eq!(*seen.borrow(), expected);
}

/// It went on where the end would have had it go on. asyncio tells the end by a callback, which finds
/// the wait over; a task that is awaited itself wakes at once who awaits it.
#[test]
fn a_request_has_its_own_place_where_a_callback_stands_between() {
    let at_the_request = ["woken", "cancelled"];
    check_cancelled(shield_task, at_the_request);
    check_cancelled(async |task| as_completed([task]).next().await, at_the_request);
    check_cancelled(async |task| race([task]).await, at_the_request);
    check_cancelled(async |task| wait([task]).await, at_the_request);
    check_cancelled(async |task| task.await, ["cancelled", "woken"]);
}

/// They were given at once. asyncio hears of them by callbacks, which have their place in the queue.
#[test]
fn as_completed_waits_two_turns_for_tasks_that_have_ended() {
    let ended = async |log: Log| {
        let tasks = [spawn(async {}), spawn(async {})];
        sleep(Duration::ZERO).await;
        let other = spawn(steps("other", 4, log.clone()));
        let results = as_completed(tasks);
        while results.next().await.is_some() {
            log.borrow_mut().push("completed".to_owned());
        }
        other.await;
    };
    let log = Log::default();
    run(ended(log.clone()));
    assert_eq!(*log.borrow(), ["other0", "other1", "completed", "completed", "other2", "other3"]);
}

/// A task that is served serves the next, if more is free, in its own turn.
#[test]
fn a_release_of_a_semaphore_serves_one() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let (cups, event) = (Semaphore::new(0), Event::new());
        let say = move |what: &str| log.borrow_mut().push(what.to_owned());
        let takes = |name: &'static str| {
            let (cups, say) = (cups.clone(), say.clone());
            spawn(async move {
                cups.acquire().await.forget();
                say(name);
            })
        };
        let other = spawn({
            let event = event.clone();
            let say = say.clone();
            async move {
                event.wait().await;
                say("other");
            }
        });
        let first = takes("first");
        sleep(Duration::ZERO).await;
        // They wait behind the first, which is woken and has had no turn.
        let (second, third) = (takes("second"), takes("third"));
        let releases = spawn({
            let cups = cups.clone();
            async move {
                cups.release();
                event.set();
            }
        });
        cups.release();
        cups.release();
        gather((first, second, third, other, releases)).await;
    });
    assert_eq!(*seen.borrow(), ["first", "second", "other", "third"]);
}

/// Four tasks, of which each awaits the next. In one turn some are asked to end, by somebody else or
/// by the third. How often has each been asked?
#[track_caller]
fn check_counts(asked: &'static [usize], by_the_third: bool, expected: [u32; 4]) {
    fn ask(chain: &RefCell<Vec<TaskHandle>>, asked: &[usize]) {
        asked.iter().for_each(|place| assert!(chain.borrow()[*place].cancel()));
    }
    async fn turns(count: usize) {
        for _ in 0..count {
            sleep(Duration::ZERO).await;
        }
    }
    let chain: Rc<RefCell<Vec<TaskHandle>>> = Rc::default();
    run(async move {
        let mut tasks = vec![spawn(async { drop(catch_cancelled(pending::<()>()).await) })];
        for place in (0..3).rev() {
            let next = tasks.pop().unwrap();
            chain.borrow_mut().insert(0, next.handle());
            let all = chain.clone();
            tasks.push(spawn(async move {
                if by_the_third && place == 2 {
                    turns(3).await;
                    ask(&all, asked);
                }
                let _ = catch_cancelled(next).await;
            }));
        }
        let first = tasks.pop().unwrap();
        chain.borrow_mut().insert(0, first.handle());
        turns(4).await;
        if !by_the_third {
            ask(&chain, asked);
        }
        let _ = catch_cancelled(first).await;
        while !chain.borrow().iter().all(TaskHandle::done) {
            turns(1).await;
        }
        let counts: Vec<_> = chain.borrow().iter().map(TaskHandle::cancelling).collect();
        assert_eq!(counts, expected, "{asked:?}");
    });
}

/// Also a request to who was asked already. What a task asks in its own turn goes on from itself as one.
#[test]
fn each_request_counts_for_all_to_whom_it_goes_on() {
    for (asked, counts) in [
        (&[1, 0][..], [1, 2, 2]),
        (&[0, 1], [1, 2, 2]),
        (&[2, 1], [0, 1, 2]),
        (&[1, 2], [0, 1, 2]),
        (&[2, 1, 0], [1, 2, 3]),
        (&[1, 1], [0, 2, 2]),
        (&[2, 2, 1], [0, 1, 3]),
        (&[0, 0], [2, 2, 2]),
    ] {
        let [first, second, third] = counts;
        check_counts(asked, false, [first, second, third, third]);
        check_counts(asked, true, [first, second, third, 1]);
    }
}

/// A task that is woken has a place in the queue, which a request would take.
#[test]
fn as_completed_wakes_nobody_while_its_loop_awaits_something_else() {
    let turns = |count: usize| async move {
        for _ in 0..count {
            sleep(Duration::ZERO).await;
        }
    };
    run(async move {
        let event = Event::new();
        let results = as_completed([1, 4, 5].map(|count| spawn(turns(count))));
        assert_eq!(results.next().await, Some((0, ())));
        // A wait that is given up, too.
        assert!(!or(async { results.next().await.is_some() }, async { false }).await);
        let sets = spawn({
            let event = event.clone();
            async move {
                turns(10).await;
                event.set();
            }
        });
        let mut polls = 0;
        let mut wait = pin!(event.wait());
        poll_fn(|context| {
            polls += 1;
            wait.as_mut().poll(context)
        })
        .await;
        assert_eq!(polls, 2);
        assert_eq!(results.next().await, Some((1, ())));
        assert_eq!(results.next().await, Some((2, ())));
        assert_eq!(results.next().await, None);
        sets.await;
    });
}

/// The one in front is told of the end, and not the last, by whom the tasks are polled.
#[test]
fn who_awaited_as_completed_first_goes_on_first() {
    let log = Log::default();
    let seen = log.clone();
    run(async move {
        let turns = |count: usize| async move {
            for _ in 0..count {
                sleep(Duration::ZERO).await;
            }
        };
        let results = Rc::new(as_completed([spawn(turns(1)), spawn(turns(3))]));
        let consumers = ["first", "second"].map(|name| {
            let (log, results) = (log.clone(), results.clone());
            spawn(async move {
                let (place, ()) = results.next().await.unwrap();
                log.borrow_mut().push(format!("{name} has {place}"));
            })
        });
        let other = spawn(steps("other", 6, log));
        gather(consumers).await;
        other.await;
    });
    let expected = ["other0", "other1", "other2", "first has 0", "other3", "other4"];
    assert_eq!(seen.borrow()[..6], expected);
}

/// The request came in the turn in which it was made. In asyncio it waits as long as the task waits for
/// nothing but a turn, as that of another task does.
#[test]
fn a_request_of_a_task_to_itself_can_be_taken_back_before_its_next_turn() {
    run(async {
        let task = spawn(async {
            current_task().cancel();
            sleep(Duration::ZERO).await;
            "went on"
        });
        let handle = task.handle();
        let other = spawn(async move { handle.uncancel() });
        assert_eq!(gather((task, other)).await, ("went on", 0));

        let task = spawn(async {
            current_task().cancel();
            catch_cancelled(pending::<()>()).await.is_err()
        });
        let handle = task.handle();
        let other = spawn(async move { handle.uncancel() });
        assert_eq!(gather((task, other)).await, (true, 0));
    });
}

/// Timers that were due by then had their turns after the requests.
#[test]
fn what_is_due_when_main_ends_is_woken_before_the_rest_is_cancelled() {
    let log = Log::default();
    let said = log.clone();
    let clock = Clock::standing();
    let mut runner = Runner::with_clock(clock.clone());
    runner.run(async move {
        for (name, delay) in [("later", 2), ("due", 1)] {
            let log = log.clone();
            let waits = async move {
                if catch_cancelled(sleep(Duration::from_secs(delay))).await.is_err() {
                    log.borrow_mut().push(name.to_owned());
                }
            };
            spawn(waits).detach();
        }
        sleep(Duration::ZERO).await;
        clock.advance(Duration::from_secs(1));
    });
    runner.close();
    assert_eq!(*said.borrow(), ["due", "later"]);
}

/// asyncio asks the other at once; a difference that the front page names.
#[test]
fn of_several_of_which_one_has_just_ended_the_others_are_asked_a_turn_later() {
    let log = Log::default();
    let said = log.clone();
    run(async move {
        let say = move |what: &str| log.borrow_mut().push(what.to_owned());
        let turn = || sleep(Duration::ZERO);
        let ends = spawn(turn());
        let other = spawn({
            let say = say.clone();
            async move {
                let cancelled = catch_cancelled(pending::<()>()).await.unwrap_err();
                say("asked");
                cancelled.propagate().await
            }
        });
        let waits = spawn(gather((ends, other)));
        let event = Event::new();
        let woken = spawn({
            let event = event.clone();
            async move {
                event.wait().await;
                say("woken");
            }
        });
        let handle = waits.handle();
        let cancels = spawn(async move {
            turn().await;
            handle.cancel();
            event.set();
        });
        gather((woken, cancels)).await;
        assert!(catch_cancelled(waits).await.is_err());
    });
    assert_eq!(*said.borrow(), ["woken", "asked"]);
}
