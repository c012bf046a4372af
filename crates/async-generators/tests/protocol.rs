//! What the Rust side adds to the protocol: cancellation, drops, panics, executors, threads.

#![cfg_attr(feature = "nightly", feature(gen_blocks))]

#[macro_use]
mod conformance;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_core::FusedStream;
use futures_lite::{StreamExt, future};
use smol::{LocalExecutor, Timer, block_on};
use twin_async_generators::{
    AsyncGenerator, Body, BoxAsyncGenerator, CloseError, Co, Engine, FallibleBody, Raised,
    ResumeError, SendError, Shared, StartError, State, Step, ThrowError, Thrown, set_finalizer,
    unset_finalizer,
};
native! {
    use std::thread;
    use smol::Executor;
    use twin_async_generators::SendBoxAsyncGenerator;
}

/// A body of three items with one wake-up before each.
fn await_body() -> AsyncGenerator<impl Body<i32>> {
    AsyncGenerator::new(|mut co| async move {
        for item in 1..=3 {
            future::yield_now().await;
            co.yield_(item).await;
        }
    })
}

native! {
    fn native_body() -> AsyncGenerator<impl Body<i32> + Send> {
        AsyncGenerator::native(async gen {
            for item in 1..=3 {
                future::yield_now().await;
                yield item;
            }
        })
    }
}

/// Polls an operation once, and drops it.
async fn drop_half_way(operation: impl Future) {
    assert!(future::poll_once(operation).await.is_none(), "the body waits");
}

/// What a panic says.
#[track_caller]
fn panics(code: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(code)).expect_err("it panics");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().expect("a text").to_string(),
    }
}

// Cancellation.

#[test]
fn cancelled_next_loses_no_item() {
    async fn check(mut generator: AsyncGenerator<impl Body<i32>>) {
        for item in 1..=3 {
            drop_half_way(generator.next()).await;
            assert_eq!(generator.state(), State::Running);
            assert_eq!(generator.next().await, Some(item));
        }
        assert_eq!(generator.next().await, None);
    }
    block_on(check(await_body()));
    native! {
        block_on(check(native_body()));
    }
    block_on(check(await_body().boxed()));
}

#[test]
fn cancelled_asend_leaves_its_answer_to_finish() {
    block_on(async {
        let mut echo = AsyncGenerator::fallible(|mut co| async move {
            let mut heard = co.yield_("ready").await;
            loop {
                future::yield_now().await;
                heard = match co.try_yield(heard).await {
                    Ok(next) => next,
                    Err(Thrown::Error(error)) => break Err::<(), &str>(error),
                    Err(Thrown::Exit) => break Ok(()),
                };
            }
        });
        assert_eq!(echo.start().await, Ok(Step::Yielded("ready")));
        drop(echo.asend("never polled"));
        assert_eq!(echo.state(), State::Suspended);
        drop_half_way(echo.asend("spam")).await;

        assert_eq!(echo.start().await, Err(StartError::AlreadyStarted));
        assert_eq!(echo.asend("eggs").await, Err(SendError::Unfinished("eggs")));
        let refused = Err(ThrowError::Unfinished(Thrown::Error("boom")));
        assert_eq!(echo.athrow("boom").await, refused);
        assert_eq!(echo.finish().await, Ok(Some(Step::Yielded("spam"))));
        assert_eq!(echo.athrow("boom").await, Err(ThrowError::Raised(Raised::Error("boom"))));
    });
}

#[test]
fn finish_gives_what_the_cancelled_step_would_have_given() {
    block_on(async {
        let mut echo = AsyncGenerator::new(|mut co| async move {
            let heard = co.yield_("ready").await;
            future::yield_now().await;
            co.yield_(heard).await;
            future::yield_now().await;
            "returned"
        });
        assert_eq!(echo.finish().await, Ok(None), "nothing to finish yet");
        assert_eq!(echo.start().await, Ok(Step::Yielded("ready")));
        drop_half_way(echo.asend("spam")).await;
        assert_eq!(echo.finish().await, Ok(Some(Step::Yielded("spam"))));
        drop_half_way(echo.asend("eggs")).await;
        assert_eq!(echo.finish().await, Ok(Some(Step::Complete("returned"))));
        assert_eq!(echo.finish().await, Ok(None));
    });
}

