//! What children and body of a task group may return.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use twin_tasks::{ErrorGroup, TaskGroup, catch_cancelled, run, sleep, spawn};

fn turn() -> impl Future<Output = ()> {
    sleep(Duration::ZERO)
}

async fn adds(sum: Rc<Cell<u32>>, number: u32) {
    turn().await;
    sum.update(|sum| sum + number);
}

#[test]
fn a_group_that_cannot_fail_waits_for_its_children() {
    let sum = Rc::new(Cell::new(0));
    let seen = sum.clone();
    run(async move {
        let () = TaskGroup::run(async |group| {
            for number in 1..=4 {
                group.spawn(adds(sum.clone(), number));
            }
        })
        .await;
        assert_eq!(sum.get(), 10);
    });
    assert_eq!(seen.get(), 10);
}

#[test]
fn a_child_that_cannot_fail_is_awaited_in_any_group() {
    let sum = Rc::new(Cell::new(0));
    run(async move {
        let group = TaskGroup::run(async |group| {
            group.spawn(adds(sum.clone(), 1)).await;
            let two = group.spawn(async { Ok::<_, String>(2) });
            Ok(two.await + sum.get())
        });
        assert_eq!(group.await, Ok(3));
    });
}

#[test]
fn an_error_cancels_the_children_that_cannot_fail() {
    run(async {
        let failed: Result<(), ErrorGroup<&str>> = TaskGroup::run(async |group| {
            let endless = group.spawn(pending::<()>());
            group.spawn(async { Err::<(), _>("burnt") });
            let _cancelled = catch_cancelled(pending::<()>()).await;
            assert!(endless.cancelled());
            Ok(())
        })
        .await;
        assert_eq!(failed.unwrap_err().errors(), ["burnt"]);
    });
}

#[test]
fn a_group_that_cannot_fail_is_cancelled_as_a_whole() {
    let rope = Rc::new(());
    let (held, cut) = (rope.clone(), Rc::new(Cell::new(false)));
    let seen = cut.clone();
    run(async move {
        let group = spawn(TaskGroup::run(async move |group| {
            group.spawn(async move {
                let _held = held;
                let cancelled = catch_cancelled(pending::<()>()).await.unwrap_err();
                turn().await;
                cut.set(true);
                cancelled.propagate().await;
            });
        }));
        turn().await;
        turn().await;
        group.cancel();
        assert!(catch_cancelled(group).await.is_err());
    });
    assert!(seen.get());
    assert_eq!(Rc::strong_count(&rope), 1);
}

#[test]
fn a_child_may_never_return() {
    run(TaskGroup::run(async |group| {
        let ticks = Rc::new(Cell::new(0));
        let count = ticks.clone();
        let clock = group.spawn(async move {
            loop {
                turn().await;
                count.update(|count| count + 1);
            }
        });
        while ticks.get() < 3 {
            turn().await;
        }
        clock.cancel();
    }));
}

#[test]
fn a_value_of_a_group_that_cannot_fail_is_a_result() {
    let both = run(TaskGroup::run(async |group| {
        let (one, two) = (group.spawn(async { Ok(1) }), group.spawn(async { Ok(2) }));
        Ok::<_, Infallible>((one.await, two.await))
    }));
    assert_eq!(both, Ok((1, 2)));
}
