//! Clean-up runs whatever way a generator ends, beyond what the catalogue has (`asyncgen_edges`). The
//! Python of a test stands above it, with what CPython 3.13 prints.

#![cfg_attr(feature = "nightly", feature(gen_blocks))]

#[macro_use]
mod conformance;

use std::cell::RefCell;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use futures_lite::future;
use twin_async_generators::{
    AsyncGenerator, Body, CloseError, Co, Engine, Raised, State, ThrowError, Thrown, aclosing,
};
use twin_tasks::{Runner, catch_cancelled, finally, run, sleep, spawn, timeout};

/// What the programs print.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn print(&self, line: &'static str) {
        self.0.borrow_mut().push(line);
    }

    #[track_caller]
    fn check<const N: usize>(&self, printed: [&'static str; N]) {
        assert_eq!(self.0.take(), printed);
    }
}

/// Prints when it is dropped: a `finally` that does not await.
struct Finally(Log, &'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        self.0.print(self.1);
    }
}

const MOMENT: Duration = Duration::from_millis(1);

/// ```python
/// async def numbers():
///     try:
///         yield 1
///     finally:
///         await asyncio.sleep(0.001)
///         print("clean-up")
/// ```
fn numbers(log: &Log) -> AsyncGenerator<impl Body<i32> + use<>> {
    let log = log.clone();
    AsyncGenerator::new(|mut co| async move {
        let _ = co.try_yield(1).await;
        sleep(MOMENT).await;
        log.print("clean-up");
    })
}

native! {
    fn native_numbers(log: &Log) -> AsyncGenerator<impl Body<i32> + use<>> {
        let finally = Finally(log.clone(), "clean-up");
        AsyncGenerator::native(async gen move {
            yield 1;
            drop(finally);
        })
    }
}

// Errors.

/// ```python
/// async def outer():
///     yield from numbers()                # PEP 828; by hand in 3.13, with its `athrow`
/// g = outer(); await anext(g)
/// try: await g.athrow(ValueError())
/// except ValueError: print("error")       # clean-up, error
/// ```
/// The story: a delegate that can't fail was dropped where it stood.
#[test]
fn error_that_passes_through_a_delegate_that_cannot_fail_lets_it_clean_up() {
    fn check(log: &Log, delegate: AsyncGenerator<impl Body<i32>>) {
        let outer = AsyncGenerator::fallible(|mut co: Co<_, _, &str>| async move {
            co.yield_from(delegate).await;
            Ok(())
        });
        let error = smol::block_on(async {
            let mut outer = outer;
            assert_eq!(outer.next().await, Some(Ok(1)));
            let thrown = outer.athrow("boom").await;
            log.print("error");
            thrown
        });
        assert_eq!(error, Err(ThrowError::Raised(Raised::Error("boom"))));
        log.check(["clean-up", "error"]);
    }
    let log = Log::default();
    check(&log, numbers(&log));
    native! {
        check(&log, native_numbers(&log));
    }
    check(&log, numbers(&log).boxed());
}

// The end of the loop.

/// ```python
/// async def main():
///     g = numbers(); await anext(g)
///     del g
///     await asyncio.sleep(0)              # the loop has begun to close it
///     print("main ends")
/// asyncio.run(main())                     # main ends: asyncio cancels the clean-up at its sleep
/// ```
/// Here it goes on to its end: a difference, on the front page.
#[test]
fn clean_up_that_is_under_way_when_main_ends_is_not_cancelled() {
    let log = Log::default();
    let (mut dropped, printer) = (numbers(&log).finalized(), log.clone());
    run(async move {
        assert_eq!(dropped.next().await, Some(1));
        drop(dropped);
        sleep(Duration::ZERO).await;
        sleep(Duration::ZERO).await;
        printer.print("main ends");
    });
    log.check(["main ends", "clean-up"]);
}

#[test]
fn clean_up_runs_while_the_loop_does_and_after_a_panic_of_main() {
    let log = Log::default();
    let (mut dropped, printer) = (numbers(&log).finalized(), log.clone());
    run(async move {
        assert_eq!(dropped.next().await, Some(1));
        drop(dropped);
        sleep(MOMENT * 50).await;
        printer.print("main ends");
    });
    log.check(["clean-up", "main ends"]);

    let mut left = numbers(&log).finalized();
    let panics = AssertUnwindSafe(|| {
        run(async move {
            assert_eq!(left.next().await, Some(1));
            panic!("main");
        });
    });
    assert!(catch_unwind(panics).is_err());
    log.check(["clean-up"]);
}