#[test]
fn cancelled_aclose_goes_on_with_the_clean_up() {
    block_on(async {
        let cleaned = Cell::new(false);
        let mut generator = AsyncGenerator::new(|mut co| {
            let cleaned = &cleaned;
            async move {
                let _ = co.try_yield(1).await;
                future::yield_now().await;
                cleaned.set(true);
                "cleaned"
            }
        });
        assert_eq!(generator.next().await, Some(1));
        drop_half_way(generator.aclose()).await;
        assert!(!cleaned.get());
        assert_eq!(generator.aclose().await, Ok(Some("cleaned")));
        assert!(cleaned.get());
    });
}

#[test]
fn aclose_drops_a_body_that_a_cancelled_step_left_at_its_await() {
    block_on(async {
        let owned = Rc::new(());
        let mut generator = AsyncGenerator::new(|mut co| {
            let owned = owned.clone();
            async move {
                future::pending::<()>().await;
                co.yield_(owned).await;
            }
        });
        drop_half_way(generator.next()).await;
        assert_eq!(generator.aclose().await, Ok(None));
        assert_eq!(Rc::strong_count(&owned), 1);
        assert_eq!(generator.state(), State::Closed);
    });
}

#[test]
fn step_can_be_unwrapped_whatever_is_sent() {
    struct Opaque;
    block_on(async {
        let mut sink = AsyncGenerator::new(|mut co| async move {
            let _: Opaque = co.yield_(()).await;
            future::yield_now().await;
        });
        let early = sink.asend(Opaque).await.unwrap_err();
        assert_eq!(format!("{early:?}"), "JustStarted(..)");
        sink.start().await.unwrap();
        drop_half_way(sink.asend(Opaque)).await;
        let unfinished = sink.asend(Opaque).await.unwrap_err();
        assert_eq!(format!("{unfinished:?}"), "Unfinished(..)");
        assert_eq!(sink.finish().await, Ok(Some(Step::Complete(()))));
        let late = sink.asend(Opaque).await.unwrap_err();
        assert_eq!(format!("{late:?}"), "Finished(..)");
    });
}

// A yield beside something else.

#[test]
fn yield_that_loses_a_race_takes_its_value_back() {
    block_on(async {
        let mut generator = AsyncGenerator::new(|mut co| async move {
            // Placed and given up within one poll: nobody has seen it.
            future::or(co.yield_("lost"), async {}).await;
            future::yield_now().await;
            // Given up, and the next yield follows at once.
            future::or(co.yield_("lost too"), async {}).await;
            co.yield_("kept").await;
            // Given up as the body ends.
            future::or(co.yield_("lost at last"), async {}).await;
        });
        let items: Vec<_> = (&mut generator).collect().await;
        assert_eq!(items, ["kept"]);
        assert!(generator.is_terminated());
    });
}

#[test]
fn answer_to_a_yield_that_was_given_up_reaches_no_other() {
    block_on(async {
        let gate = Cell::new(false);
        let mut generator = AsyncGenerator::fallible(|mut co| {
            let gate = &gate;
            async move {
                let opened = future::poll_fn(|_| match gate.get() {
                    true => Poll::Ready("gave up"),
                    false => Poll::Pending,
                });
                let first = future::or(opened, co.yield_("first")).await;
                Ok((first, co.try_yield("second").await))
            }
        });
        assert_eq!(generator.start().await, Ok(Step::Yielded("first")));
        gate.set(true);
        assert_eq!(generator.asend("late").await, Ok(Step::Yielded("second")));
        let returned = ("gave up", Err(Thrown::Error("boom")));
        assert_eq!(generator.athrow("boom").await, Ok(Step::Complete(returned)));
    });
}

#[test]
fn body_waits_beside_its_yield_while_the_consumer_is_away() {
    block_on(async {
        let mut generator = AsyncGenerator::new(|mut co| async move {
            let timer = Timer::after(Duration::from_millis(1));
            let (sent, _) = future::zip(co.yield_("ready"), timer).await;
            sent
        });
        assert_eq!(generator.start().await, Ok(Step::Yielded("ready")));
        assert_eq!(generator.asend(42).await, Ok(Step::Complete(42)));
    });
}

/// The story: the body waited for a task that it had spawned, which waited for the answer to a
/// `yield` that nobody had seen. Nothing was ever woken, and nothing said so.
#[test]
fn yield_outside_of_its_body_panics() {
    let outside = "a `yield_` was awaited outside its body";
    let spawned = panics(|| {
        let executor = LocalExecutor::new();
        block_on(executor.run(async {
            let mut generator = AsyncGenerator::new(|mut co| {
                let executor = &executor;
                async move { executor.spawn(async move { co.yield_(1).await }).await }
            });
            generator.next().await
        }));
    });
    assert!(spawned.starts_with(outside), "{spawned}");

    let outlives = panics(|| {
        let mut generator = AsyncGenerator::new(|co: Co<i32>| async move { co });
        let Ok(Step::Complete(mut co)) = block_on(generator.resume()) else { panic!("it returns") };
        block_on(co.yield_(1));
    });
    assert!(outlives.starts_with(outside), "{outlives}");
}

