//! Panics of children never vanish: they go to what awaits the child, else they come out of
//! `run` at its end.

use std::cell::RefCell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use futures_lite::future;
use twin_tasks::{
    Gateway, Runner, TaskGroup, amap, as_completed, catch_cancelled, gather, gather_outcomes, race,
    run, shield, sleep, spawn, timeout, to_thread, try_gather, wait,
};

/// The panic comes out of `run`, and is what it was raised with.
#[track_caller]
fn comes_out<T: 'static>(main: impl Future<Output = T> + 'static) {
    let result = catch_unwind(AssertUnwindSafe(|| drop(run(main))));
    let panic = result.expect_err("the panic has vanished");
    assert_eq!(panic.downcast_ref(), Some(&"spilt"));
}

async fn spills() {
    panic!("spilt")
}

async fn spills_in_group() -> Result<(), ()> {
    panic!("spilt")
}

fn turn() -> impl Future<Output = ()> {
    sleep(Duration::ZERO)
}

/// Long enough for a hundred turns, and never in the way.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_panic_goes_to_what_awaits_the_child() {
    comes_out(spills());
    comes_out(async { spawn(spills()).await });
    comes_out(gather([spills(), spills()]));
    comes_out(gather((async { 1 }, spills())));
    comes_out(async { gather([spawn(spills())]).await });
    comes_out(try_gather([spills_in_group()]));
    comes_out(race([spills()]));
    comes_out(async { as_completed([spills()]).next().await });
    comes_out(amap(2, [1, 2], |_| spills()));
    comes_out(timeout(LONG, spills()));
    comes_out(async { shield(spills()).await });
    comes_out(catch_cancelled(spills()));
    comes_out(to_thread(|| -> () { panic!("spilt") }));
}

#[test]
fn a_panic_of_a_group_comes_out_of_the_group() {
    comes_out(TaskGroup::run(async |group| {
        group.spawn(spills_in_group());
        Ok(())
    }));
    comes_out(TaskGroup::run(async |_| spills_in_group().await));
    // Nor does it vanish in a group in which nobody can fail.
    comes_out(TaskGroup::run(async |group| {
        group.spawn(spills());
    }));
    comes_out(TaskGroup::run(async |_: &TaskGroup| spills().await));
    // It comes before an error.
    comes_out(TaskGroup::run(async |group| {
        group.spawn(async { Err::<(), ()>(()) });
        group.spawn(spills_in_group());
        Ok(())
    }));
}

#[test]
fn a_panic_that_nobody_awaits_comes_out_of_run() {
    comes_out(async {
        drop(spawn(spills()));
        turn().await;
    });
    comes_out(async {
        spawn(spills()).detach();
        turn().await;
    });
    // The task has no turn before `main` has ended.
    comes_out(async { drop(spawn(spills())) });
    // A panic of the clean-up, when `run` cancels what is left.
    comes_out(async {
        drop(spawn(async {
            let _cancelled = catch_cancelled(pending::<()>()).await;
            spills().await;
        }));
        turn().await;
    });
    // A wait takes no results.
    comes_out(async { drop(wait([spawn(spills())]).await) });
    // The shield was dropped; its task was not.
    comes_out(async {
        drop(shield(spills()));
        turn().await;
    });
    // A task that loses a race runs on.
    comes_out(async {
        let loser = spawn(async {
            turn().await;
            spills().await;
        });
        assert_eq!(race([spawn(async {}), loser]).await.0, 0);
        turn().await;
        turn().await;
    });
}

/// What is dropped when the child has panicked, and before it could be awaited.
#[track_caller]
fn comes_out_when_dropped<T: 'static>(child: impl Future<Output = T> + 'static) {
    comes_out(async {
        let mut child = Box::pin(child);
        for _ in 0..3 {
            assert!(future::poll_once(&mut child).await.is_none());
            turn().await;
        }
        drop(child);
    });
}

#[test]
fn a_panic_of_what_is_dropped_comes_out_of_run() {
    comes_out_when_dropped(TaskGroup::run(async |group| {
        group.spawn(spills_in_group());
        // It outlasts the request that follows from the panic.
        let _cancelled = catch_cancelled(pending::<()>()).await;
        pending::<()>().await;
        Ok(())
    }));
    comes_out_when_dropped(gather_outcomes([spills_after(0), spills_after(1000)]));
}

/// Panics when it is asked to end: at once, or in clean-up that takes a turn.
async fn spills_when_cancelled(turns: usize) {
    let _cancelled = catch_cancelled(pending::<()>()).await;
    spills_after(turns).await;
}

#[test]
fn a_panic_is_what_a_cancelled_gather_raises() {
    for turns in [0, 1, 2] {
        comes_out(async move {
            let both = [spills_when_cancelled(turns), spills_when_cancelled(1000)];
            let gather = spawn(gather(both));
            turn().await;
            gather.cancel();
            gather.await;
        });
        // A request is no value of a gather of outcomes, and takes none along.
        comes_out(async move {
            let gather = spawn(async move {
                let clean_up = spills_when_cancelled(turns);
                gather_outcomes([gather((clean_up, pending::<()>()))]).await
            });
            turn().await;
            gather.cancel();
            assert!(gather.outcome().await.is_err());
        });
    }
}

/// Panics after so many turns.
async fn spills_after(turns: usize) {
    for _ in 0..turns {
        turn().await;
    }
    spills().await;
}

#[test]
fn a_panic_of_a_thread_that_nobody_awaits_comes_out_of_run() {
    let (go, begin) = mpsc::channel();
    comes_out(async move {
        let thread = to_thread(move || -> () {
            begin.recv().unwrap();
            panic!("spilt")
        });
        assert!(future::poll_once(Box::pin(thread)).await.is_none());
        go.send(()).unwrap();
    });
}

#[test]
fn a_panic_of_what_a_thread_submitted_is_not_lost_with_its_handle() {
    comes_out(async {
        let gateway = Gateway::new();
        let done = to_thread(move || {
            drop(gateway.spawn(spills));
            // Behind it in the queue.
            gateway.spawn(|| async {}).result().unwrap();
        });
        done.await;
        turn().await;
    });
}

/// It was lost when the handle was dropped after the task had panicked, and before anybody asked.
#[test]
fn a_panic_of_what_was_submitted_is_not_lost_with_a_handle_dropped_later() {
    comes_out(async {
        let gateway = Gateway::new();
        let done = to_thread(move || {
            let spilt = gateway.spawn(spills);
            // Behind it in the queue: it has panicked.
            gateway.spawn(|| async {}).result().unwrap();
            drop(spilt);
        });
        done.await;
    });
}

#[test]
fn all_panics_reach_the_handler() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = seen.clone();
    let mut runner = Runner::new();
    runner.on_panic(move |panic| {
        let text = panic.downcast_ref::<&str>().copied();
        log.borrow_mut().push(text.unwrap_or("not a text"));
    });
    runner.run(async {
        for text in ["tea", "milk"] {
            drop(spawn(async move { std::panic::panic_any(text) }));
        }
        // Of two in a group one comes out of the group, the other has nobody who awaits it.
        let group = spawn(TaskGroup::run(async |group| {
            for text in ["cake", "jam"] {
                group.spawn(async move { std::panic::panic_any(text) });
            }
            Ok::<_, ()>(())
        }));
        let failure = group.outcome().await.unwrap_err();
        assert_eq!(failure.panic_message(), Some("cake"));
    });
    runner.close();
    assert_eq!(*seen.borrow(), ["tea", "milk", "jam"]);
}
