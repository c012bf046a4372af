//! Running, and what the variables of tasks do.

use twin_async_generators::AsyncGenerator;
use twin_tasks::{Runner, Task, TaskContext, catch_cancelled, run, spawn, task_local};
use twins_conformance::{Exception, Finally, key_error, or_none, repr, say, value_error};

use crate::catalogue::{Shared, ms, turn};

#[test]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_return() {
    same!(|| {
        let main = async {
            turn().await;
            42
        };
        say!("{}", run(main));
    });
}

#[test]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_raises() {
    same!(|| {
        let main = async {
            turn().await;
            Err::<(), _>(value_error("spam"))
        };
        if let Err(error) = run(main) {
            say!("{} {error}", error.kind());
        }
    });
}

#[test]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_cancels_hanging_tasks() {
    same!(|| {
        let main = async {
            drop(spawn(async {
                let _finally = Finally("leftover cancelled");
                ms(10_000).await;
            }));
            turn().await;
            123
        };
        let result = run(main);
        say!("{result}");
    });
}

#[test]
#[expect(clippy::async_yields_async, reason = "main returns the task, unawaited")]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_cancels_hanging_tasks_first_step() {
    same!(|| {
        let main = async {
            spawn(async {
                say!("first step");
                let _finally = Finally("cancelled");
                ms(10_000).await;
            })
        };
        let task = run(main);
        say!("{} {}", repr(task.done()), repr(task.cancelled()));
    });
}

#[test]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_reports_hanging_tasks_errors() {
    same!(|| {
        let main = async {
            drop(spawn(async {
                if catch_cancelled(ms(10_000)).await.is_err() {
                    std::panic::panic_any(twins_conformance::zero_division("division by zero"));
                }
            }));
            turn().await;
            123
        };
        let mut runner = Runner::new();
        runner.on_panic(|panic| {
            say!("reported: {}", panic.downcast_ref::<Exception>().unwrap().kind());
        });
        let result = runner.run(main);
        runner.close();
        say!("{result}");
    });
}

#[test]
fn test_asyncio_test_runners_py__RunTests__test_asyncio_run_closes_gens_after_hanging_tasks_errors()
{
    async fn spin() {
        let mut fidget = AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("generator closed");
            loop {
                co.yield_(1).await;
                ms(1000).await;
            }
        });
        while fidget.next().await.is_some() {}
    }
    same!(|| {
        let main = async {
            drop(spawn(spin()));
            turn().await;
            Err::<(), _>(key_error("main"))
        };
        if let Err(error) = run(main) {
            say!("{} '{error}'", error.kind());
        }
    });
}

#[test]
fn test_asyncio_test_runners_py__RunnerTests__test_run_leftover_survives() {
    async fn start(log: Shared<Vec<&'static str>>) -> Task<()> {
        let task = spawn(async move {
            loop {
                log.push("tick");
                turn().await;
            }
        });
        turn().await;
        task
    }
    same!(|| {
        let log = Shared::log();
        let mut runner = Runner::new();
        let task = runner.run(start(log.clone()));
        let n = log.get().len();
        runner.run(turn());
        say!("{} {} {}", repr(n > 0), repr(log.get().len() > n), repr(task.done()));
        runner.close();
        say!("{}", repr(task.cancelled()));
    });
}

#[test]
fn test_asyncio_test_runners_py__RunnerTests__test_run_keeps_context() {
    task_local! {
        static CVAR: i32;
    }
    async fn f(value: i32) -> i32 {
        let old = CVAR.get().unwrap_or(-1);
        CVAR.set(value);
        old
    }
    same!(|| {
        let mut runner = Runner::new();
        say!("{} {}", runner.run(f(1)), runner.run(f(2)));
        runner.close();
        say!("{}", CVAR.get().unwrap_or(-1));
    });
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_context_1() {
    task_local! {
        static CVAR: &'static str;
    }
    async fn sub() {
        turn().await;
        say!("sub {}", CVAR.get().unwrap_or("nope"));
        CVAR.set("something else");
    }
    same! {
        let task = spawn(sub());
        CVAR.set("yes");
        task.await;
        say!("main {}", CVAR.get().unwrap_or("nope"));
    }
}

#[test]
fn test_asyncio_test_tasks_py__BaseTaskTests__test_context_4() {
    task_local! {
        static CVAR: i32;
    }
    async fn coro(value: i32) -> Option<i32> {
        let old = CVAR.get();
        CVAR.set(value);
        old
    }
    same! {
        let context = TaskContext::copy();
        for value in [1, 2] {
            say!("{}", or_none(spawn(coro(value)).in_context(&context).await));
        }
        say!("{} {}", or_none(CVAR.get_in(&context)), or_none(CVAR.get()));
    }
}