/// CPython 3.13: `RuntimeError: cannot reuse already awaited __anext__()/asend()`. The story: `next`
/// silently took another item.
#[test]
fn every_future_says_one_thing_when_it_is_polled_after_its_end() {
    #[track_caller]
    fn check<F: Future>(future: impl FnOnce() -> F) {
        let says = panics(|| {
            let mut future = pin!(future());
            block_on(&mut future);
            block_on(&mut future);
        });
        assert_eq!(says, "cannot reuse what has been awaited: each step is a call of its own");
    }
    fn check_all(mut begun: AsyncGenerator<impl Body<i32>>) {
        block_on(begun.next());
        check(|| begun.start());
        check(|| begun.next());
        check(|| begun.resume());
        check(|| begun.finish());
        check(|| begun.asend(()));
        check(|| begun.athrow(Thrown::Exit));
        check(|| begun.aclose());
        check(|| begun.next());
        check(|| begun.aclose());
    }
    check_all(await_body());
    native! {
        check_all(native_body());
    }

    let says = panics(|| {
        let mut reuses = AsyncGenerator::new(|mut co| async move {
            let mut first = co.yield_(1);
            (&mut first).await;
            (&mut first).await;
        });
        block_on(async { (reuses.next().await, reuses.next().await) });
    });
    assert_eq!(says, "cannot reuse what has been awaited: each step is a call of its own");
}

// Ends.

/// Every operation on a closed generator says so, and none panics.
async fn check_closed<B: Engine<Send = (), Error = Infallible>>(mut generator: AsyncGenerator<B>) {
    assert_eq!(generator.state(), State::Closed);
    assert!(generator.is_terminated());
    assert_eq!(generator.start().await.err(), Some(StartError::Finished));
    assert_eq!(generator.resume().await.err(), Some(ResumeError::Finished));
    assert_eq!(generator.asend(()).await.err(), Some(SendError::Finished(())));
    let refused = Some(ThrowError::Finished(Thrown::Exit));
    assert_eq!(generator.athrow(Thrown::Exit).await.err(), refused);
    assert!(generator.finish().await.is_ok_and(|step| step.is_none()));
    assert!(generator.aclose().await.is_ok_and(|value| value.is_none()));
    assert!(generator.next().await.is_none());
    assert!(generator.next().await.is_none(), "a generator is fused");
}

#[test]
fn closed_generators_refuse_without_panicking() {
    async fn ended<B: Engine<Send = ()>>(mut generator: AsyncGenerator<B>) -> AsyncGenerator<B> {
        while generator.next().await.is_some() {}
        generator
    }
    block_on(async {
        check_closed(ended(await_body()).await).await;
        native! {
            check_closed(ended(native_body()).await).await;
        }
        check_closed(ended(await_body().boxed()).await).await;
        check_closed(ended(AsyncGenerator::over(futures_lite::stream::iter(0..3))).await).await;
    });
}

#[test]
fn body_that_panics_closes_its_generator() {
    fn check<B: Engine<Send = (), Error = Infallible>>(mut generator: AsyncGenerator<B>) {
        assert!(block_on(generator.next()).is_some());
        let panic = catch_unwind(AssertUnwindSafe(|| block_on(generator.next()).is_some()));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"boom"));
        block_on(check_closed(generator));
    }
    check(AsyncGenerator::new(|mut co| async move {
        co.yield_(1).await;
        panic!("boom");
    }));
    native! {
        check(AsyncGenerator::native(async gen {
            yield 1;
            panic!("boom");
        }));
    }
}

#[test]
fn thrown_before_the_start_closes_without_running_a_line() {
    block_on(async {
        let mut generator = AsyncGenerator::fallible(|_: Co<(), (), _>| async {
            unreachable!("no line runs");
            #[allow(unreachable_code, reason = "names the type")]
            Ok(())
        });
        let raised = Err(ThrowError::Raised(Raised::Error("boom")));
        assert_eq!(generator.athrow("boom").await, raised);
        assert_eq!(generator.state(), State::Closed);
    });
}

