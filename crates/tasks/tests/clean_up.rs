//! What destructors leave to the loop is awaited before `run` returns.

use std::cell::RefCell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{
    Clock, Event, Runner, all_tasks, catch_cancelled, clean_up, current_task, run, sleep, spawn,
};

type Log = Rc<RefCell<Vec<&'static str>>>;

/// Leaves a clean-up when it is dropped, which takes so long.
struct Connection(Log, Duration);

impl Drop for Connection {
    fn drop(&mut self) {
        let (log, time) = (self.0.clone(), self.1);
        let left = clean_up(async move {
            sleep(time).await;
            log.borrow_mut().push("closed");
        });
        if left.is_err() {
            self.0.borrow_mut().push("lost");
        }
    }
}

const HOUR: Duration = Duration::from_secs(3600);

/// A run whose clock jumps: nothing here takes time.
fn run_virtual<F: Future<Output = ()> + 'static>(main: F) {
    let mut runner = Runner::with_clock(Clock::jumping());
    runner.run(main);
    runner.close();
}

#[test]
fn run_waits_for_what_main_leaves() {
    let log = Log::default();
    let (left, main) = (Connection(log.clone(), HOUR), log.clone());
    run_virtual(async move {
        let _left = left;
        main.borrow_mut().push("main ends");
    });
    assert_eq!(log.take(), ["main ends", "closed"]);
}

/// Tasks are cancelled at the end; what cleans up after them is not, however late it comes.
#[test]
fn clean_up_is_not_cancelled_at_the_end() {
    let log = Log::default();
    let (before, of_task, late) = (log.clone(), log.clone(), log.clone());
    run_virtual(async move {
        drop(Connection(before, HOUR));
        let task = async move {
            let _of_task = Connection(of_task, HOUR);
            // What is started now is dropped at the very end.
            let _ = catch_cancelled(pending::<()>()).await;
            let late = Connection(late, HOUR);
            spawn(async move {
                let _late = late;
                pending::<()>().await;
            })
            .detach();
            sleep(Duration::ZERO).await;
        };
        spawn(task).detach();
        sleep(Duration::ZERO).await;
    });
    assert_eq!(log.take(), ["closed"; 3]);
}

#[test]
fn clean_up_is_a_task_like_others_while_the_loop_runs() {
    let log = Log::default();
    let main = log.clone();
    run_virtual(async move {
        let inner = main.clone();
        let left = clean_up(async move {
            assert_eq!(all_tasks().len(), 2);
            let _named = current_task();
            inner.borrow_mut().push("cleaned up");
        });
        assert!(left.is_ok());
        sleep(HOUR).await;
        main.borrow_mut().push("main ends");
    });
    assert_eq!(log.take(), ["cleaned up", "main ends"]);
}

/// A clean-up that waits for what can't come any more, as a task that refuses to end.
#[test]
fn clean_up_that_can_never_end_is_not_waited_for() {
    run(async {
        assert!(clean_up(async { Event::new().wait().await }).is_ok());
    });
}

#[test]
fn clean_up_left_by_a_clean_up_is_waited_for() {
    let log = Log::default();
    let inner = Connection(log.clone(), HOUR);
    run_virtual(async move {
        let left = clean_up(async move {
            sleep(HOUR).await;
            drop(inner);
        });
        assert!(left.is_ok());
    });
    assert_eq!(log.take(), ["closed"]);
}

#[test]
fn clean_up_runs_after_a_panic_of_main_and_its_own_panic_comes_out() {
    let log = Log::default();
    let left = Connection(log.clone(), Duration::from_millis(1));
    let main_panics = AssertUnwindSafe(|| {
        run(async move {
            let _left = left;
            panic!("main");
        });
    });
    let panic = catch_unwind(main_panics).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"main"));
    assert_eq!(log.take(), ["closed"]);

    let clean_up_panics = AssertUnwindSafe(|| {
        run(async { assert!(clean_up(async { panic!("clean-up") }).is_ok()) });
    });
    let panic = catch_unwind(clean_up_panics).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"clean-up"));
}

#[test]
fn clean_up_comes_back_where_no_loop_runs() {
    let log = Log::default();
    drop(Connection(log.clone(), HOUR));
    assert_eq!(log.take(), ["lost"]);

    // The loop has ended: its runner was dropped inside another one, which can't be waited in.
    let mut runner = Runner::new();
    let left = Connection(log.clone(), HOUR);
    runner.run(async move {
        spawn(async move {
            let _left = left;
            pending::<()>().await;
        })
        .detach();
        sleep(Duration::ZERO).await;
    });
    run(async move { drop(runner) });
    assert_eq!(log.take(), ["lost"]);
}

/// A long-lived loop keeps nothing of those that have ended.
#[test]
fn many_clean_ups_leave_nothing() {
    let log = Log::default();
    let main = log.clone();
    run_virtual(async move {
        for _ in 0..10_000 {
            drop(Connection(main.clone(), Duration::ZERO));
            sleep(Duration::ZERO).await;
        }
        sleep(HOUR).await;
        assert_eq!(all_tasks().len(), 1);
        main.borrow_mut().clear();
    });
    assert_eq!(log.take(), [""; 0]);
}
