//! Virtual time: exact, in order, and as fast as the tasks are.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use futures_buffered::FuturesUnordered;
use futures_lite::StreamExt;
use twin_tasks::{
    Clock, Runner, TimedOut, Timeout, finally, gather, now, sleep, spawn, timeout, to_thread, wait,
};

const HOUR: Duration = Duration::from_secs(3600);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Runs with a clock that jumps; gives what is returned, and the time that the clock has shown.
fn jumping<T: 'static>(main: impl Future<Output = T> + 'static) -> (T, Duration) {
    let clock = Clock::jumping();
    let began = clock.now();
    let result = Runner::with_clock(clock.clone()).run(main);
    (result, clock.now() - began)
}

#[test]
fn an_hour_of_sleeps_takes_no_time() {
    let began = Instant::now();
    let (_, shown) = jumping(gather((1..=60).map(|minute| sleep(seconds(60 * minute)))));
    assert_eq!(shown, HOUR);
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    jumping(async move {
        let sleepers = [30, 10, 20, 10].into_iter().enumerate().map(|(place, delay)| {
            let log = log.clone();
            spawn(async move {
                sleep(seconds(delay)).await;
                log.borrow_mut().push((delay, place));
            })
        });
        for sleeper in sleepers.collect::<Vec<_>>() {
            sleeper.await;
        }
    });
    assert_eq!(*seen.borrow(), [(10, 1), (10, 3), (20, 2), (30, 0)]);
}

#[test]
fn timeouts_and_waits_follow_it() {
    let ((), shown) = jumping(async {
        let began = now();
        assert_eq!(timeout(seconds(5), pending::<()>()).await, Err(TimedOut));
        assert_eq!(now() - began, seconds(5));
        let task = spawn(sleep(HOUR));
        let (done, left) = wait([&task]).timeout(seconds(5)).await;
        assert_eq!((done.len(), left.len()), (0, 1));
        let moved = Timeout::after(seconds(1)).run(|deadline| async move {
            deadline.reschedule(now() + seconds(9)).unwrap();
            sleep(seconds(8)).await;
        });
        assert_eq!(moved.await, Ok(()));
    });
    assert_eq!(shown, seconds(5 + 5 + 8));
}

#[test]
fn sets_of_others_follow_it() {
    let (order, shown) = jumping(async {
        let mut set = FuturesUnordered::new();
        for delay in [3, 1, 2] {
            set.push(async move {
                sleep(seconds(delay)).await;
                delay
            });
        }
        set.collect::<Vec<_>>().await
    });
    assert_eq!((order, shown), (vec![1, 2, 3], seconds(3)));
}

#[test]
fn it_waits_for_threads_before_it_jumps() {
    let (first, _) = jumping(async {
        let thread = to_thread(|| thread::sleep(Duration::from_millis(30)));
        timeout(HOUR, thread).await
    });
    assert_eq!(first, Ok(()));
}

#[test]
fn a_dropped_timer_moves_nothing() {
    let ((), shown) = jumping(async {
        assert_eq!(timeout(HOUR, sleep(seconds(1))).await, Ok(()));
    });
    assert_eq!(shown, seconds(1));
}

#[test]
fn a_standing_clock_moves_by_hand() {
    let clock = Clock::standing();
    let mut runner = Runner::with_clock(clock.clone());
    runner.run(async move {
        let tea = spawn(sleep(seconds(10)));
        for _ in 0..5 {
            sleep(Duration::ZERO).await;
        }
        assert!(!tea.done());
        clock.advance(seconds(9));
        for _ in 0..5 {
            sleep(Duration::ZERO).await;
        }
        assert!(!tea.done());
        clock.advance(seconds(1));
        tea.await;
    });
}

/// As asyncio's, which calls `call_soon`: before the turn that the code waits for next.
#[test]
fn a_deadline_that_is_moved_into_the_past_acts_at_the_next_wait() {
    let (went_on, _) = jumping(async {
        let went_on = Rc::new(RefCell::new(false));
        let flag = went_on.clone();
        let late = Timeout::after(HOUR).run(async move |deadline| {
            deadline.reschedule(now() - seconds(1)).unwrap();
            sleep(Duration::ZERO).await;
            flag.replace(true);
        });
        assert_eq!(late.await, Err(TimedOut));
        went_on.take()
    });
    assert!(!went_on);
}

#[test]
fn on_a_standing_clock_a_clean_up_has_its_time_at_the_end() {
    let ended = Rc::new(RefCell::new(false));
    let clock = Clock::standing();
    let began = clock.now();
    let mut runner = Runner::with_clock(clock.clone());
    runner.run({
        let ended = ended.clone();
        async move {
            let clean_up = async move {
                sleep(seconds(1)).await;
                ended.replace(true);
            };
            spawn(finally(pending::<()>(), clean_up)).detach();
            sleep(Duration::ZERO).await;
        }
    });
    assert_eq!(clock.now(), began);
    runner.close();
    assert!(*ended.borrow());
}

/// Beside the loop's timer, what a set polls has one of the system's, for a `block_on` in a task.
#[test]
fn what_a_set_of_others_polls_follows_a_virtual_clock() {
    let clock = Clock::standing();
    let blocks = || thread::sleep(Duration::from_millis(30));
    Runner::with_clock(clock.clone()).run(async move {
        let sleeper = spawn(async {
            let mut set = FuturesUnordered::new();
            set.push(sleep(Duration::from_millis(1)));
            set.next().await;
        });
        sleep(Duration::ZERO).await;
        for _ in 0..3 {
            // Time enough for the system's timer, on the loop's thread and on another.
            blocks();
            to_thread(blocks).await;
        }
        assert!(!sleeper.done());
        clock.advance(Duration::from_millis(1));
        sleeper.await;
    });
}

#[test]
fn a_block_on_in_a_task_sleeps_by_the_clock_of_the_system() {
    jumping(async {
        sleep(seconds(1)).await;
        futures_lite::future::block_on(sleep(Duration::from_millis(1)));
        futures_lite::future::block_on(async {
            assert_eq!(timeout(Duration::from_millis(1), pending::<()>()).await, Err(TimedOut));
        });
    });
}

#[test]
#[should_panic(expected = "give the runner a Clock::standing()")]
fn the_clock_of_the_system_stands_for_nobody() {
    Clock::system().advance(seconds(1));
}