#[test]
fn dropping_at_any_await_leaks_nothing() {
    async fn check<B: Engine<Send = ()>>(make: impl Fn(Rc<()>) -> AsyncGenerator<B>) {
        let owned = Rc::new(());
        for polls in 0..8 {
            let mut generator = make(owned.clone());
            for _ in 0..polls {
                future::poll_once(generator.next()).await;
            }
            drop(generator);
            assert_eq!(Rc::strong_count(&owned), 1, "after {polls} polls");
        }
    }
    block_on(check(|owned| {
        AsyncGenerator::new(|mut co| async move {
            for _ in 0..2 {
                future::yield_now().await;
                co.yield_(owned.clone()).await;
            }
        })
    }));
    native! {
        block_on(check(|owned| {
            AsyncGenerator::native(async gen move {
                for _ in 0..2 {
                    future::yield_now().await;
                    yield owned.clone();
                }
            })
        }));
    }
}

// Delegation.

#[test]
fn delegate_receives_what_is_sent_and_thrown_and_cleans_up_on_close() {
    block_on(async {
        let log = RefCell::new(Vec::new());
        let outer = || {
            AsyncGenerator::fallible(|mut co: Co<_, _, &str>| {
                let log = &log;
                async move {
                    let inner = AsyncGenerator::fallible(|mut co| async move {
                        let mut heard = "ready";
                        loop {
                            heard = match co.try_yield(heard).await {
                                Ok("enough") => break Ok("returned"),
                                Ok(sent) => sent,
                                Err(Thrown::Error("mild")) => "caught",
                                Err(thrown) => {
                                    future::yield_now().await;
                                    log.borrow_mut().push("inner cleaned up");
                                    co.raise(thrown).await
                                }
                            };
                        }
                    });
                    let value = co.yield_from(inner).await;
                    log.borrow_mut().push("outer goes on");
                    Ok(value)
                }
            })
        };
        let mut generator = outer();
        assert_eq!(generator.start().await, Ok(Step::Yielded("ready")));
        assert_eq!(generator.asend("spam").await, Ok(Step::Yielded("spam")));
        assert_eq!(generator.athrow("mild").await, Ok(Step::Yielded("caught")));
        assert_eq!(generator.asend("enough").await, Ok(Step::Complete("returned")));
        assert_eq!(log.take(), ["outer goes on"]);

        let mut generator = outer();
        assert_eq!(generator.start().await, Ok(Step::Yielded("ready")));
        let raised = Err(ThrowError::Raised(Raised::Error("hot")));
        assert_eq!(generator.athrow("hot").await, raised);
        assert_eq!(log.take(), ["inner cleaned up"]);

        let mut generator = outer();
        assert_eq!(generator.start().await, Ok(Step::Yielded("ready")));
        assert_eq!(generator.aclose().await, Ok(None));
        assert_eq!(log.take(), ["inner cleaned up"]);
    });
}

#[test]
fn delegate_that_ignores_the_exit_is_an_error_of_the_outer() {
    block_on(async {
        let mut outer = AsyncGenerator::new(|mut co| async move {
            let inner =
                AsyncGenerator::new(
                    |mut co| async move { while co.try_yield(1).await.is_err() {} },
                );
            co.yield_from(inner).await;
        });
        assert_eq!(outer.next().await, Some(1));
        assert_eq!(outer.aclose().await, Err(CloseError::IgnoredExit));
        assert_eq!(outer.state(), State::Closed);
    });
}