/// What a task leaves that was started too late to be cancelled, and what a clean-up leaves.
#[test]
fn what_is_left_open_at_the_very_end_is_closed_too() {
    let log = Log::default();
    let (mut late, mut nested) = (numbers(&log).finalized(), numbers(&log).finalized());
    let outer = AsyncGenerator::new(|mut co| async move {
        let _ = co.try_yield(1).await;
        assert_eq!(nested.next().await, Some(1));
    })
    .finalized();
    run(async move {
        let mut outer = outer;
        assert_eq!(outer.next().await, Some(1));
        let stays = async move {
            let caught = catch_cancelled(pending::<()>()).await;
            spawn(async move {
                assert_eq!(late.next().await, Some(1));
                pending::<()>().await;
            })
            .detach();
            sleep(MOMENT).await;
            drop(caught);
        };
        spawn(stays).detach();
        sleep(Duration::ZERO).await;
    });
    log.check(["clean-up", "clean-up"]);
}

/// A clean-up that fails is told of on standard error, and one that waits for what can't come is not
/// waited for.
#[test]
fn clean_up_that_fails_or_never_ends_keeps_nobody_waiting() {
    run(async {
        let mut fails = AsyncGenerator::fallible(|mut co| async move {
            let _ = co.try_yield(1).await;
            Err::<(), _>("boom")
        })
        .finalized();
        let mut ignores =
            AsyncGenerator::new(|mut co| async move { while co.try_yield(1).await.is_err() {} })
                .finalized();
        let mut stuck = AsyncGenerator::new(|mut co| async move {
            let _ = co.try_yield(1).await;
            twin_tasks::Event::new().wait().await;
        })
        .finalized();
        assert_eq!(fails.next().await, Some(Ok(1)));
        assert_eq!(ignores.next().await, Some(1));
        assert_eq!(stuck.next().await, Some(1));
    });
}

/// Nobody is left to await anything: it is dropped, as one that was not marked.
#[test]
fn what_outlives_the_loop_or_is_not_marked_is_dropped() {
    let log = Log::default();
    let mut outlives = numbers(&log).finalized();
    let outlives = run(async move {
        assert_eq!(outlives.next().await, Some(1));
        outlives
    });
    drop(outlives);

    let mut runner = Runner::new();
    let (mut plain, mut borrows) = (numbers(&log), numbers(&log));
    runner.run(async move {
        assert_eq!(plain.next().await, Some(1));
        let mut borrows = AsyncGenerator::over(&mut borrows);
        assert_eq!(borrows.next().await, Some(1));
    });
    runner.close();
    log.check([]);
}

// At an `await`.

/// ```python
/// async def rows():
///     try: await asyncio.sleep(100)
///     except asyncio.CancelledError:
///         await asyncio.sleep(0.001)
///         print("clean-up")
///         raise
///     yield 1
/// try: await asyncio.wait_for(anext(rows()), 0.01)
/// except TimeoutError: print("timed out")  # clean-up, timed out
/// ```
/// On the stable engine; [`native_rows`] is the same on the other.
fn rows(log: &Log) -> AsyncGenerator<impl Body<i32> + use<>> {
    let log = log.clone();
    AsyncGenerator::new(|mut co| async move {
        if let Err(cancelled) = catch_cancelled(sleep(Duration::from_secs(100))).await {
            sleep(MOMENT).await;
            log.print("clean-up");
            cancelled.propagate().await;
        }
        co.yield_(1).await;
    })
}

native! {
    fn native_rows(log: &Log) -> AsyncGenerator<impl Body<i32> + use<>> {
        let log = log.clone();
        AsyncGenerator::native(async gen move {
            if let Err(cancelled) = catch_cancelled(sleep(Duration::from_secs(100))).await {
                sleep(MOMENT).await;
                log.print("clean-up");
                cancelled.propagate().await;
            }
            yield 1;
        })
    }
}

/// A step whose future was dropped has left the body there: not in Python, where it is cancelled.
async fn leave_at_its_await(generator: &mut AsyncGenerator<impl Engine<Send = ()>>) {
    assert!(future::poll_once(generator.next()).await.is_none());
    assert_eq!(generator.state(), State::Running);
}

#[test]
fn aclose_cancels_what_the_body_awaits() {
    fn check<B: Body<i32> + 'static>(rows: impl FnOnce(&Log) -> AsyncGenerator<B>) {
        let log = Log::default();
        let (mut rows, printer) = (rows(&log), log.clone());
        run(async move {
            leave_at_its_await(&mut rows).await;
            assert_eq!(rows.aclose().await, Ok(None));
            assert_eq!(rows.state(), State::Closed);
            printer.print("closed");
        });
        log.check(["clean-up", "closed"]);
    }
    check(rows);
    native! {
        check(native_rows);
    }
}

#[test]
fn body_that_refuses_the_cancellation_of_aclose_learns_at_its_yield() {
    let refuses = |ignores: bool| {
        AsyncGenerator::new(move |mut co| async move {
            let refused = catch_cancelled(sleep(Duration::from_secs(100))).await.is_err();
            assert!(refused);
            let exit = co.try_yield(1).await;
            if ignores {
                co.yield_(2).await;
            }
            exit
        })
    };
    run(async move {
        let mut ends = refuses(false);
        leave_at_its_await(&mut ends).await;
        assert_eq!(ends.aclose().await, Ok(Some(Err(Thrown::Exit))));

        let mut ignores = refuses(true);
        leave_at_its_await(&mut ignores).await;
        assert_eq!(ignores.aclose().await, Err(CloseError::IgnoredExit));

        let mut returns = AsyncGenerator::new(|mut co| async move {
            let cancelled = catch_cancelled(sleep(Duration::from_secs(100))).await.is_err();
            if !cancelled {
                co.yield_(1).await;
            }
            cancelled
        });
        leave_at_its_await(&mut returns).await;
        assert_eq!(returns.aclose().await, Ok(Some(true)));
    });
}

