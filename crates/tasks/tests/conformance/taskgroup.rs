//! Task groups.

use std::convert::Infallible;

use twin_tasks::{
    ErrorGroup, Event, TaskGroup, catch_cancelled, current_task, promise, spawn, wait,
};
use twins_conformance::{
    Exception, Finally, key_error, repr, runtime_error, say, value_error, zero_division,
};

use crate::catalogue::{Shared, ms, turn};

/// `[type(e).__name__ for e in group.exceptions]`.
fn kinds(group: &ErrorGroup<Exception>) -> String {
    repr(group.errors().iter().map(|error| error.kind()).collect::<Vec<_>>())
}

/// `group.exceptions`.
fn exceptions(group: &ErrorGroup<Exception>) -> String {
    match group.errors() {
        [error] => format!("({},)", repr(error)),
        errors => repr(errors).replace('[', "(").replace(']', ")"),
    }
}

async fn divide_by_zero() -> Result<(), Exception> {
    Err(zero_division("division by zero"))
}

/// A child whose clean-up fails.
async fn finally_fails(error: Exception) -> Result<(), Exception> {
    catch_cancelled(ms(10_000)).await.map_err(|_| error)
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_01() {
    async fn foo(time: u64, value: i32) -> Result<i32, Infallible> {
        ms(time).await;
        say!("finished {value}");
        Ok(value)
    }
    same! {
        let tasks = TaskGroup::run(async |group| {
            let tasks = (group.spawn(foo(40, 42)), group.spawn(foo(10, 11)));
            say!("body ends");
            Ok(tasks)
        });
        let (first, second) = tasks.await.unwrap();
        say!("{} {}", first.result().unwrap(), second.result().unwrap());
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_01_empty() {
    same! {
        let log = Shared::log();
        let other = log.clone();
        let task = spawn(async move { other.push("other ran") });
        TaskGroup::run(async |_| Ok::<_, Infallible>(())).await.unwrap();
        say!("{}", repr(log.get()));
        task.await;
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_02() {
    async fn foo(value: &'static str, log: Shared<Vec<&'static str>>) -> Result<(), Infallible> {
        ms(1).await;
        log.push(value);
        Ok(())
    }
    same! {
        let log = Shared::log();
        let group = TaskGroup::run(async |group| {
            let first = group.spawn(foo("first", log.clone()));
            wait([&first]).await;
            say!("{}", repr(log.get()));
            group.spawn(foo("late", log.clone()));
            Ok(())
        });
        group.await.unwrap();
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_03() {
    same! {
        let group = TaskGroup::run(async |group| {
            let first = group.spawn(async {
                ms(10_000).await;
                Ok(())
            });
            let second = group.spawn(async {
                ms(2).await;
                Ok(11)
            });
            turn().await;
            first.cancel();
            Ok::<_, Infallible>((first, second))
        });
        let (first, second) = group.await.unwrap();
        say!("{} {}", repr(first.cancelled()), second.result().unwrap());
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_cancel_children_on_child_error_later_failure_lost()
 {
    async fn bad(time: u64, text: &str) -> Result<(), Exception> {
        ms(time).await;
        Err(value_error(text))
    }
    same! {
        let group = TaskGroup::run(async |group| {
            group.spawn(bad(1, "early"));
            group.spawn(bad(10_000, "late"));
            Ok(())
        });
        let errors = group.await.unwrap_err();
        let args: Vec<_> = errors.errors().iter().map(|e| format!("('{}',)", e.text())).collect();
        say!("[{}]", args.join(", "));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_07() {
    same! {
        let runner = spawn(TaskGroup::run(async |group| {
            group.spawn(async {
                let _finally = Finally("child");
                ms(10_000).await;
                Ok(())
            });
            let _finally = Finally("body");
            ms(10_000).await;
            Ok::<_, Infallible>(())
        }));
        ms(1).await;
        runner.cancel();
        wait([&runner]).await;
        say!("{}", repr(runner.cancelled()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_08() {
    same! {
        let runner = spawn(TaskGroup::run(async |group| {
            for _ in 0..2 {
                group.spawn(finally_fails(zero_division("division by zero")));
            }
            ms(10_000).await;
            Ok(())
        }));
        ms(1).await;
        runner.cancel();
        if let Err(errors) = runner.await {
            say!("{}", kinds(&errors));
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_09() {
    same! {
        let tasks = Shared::log();
        let group = TaskGroup::run(async |group| {
            for _ in 0..2 {
                let child = group.spawn(async {
                    ms(10_000).await;
                    Ok(())
                });
                tasks.push(child.handle());
            }
            ms(1).await;
            divide_by_zero().await
        });
        let errors = group.await.unwrap_err();
        let tasks = tasks.get();
        say!(
            "{} {} {}",
            kinds(&errors),
            repr(tasks[0].cancelled()),
            repr(tasks[1].cancelled())
        );
    }
}

/// `await asyncio.sleep(t); raise ValueError(t)`.
async fn crash_after(time: u64) -> Result<(), Nested> {
    ms(time).await;
    Err(Nested::One(value_error(time as f64 / 1000.0)))
}

/// Errors of groups in groups.
#[derive(Debug)]
enum Nested {
    One(Exception),
    Group(ErrorGroup<Nested>),
}

fn one(errors: &ErrorGroup<Nested>) -> String {
    match errors.errors() {
        [Nested::One(error)] => format!("({},)", repr(error)),
        other => panic!("not one error: {other:?}"),
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_13() {
    same! {
        let task = Shared::log();
        let outer = TaskGroup::run(async |outer| {
            outer.spawn(crash_after(1));
            let inner = TaskGroup::run(async |inner| {
                task.push(inner.spawn(crash_after(10_000)).handle());
                Ok(())
            });
            inner.await.map_err(Nested::Group)
        });
        let errors = outer.await.unwrap_err();
        say!("{} {}", one(&errors), repr(task.get()[0].cancelled()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_14() {
    same! {
        let outer = TaskGroup::run(async |outer| {
            outer.spawn(crash_after(10_000));
            let inner = TaskGroup::run(async |inner| {
                inner.spawn(crash_after(1));
                Ok(())
            });
            inner.await.map_err(Nested::Group)
        });
        let errors = outer.await.unwrap_err();
        match errors.errors() {
            [Nested::Group(group)] => say!("ExceptionGroup {}", one(group)),
            other => say!("{other:?}"),
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_15() {
    same! {
        let cleaning = promise();
        let crashed = promise::<()>();
        let (begins, fails) = (cleaning.clone(), crashed.clone());
        let runner = spawn(TaskGroup::run(async move |group| {
            group.spawn(async move {
                begins.await;
                fails.set(()).unwrap();
                divide_by_zero().await
            });
            if let Err(error) = catch_cancelled(ms(10_000)).await {
                // In step with the child, where the Python program leaves time for it.
                cleaning.set(()).unwrap();
                crashed.await;
                error.propagate().await;
            }
            Ok(())
        }));
        ms(1).await;
        runner.cancel();
        if let Err(errors) = runner.await {
            say!("{}", kinds(&errors));
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_17() {
    same! {
        let runner = spawn(TaskGroup::run(async |_| {
            let _finally = Finally("body interrupted");
            ms(10_000).await;
            Ok::<_, Infallible>(())
        }));
        ms(1).await;
        runner.cancel();
        if catch_cancelled(runner).await.is_err() {
            say!("CancelledError");
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_18() {
    same! {
        let runner = spawn(TaskGroup::run(async |_| {
            catch_cancelled(ms(10_000)).await.map_err(|_| key_error("converted"))
        }));
        ms(1).await;
        runner.cancel();
        if let Err(errors) = runner.await {
            say!("{}", exceptions(&errors));
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_19() {
    same! {
        let group = TaskGroup::run(async |group| {
            group.spawn(async {
                ms(1).await;
                divide_by_zero().await
            });
            finally_fails(key_error("body")).await
        });
        say!("{}", kinds(&group.await.unwrap_err()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_24() {
    async fn leaf(n: i32, log: Shared<Vec<i32>>) -> Result<(), Infallible> {
        ms(1).await;
        log.push(n);
        Ok(())
    }
    same! {
        let log = Shared::log();
        let group = TaskGroup::run(async |group: &TaskGroup<Infallible>| {
            let (root, log) = (group.clone(), log.clone());
            group.spawn(async move {
                root.spawn(leaf(1, log.clone()));
                root.spawn(leaf(2, log));
                Ok(())
            });
            Ok(())
        });
        group.await.unwrap();
        say!("{}", repr(log.get()));
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_task_name() {
    same! {
        let group = TaskGroup::run(async |group| {
            let child = group.spawn(async {
                turn().await;
                Ok(())
            });
            say!("{}", child.named("yolo").name().unwrap());
            Ok::<_, Infallible>(())
        });
        group.await.unwrap();
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_no_create_task_after_failure() {
    same! {
        let group = TaskGroup::run(async |group: &TaskGroup<Exception>| {
            group.spawn(divide_by_zero());
            let own = group.clone();
            group.spawn(async move {
                if let Err(error) = catch_cancelled(ms(10_000)).await {
                    let late = async {
                        say!("not reached");
                        Ok(())
                    };
                    if let Err(closed) = own.try_spawn(late) {
                        let text = closed.to_string();
                        say!("RuntimeError {}", repr(text.contains("shutting down")));
                    }
                    error.propagate().await;
                }
                Ok(())
            });
            Ok(())
        });
        say!("{}", group.await.unwrap_err().errors().len());
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_context_manager_exit_raises() {
    same! {
        let group = TaskGroup::run(async |group| {
            // The context manager is the code around what it manages.
            let managed = catch_cancelled(async {
                group.spawn(async { Err::<(), _>(key_error("child")) });
                ms(10_000).await;
            });
            managed.await.map_err(|_| key_error("exit"))
        });
        let errors = group.await.unwrap_err();
        let texts: Vec<_> = errors.errors().iter().map(|error| error.text().to_owned()).collect();
        say!("{} {}", repr(texts), current_task().cancelling());
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_cancelling_level_preserved() {
    same! {
        let group = TaskGroup::run(async |group| {
            group.spawn(async { Err::<(), _>(runtime_error("")) });
            ms(10_000).await;
            Ok(())
        });
        if group.await.is_err() {
            say!("handled");
        }
        say!("{}", current_task().cancelling());
        ms(1).await;
        say!("goes on");
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_cancelling_level_preserved_no_await_in_body()
 {
    same! {
        let group = TaskGroup::run(async |group| {
            group.spawn(async { Err::<(), _>(runtime_error("")) });
            Ok(())
        });
        assert!(group.await.is_err());
        say!("{}", current_task().cancelling());
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_nested_groups_both_cancelled() {
    same! {
        let task = current_task();
        let both = TaskGroup::run(async |outer| {
            let inner = TaskGroup::run(async |inner| {
                inner.spawn(async { Err::<(), _>(runtime_error("")) });
                outer.spawn(async { Err::<(), _>(value_error("")) });
                Ok(())
            });
            if inner.await.is_err() {
                say!("inner RuntimeError {}", task.cancelling());
            }
            Ok(())
        });
        match both.await {
            Ok(()) => say!("not reached"),
            Err(_) => say!("outer ValueError {}", task.cancelling()),
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_error_and_cancel() {
    same! {
        let event = Event::new();
        let set = event.clone();
        let task = spawn(async {
            let group = TaskGroup::run(async move |group| {
                group.spawn(async move {
                    set.set();
                    turn().await;
                    Err::<(), _>(runtime_error(""))
                });
                ms(10_000).await;
                Ok(())
            });
            if group.await.is_err() {
                say!("group error {}", current_task().cancelling());
            }
            ms(10).await;
            say!("not reached");
        });
        event.wait().await;
        task.cancel();
        if catch_cancelled(task).await.is_err() {
            say!("CancelledError");
        }
    }
}

#[test]
fn test_asyncio_test_taskgroups_py__TestTaskGroup__test_taskgroup_03_child_raises_cancelled() {
    same! {
        let group = TaskGroup::run(async |group| {
            let first = group.spawn(async {
                twin_tasks::Cancelled::new().propagate().await;
                #[allow(unreachable_code, reason = "a body has a type")]
                Ok(())
            });
            let second = group.spawn(async {
                ms(2).await;
                Ok("sibling")
            });
            Ok::<_, Infallible>((first, second))
        });
        let (first, second) = group.await.unwrap();
        say!("{} {}", repr(first.cancelled()), second.result().unwrap());
    }
}