/// CPython's `yield from`: one that has been started goes on, one that has ended gives `None`.
#[test]
fn delegates_with_a_past_go_on() {
    async fn check<B: Body<i32>>(body: impl Fn() -> AsyncGenerator<B>) {
        let mut started = body();
        assert_eq!(started.next().await, Some(1));
        let mut outer = AsyncGenerator::new(|mut co| {
            let started = &mut started;
            async move {
                let first = co.yield_from(&mut *started).await;
                (first, co.yield_from(started).await)
            }
        });
        assert_eq!(outer.next().await, Some(2));
        assert_eq!(outer.next().await, Some(3));
        assert_eq!(outer.resume().await, Ok(Step::Complete((Some(()), None))));
        drop(outer);
        assert_eq!(started.state(), State::Closed);

        // Handed over, also one that a dropped step has left at its `await`.
        let mut half_way = body();
        drop_half_way(half_way.next()).await;
        let rest =
            AsyncGenerator::new(|mut co| async move { co.yield_from(half_way.rest()).await });
        let items: Vec<_> = rest.collect().await;
        assert_eq!(items, [1, 2, 3]);
    }
    block_on(async {
        check(await_body).await;
        native! {
            check(native_body).await;
        }
        check(|| await_body().boxed()).await;

        // A retry loop around one delegate, which is sent an `Option`.
        let mut flaky = AsyncGenerator::fallible(|mut co| async move {
            let heard: Option<&str> = co.yield_("ready").await;
            co.yield_(heard.unwrap_or("nothing")).await;
            Err::<(), _>("flaky")
        });
        let mut retries = AsyncGenerator::fallible(|mut co: Co<_, _, &str>| {
            let flaky = &mut flaky;
            async move {
                let first = co.try_yield_from(&mut *flaky).await;
                Ok((first, co.try_yield_from(flaky).await))
            }
        });
        assert_eq!(retries.start().await, Ok(Step::Yielded("ready")));
        assert_eq!(retries.asend(Some("hello")).await, Ok(Step::Yielded("hello")));
        let ended = (Err(Raised::Error("flaky")), Ok(None));
        assert_eq!(retries.asend(None).await, Ok(Step::Complete(ended)));
    });
    let started = panics(|| {
        block_on(async {
            let mut started = await_body();
            started.next().await;
            AsyncGenerator::new(|mut co| async move { co.yield_from(started).await }).next().await
        });
    });
    assert!(started.ends_with("`yield_from(g.rest())`, or lend it, `yield_from(&mut g)`"));
    let ended = panics(|| {
        block_on(async {
            let mut ended = await_body();
            ended.aclose().await.unwrap();
            AsyncGenerator::new(|mut co| async move { co.yield_from(ended).await }).next().await
        });
    });
    assert!(ended.ends_with("`yield_from(g.rest())` and `yield_from(&mut g)` give `None`"));
}

/// As in a generator of CPython's whose `finally` yields: the error is raised when that has ended.
#[test]
fn error_that_passes_waits_for_the_clean_up_of_the_delegate() {
    fn outer(
        inner: AsyncGenerator<impl Body<i32>>,
    ) -> AsyncGenerator<impl FallibleBody<i32, &'static str, (), Raised<&'static str>>> {
        AsyncGenerator::fallible(|mut co| async move {
            let raised = co.try_yield_from(inner).await.unwrap_err();
            co.yield_(9).await;
            Ok(raised)
        })
    }
    let yields = || {
        AsyncGenerator::new(|mut co| async move {
            let exit = co.try_yield(1).await;
            assert_eq!(exit, Err(Thrown::Exit));
            future::yield_now().await;
            co.yield_(2).await;
        })
    };
    block_on(async {
        let mut waits = outer(yields());
        assert_eq!(waits.next().await, Some(Ok(1)));
        assert_eq!(waits.athrow("boom").await, Ok(Step::Yielded(2)));
        assert_eq!(waits.resume().await, Ok(Step::Yielded(9)));
        assert_eq!(waits.resume().await, Ok(Step::Complete(Raised::Error("boom"))));

        native! {
            let mut native = outer(AsyncGenerator::native(async gen { yield 1 }));
            native.start().await.unwrap();
            assert_eq!(native.athrow("boom").await, Ok(Step::Yielded(9)));
        }

        // The exit replaces the error.
        let mut closed = outer(yields());
        closed.start().await.unwrap();
        assert_eq!(closed.athrow("boom").await, Ok(Step::Yielded(2)));
        assert_eq!(closed.aclose().await, Err(CloseError::IgnoredExit));
        assert_eq!(closed.resume().await, Ok(Step::Complete(Raised::Exit)));

        // Through a conversion, too.
        let numbers = AsyncGenerator::fallible(|mut co: Co<_, _, u8>| async move {
            let exit = co.try_yield(1).await;
            assert_eq!(exit, Err(Thrown::Exit));
            co.yield_(2).await;
            Err::<(), _>(7)
        });
        let mut converted = numbers.map_err(|error| format!("error {error}"));
        converted.start().await.unwrap();
        assert_eq!(converted.athrow("boom".to_owned()).await, Ok(Step::Yielded(2)));
        // What the clean-up raises replaces it.
        let raised = Err(ResumeError::Raised(Raised::Error("error 7".to_owned())));
        assert_eq!(converted.resume().await, raised);
    });
}

#[test]
fn value_that_is_sent_to_an_iterable_is_refused() {
    let says = panics(|| {
        let mut outer = AsyncGenerator::new(|mut co| async move {
            co.yield_from_iter([1, 2]).await;
        });
        block_on(async {
            assert_eq!(outer.sending_none().next().await, Some(1));
            let _ = outer.asend(Some("spam")).await;
        });
    });
    assert!(says.starts_with("a value was sent to an iterator"), "{says}");
}