#[test]
fn body_that_catches_nothing_is_dropped_at_its_await() {
    let log = Log::default();
    let finally = Finally(log.clone(), "clean-up");
    let printer = log.clone();
    run(async move {
        let mut deaf = AsyncGenerator::new(|mut co| async move {
            let _finally = finally;
            sleep(Duration::from_secs(100)).await;
            co.yield_(1).await;
        });
        leave_at_its_await(&mut deaf).await;
        assert_eq!(deaf.aclose().await, Ok(None));
        printer.print("closed");
    });
    log.check(["clean-up", "closed"]);

    // Under another executor nobody can ask.
    let mut rows = rows(&log);
    let closed = smol::block_on(async {
        leave_at_its_await(&mut rows).await;
        rows.aclose().await
    });
    assert_eq!(closed, Ok(None));
    log.check([]);
}

/// trio's `as_safe_channel`, whose consumer leaves while the body waits.
#[test]
fn channel_that_nobody_receives_from_cancels_what_the_body_awaits() {
    fn check<B: Body<i32> + 'static>(rows: impl FnOnce(&Log) -> AsyncGenerator<B>) {
        let log = Log::default();
        let (rows, printer) = (rows(&log), log.clone());
        run(async move {
            let (task, items) = rows.into_channel(1);
            let task = spawn(task);
            sleep(MOMENT).await;
            drop(items);
            assert_eq!(task.await, Ok(None));
            printer.print("closed");
        });
        log.check(["clean-up", "closed"]);
    }
    check(rows);
    native! {
        check(native_rows);
    }
}

#[test]
fn cancelled_aclose_of_a_body_at_its_await_can_be_repeated() {
    let log = Log::default();
    let (mut rows, printer) = (rows(&log), log.clone());
    run(async move {
        leave_at_its_await(&mut rows).await;
        let mut step = future::poll_once(rows.aclose());
        assert_eq!((&mut step).await, None);
        drop(step);
        // The clean-up itself is cancelled now, and catches nothing.
        assert_eq!(rows.aclose().await, Ok(None));
        printer.print("closed");
    });
    log.check(["closed"]);
}

/// ```python
/// async def rows():
///     try: yield 1
///     finally:
///         try: await asyncio.sleep(100)
///         finally: await asyncio.sleep(0.001); print("clean-up")
/// try: await rows.aclose()  # of a task that is cancelled here: clean-up
/// except asyncio.CancelledError: print("cancelled")
/// await rows.aclose(); print("closed")
/// ```
#[test]
fn clean_up_that_was_cancelled_is_at_its_end() {
    let log = Log::default();
    let (body, printer) = (log.clone(), log.clone());
    run(async move {
        let task = spawn(async move {
            let clean_up = async move {
                sleep(MOMENT).await;
                body.print("clean-up");
            };
            let mut rows = AsyncGenerator::new(|mut co| async move {
                let _ = co.try_yield(1).await;
                finally(sleep(Duration::from_secs(100)), clean_up).await;
            });
            assert_eq!(rows.next().await, Some(1));
            assert!(catch_cancelled(rows.aclose()).await.is_err());
            printer.print("cancelled");
            assert_eq!(rows.aclose().await, Ok(None));
            assert_eq!((rows.state(), rows.next().await), (State::Closed, None));
            printer.print("closed");
        });
        sleep(Duration::ZERO).await;
        task.cancel();
        task.await;
    });
    log.check(["clean-up", "cancelled", "closed"]);
}

/// As the table of differences says.
#[test]
fn body_that_goes_on_cancelling_cancels_the_next_step() {
    let log = Log::default();
    let (mut rows, printer) = (rows(&log), log.clone());
    run(async move {
        assert!(timeout(MOMENT, rows.next()).await.is_err());
        assert!(catch_cancelled(rows.next()).await.is_err());
        assert_eq!(rows.aclose().await, Ok(None));
        assert_eq!(rows.next().await, None);
        printer.print("closed");
    });
    log.check(["clean-up", "closed"]);
}

#[test]
fn task_that_is_cancelled_while_it_closes_hands_that_on() {
    let log = Log::default();
    let (mut rows, printer) = (rows(&log), log.clone());
    run(async move {
        let task = spawn(async move {
            leave_at_its_await(&mut rows).await;
            let closed = aclosing(&mut rows, async |_| ()).await;
            printer.print("not reached");
            closed
        });
        sleep(Duration::ZERO).await;
        task.cancel();
        assert!(catch_cancelled(task).await.is_err());
    });
    log.check([]);
}