#[test]
fn what_is_caught_goes_on_by_a_question_mark() {
    block_on(async {
        let body = || {
            AsyncGenerator::raising(|mut co| async move {
                co.try_yield(1).await?;
                co.try_yield_from(await_body().map_err(|never| match never {})).await?;
                Err::<(), _>("own")?;
                Ok(())
            })
        };
        let mut thrown = body();
        assert_eq!(thrown.next().await, Some(Ok(1)));
        assert_eq!(thrown.athrow("boom").await, Err(ThrowError::Raised(Raised::Error("boom"))));
        let mut closed = body();
        assert_eq!(closed.next().await, Some(Ok(1)));
        assert_eq!(closed.aclose().await, Ok(None));
        let items: Vec<_> = body().collect().await;
        assert_eq!(items, [Ok(1), Ok(1), Ok(2), Ok(3), Err("own")]);
    });
}

// Owners and finalizers.

#[test]
fn lent_generator_is_closed_through_its_view_and_told_of_once() {
    block_on(async {
        let counter = || {
            AsyncGenerator::new(|mut co: Co<_, Option<i32>>| async move {
                while co.yield_(1).await.is_none() {
                    future::yield_now().await;
                }
            })
        };
        let mut closed = counter();
        assert_eq!(closed.sending_none().next().await, Some(1));
        drop_half_way(closed.sending_none().next()).await;
        assert_eq!(closed.state(), State::Running);
        assert_eq!(closed.sending_none().next().await, Some(1));
        assert_eq!(closed.sending_none().aclose().await, Ok(None));
        assert_eq!(closed.state(), State::Closed);

        let told = Rc::new(Cell::new(0));
        let count = told.clone();
        set_finalizer(move |_| count.set(count.get() + 1));
        let mut dropped = counter();
        assert_eq!(dropped.sending_none().next().await, Some(1));
        assert_eq!(told.get(), 0, "a view was dropped");
        drop(dropped);
        unset_finalizer();
        assert_eq!(told.get(), 1);
    });
}

/// The story: random programs found that the view of a generator which had ended panicked.
#[test]
fn lent_generator_that_has_ended_is_at_its_end() {
    block_on(async {
        let mut ended = AsyncGenerator::new(|_: Co<i32, Option<i32>>| async {});
        assert_eq!(ended.sending_none().resume().await, Ok(Step::Complete(())));
        assert_eq!(ended.sending_none().resume().await, Err(ResumeError::Finished));
        assert_eq!(ended.sending_none().next().await, None);
        assert_eq!(ended.sending_none().aclose().await, Ok(None));
        assert!(ended.sending_none().is_terminated());
    });
}

/// The story: the guard of `enter` lived through the whole loop.
#[test]
fn shared_generator_is_stepped_in_one_call() {
    block_on(async {
        let shared = Shared::new(await_body().boxed());
        let mut pairs = Vec::new();
        while let Some(first) = shared.next().await.unwrap() {
            pairs.push((first, shared.next().await.unwrap()));
        }
        assert_eq!(pairs, [(1, Some(2)), (3, None)]);
        assert_eq!(shared.state(), State::Closed);

        let echo = Shared::new(AsyncGenerator::fallible(|mut co| async move {
            let mut heard = "ready";
            loop {
                heard = co.yield_(heard).await;
                if heard == "enough" {
                    break Ok::<_, &str>(heard);
                }
            }
        }));
        assert_eq!(echo.start().await.unwrap(), Ok(Step::Yielded("ready")));
        let entered = echo.enter().unwrap();
        assert_eq!(echo.asend("spam").await.unwrap_err().0, "spam");
        let thrown = echo.athrow("boom").await.unwrap_err().0;
        assert_eq!(thrown, Thrown::Error("boom"));
        drop(entered);
        assert_eq!(echo.asend("enough").await.unwrap(), Ok(Step::Complete("enough")));
        assert_eq!(echo.aclose().await, Ok(Ok(None)));
    });
}

#[test]
fn body_with_a_weak_handle_to_its_generator_is_dropped() {
    let owned = Rc::new(());
    let held = owned.clone();
    let shared = Shared::<BoxAsyncGenerator<'_, State>>::new_cyclic(|me| {
        AsyncGenerator::new(|mut co| async move {
            let _held = held;
            // A statement of its own: else the strong handle would live through the `yield`.
            let state = me.upgrade().expect("its caller owns it").state();
            co.yield_(state).await;
        })
        .boxed()
    });
    assert_eq!(block_on(shared.next()), Ok(Some(State::Running)));
    drop(shared);
    assert_eq!(Rc::strong_count(&owned), 1);
}

native! {
    #[test]
    fn boxed_generators_of_send_bodies_move_between_threads() {
        struct Machine {
            part: SendBoxAsyncGenerator<'static, i32>,
        }
        let mut machine = Machine { part: native_body().boxed_send() };
        let last = thread::spawn(move || {
            block_on(async {
                let mut last = None;
                while let Some(item) = machine.part.next().await {
                    last = Some(item);
                }
                assert_eq!(machine.part.aclose().await, Ok(None));
                last
            })
        });
        assert_eq!(last.join().unwrap(), Some(3));
    }
}

#[test]
fn shared_generator_tells_who_comes_second() {
    block_on(async {
        let shared = Shared::new(await_body());
        let mut entered = shared.enter().unwrap();
        let mut next = pin!(entered.next());
        assert!(future::poll_once(&mut next).await.is_none());
        assert_eq!(
            shared.enter().err().unwrap().to_string(),
            "asynchronous generator is already running"
        );
        assert_eq!(next.await, Some(1));
    });
}

#[test]
fn finalizer_is_told_of_begun_generators_only() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let log = told.clone();
    set_finalizer(move |unclosed| {
        assert!(unclosed.created_at().file().ends_with("protocol.rs"));
        log.borrow_mut().push(unclosed.state());
    });
    block_on(async {
        drop(await_body());

        let mut at_yield = await_body();
        at_yield.next().await;
        drop(at_yield);

        let mut at_await = await_body();
        drop_half_way(at_await.next()).await;
        drop(at_await);

        let mut closed = await_body();
        closed.next().await;
        closed.aclose().await.unwrap();

        let mut boxed = await_body();
        boxed.next().await;
        drop(boxed.boxed());
    });
    unset_finalizer();
    assert_eq!(told.take(), [State::Suspended, State::Running, State::Suspended]);
}

/// The story: it was told again of the close that it had not wanted.
#[test]
fn finalizer_is_told_once() {
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    set_finalizer(move |unclosed| {
        count.set(count.get() + 1);
        drop(unclosed);
    });
    block_on(async {
        for mut generator in [await_body().finalized(), await_body()] {
            generator.next().await;
            drop(generator);
        }
        assert_eq!(told.get(), 2);
        native! {
            let mut native = native_body().finalized();
            native.next().await;
            drop(native);
            assert_eq!(told.get(), 3);
        }
    });
    unset_finalizer();
}

// Channels.

#[test]
fn channel_may_have_no_limit() {
    block_on(async {
        let (task, items) = await_body().into_channel(usize::MAX);
        assert_eq!(task.await, Ok(Some(())));
        assert_eq!(items.len(), 3);
    });
    let says = panics(|| drop(await_body().into_channel(usize::MAX / 2)));
    let remedy = "`usize::MAX` is one without a limit";
    assert!(says.starts_with("no memory for a channel of") && says.ends_with(remedy), "{says}");
}

#[test]
fn channel_holds_the_body_back() {
    let executor = LocalExecutor::new();
    let made = Cell::new(0);
    block_on(executor.run(async {
        let numbers = AsyncGenerator::new(|mut co| {
            let made = &made;
            async move {
                for number in 1..=10 {
                    made.set(number);
                    co.yield_(number).await;
                }
            }
        });
        let (task, items) = numbers.into_channel(3);
        let consumer = async {
            for number in 1..=10 {
                // Let the body run as far as it may: three in the channel, one in the task's hand.
                for _ in 0..20 {
                    future::yield_now().await;
                }
                assert_eq!(made.get(), (number + 3).min(10));
                assert_eq!(items.recv().await, Ok(number));
            }
            items.recv().await.unwrap_err();
        };
        let (ended, ()) = future::zip(task, consumer).await;
        assert_eq!(ended, Ok(Some(())));
    }));
}

#[test]
fn channel_keeps_the_error() {
    block_on(async {
        let failing = AsyncGenerator::fallible(|mut co| async move {
            co.yield_(1).await;
            Err::<(), _>("boom")
        });
        let (task, items) = failing.into_channel(8);
        assert_eq!(task.await, Ok(None), "the error is with the consumer");
        let items: Vec<_> = items.collect().await;
        assert_eq!(items, [Ok(1), Err("boom")]);
    });
}

#[test]
fn channel_task_gives_the_error_that_nobody_is_left_to_take() {
    block_on(async {
        let failing = AsyncGenerator::fallible(|mut co| async move {
            co.yield_(1).await;
            Err::<(), _>("boom")
        });
        let (task, items) = failing.into_channel(1);
        let mut task = pin!(task);
        // The item fills the channel, the error is in the task's hand.
        assert!(future::poll_once(&mut task).await.is_none());
        drop(items);
        assert_eq!(task.await, Err(CloseError::Raised("boom")));
    });
}

#[test]
fn channel_task_ends_when_the_consumer_leaves() {
    block_on(async {
        let cleaned = Cell::new(false);
        let at_yield = AsyncGenerator::fallible(|mut co| {
            let cleaned = &cleaned;
            async move {
                while let Ok(()) = co.try_yield(1).await {}
                future::yield_now().await;
                cleaned.set(true);
                Err::<(), _>("clean-up failed")
            }
        });
        let (task, items) = at_yield.into_channel(1);
        let consumer = async move {
            assert_eq!(items.recv().await, Ok(Ok(1)));
        };
        let (ended, ()) = future::zip(task, consumer).await;
        assert!(cleaned.get());
        assert_eq!(ended, Err(CloseError::Raised("clean-up failed")));

        // Nobody but the closed channel could wake the task from this await.
        let at_await = AsyncGenerator::new(|mut co| async move {
            co.yield_(1).await;
            future::pending::<()>().await;
        });
        let (task, items) = at_await.into_channel(1);
        let consumer = async move {
            assert_eq!(items.recv().await, Ok(1));
            future::yield_now().await;
        };
        let too_long = async {
            Timer::after(Duration::from_secs(10)).await;
            panic!("the task has not ended");
        };
        let (ended, ()) = future::or(future::zip(task, consumer), too_long).await;
        assert_eq!(ended, Ok(None));
    });
}

#[test]
fn channel_ends_with_what_it_holds_when_its_task_is_dropped() {
    block_on(async {
        let (task, items) = await_body().into_channel(2);
        let mut task = Box::pin(task);
        // Two items fill the channel, the third is in the task's hand and goes with it.
        for _ in 0..10 {
            assert!(future::poll_once(&mut task).await.is_none());
        }
        drop(task);
        assert_eq!(items.collect::<Vec<_>>().await, [1, 2]);
    });
}

// Executors.

#[test]
fn runs_under_a_local_executor_with_timers() {
    let executor = LocalExecutor::new();
    let task = executor.spawn(async {
        let ticks = AsyncGenerator::new(|mut co| async move {
            for tick in 1..=3 {
                Timer::after(Duration::from_millis(1)).await;
                co.yield_(tick).await;
            }
        });
        ticks.collect::<Vec<_>>().await
    });
    assert_eq!(block_on(executor.run(task)), [1, 2, 3]);
}

native! {
    #[test]
    fn native_generators_move_between_threads() {
        let executor = Arc::new(Executor::new());
        let (stop, stopped) = async_channel::bounded::<()>(1);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (executor, stopped) = (executor.clone(), stopped.clone());
                thread::spawn(move || block_on(executor.run(stopped.recv())))
            })
            .collect();
        let mut half_done = native_body();
        assert_eq!(block_on(half_done.next()), Some(1));
        let rest = executor.spawn(async move { half_done.collect::<Vec<_>>().await });
        let (task, items) = native_body().into_channel(1);
        let task = executor.spawn(task);
        assert_eq!(block_on(rest), [2, 3]);
        assert_eq!(block_on(items.collect::<Vec<_>>()), [1, 2, 3]);
        assert_eq!(block_on(task), Ok(Some(())));
        drop(stop);
        for thread in threads {
            assert!(thread.join().unwrap().is_err(), "the channel was closed");
        }
    }
}

#[test]
fn runs_under_a_foreign_executor() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ticks = runtime.block_on(async {
        let ticks = AsyncGenerator::new(|mut co| async move {
            for tick in 1..=3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                co.yield_(tick).await;
            }
        });
        ticks.collect::<Vec<_>>().await
    });
    assert_eq!(ticks, [1, 2, 3]);
}

#[test]
fn wakes_the_one_who_polls() {
    struct Count(std::sync::atomic::AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let (first, second) = (Arc::new(Count(0.into())), Arc::new(Count(0.into())));
    let (sender, receiver) = async_channel::bounded::<i32>(1);
    let mut generator = AsyncGenerator::new(|mut co| async move {
        co.yield_(receiver.recv().await.unwrap()).await;
    });
    for count in [&first, &second] {
        let waker = Waker::from(count.clone());
        let mut next = pin!(generator.next());
        assert!(next.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    sender.try_send(42).unwrap();
    assert_eq!(first.0.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_eq!(second.0.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert_eq!(block_on(generator.next()), Some(42));
}
