//! What CPython does where its own tests don't look: context managers of async generators, what is
//! left open at the end of the loop, steps that are awaited twice, bodies written by hand.

#![cfg_attr(feature = "nightly", feature(gen_blocks))]
#![allow(non_snake_case, reason = "the tests are named after the ids of the catalogue")]

#[macro_use]
mod conformance;

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use conformance::ACCOUNT;
use futures_lite::StreamExt;
use futures_lite::future::yield_now;
use twin_async_generators::{
    AsyncContextError, AsyncGenerator, Body, Co, Engine, Fallible, FallibleBody, Forward, Outcome,
    Raised, Step, Thrown, async_with,
};
use twin_tasks::{catch_cancelled, sleep, spawn, timeout};
use twins_conformance::{Exception, Finally, key_error, repr, say, value_error};

const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(&["asyncgen_edges"]);
}

// Context managers.

/// `async with resource(): raise ValueError("block")`.
async fn with_error<B>(
    resource: AsyncGenerator<B>,
) -> Result<Option<()>, AsyncContextError<Exception>>
where
    B: Engine<Send = (), Mode: Forward<Exception>>,
{
    async_with(resource, async |_| Err(value_error("block"))).await
}

#[test]
fn test_async_edges__context_runs_around_its_block() {
    async fn main(resource: AsyncGenerator<impl Body<i32>>) {
        let block = async |value| {
            say!("{value}");
            Ok::<_, Exception>(())
        };
        assert_eq!(async_with(resource, block).await.unwrap(), Some(()));
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            yield_now().await;
            say!("open");
            co.yield_(42).await;
            yield_now().await;
            say!("close");
        })),
        main(AsyncGenerator::native(async gen {
            yield_now().await;
            say!("open");
            yield 42;
            yield_now().await;
            say!("close");
        })),
    );
}

#[test]
fn test_async_edges__error_passes_through_a_context_that_does_not_catch() {
    async fn main(resource: AsyncGenerator<impl Body<i32>>) {
        if with_error(resource).await.is_err() {
            say!("error");
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = co.try_yield(42).await;
            yield_now().await;
            say!("close");
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("close");
            yield 42;
        })),
    );
}

#[test]
fn test_async_edges__context_that_catches_suppresses_the_error() {
    one!(async {
        let resource = AsyncGenerator::fallible(|mut co: Co<_, (), Exception>| async move {
            match co.try_yield(42).await {
                Err(Thrown::Error(error)) if error.kind() == "ValueError" => {
                    yield_now().await;
                    say!("caught {error}");
                    Ok(())
                }
                Err(thrown) => co.raise(thrown).await,
                Ok(()) => Ok(()),
            }
        });
        assert_eq!(with_error(resource).await.unwrap(), None);
        say!("after");
    });
}

#[test]
fn test_async_edges__context_may_raise_another_error() {
    one!(async {
        let resource = AsyncGenerator::fallible(|mut co| async move {
            match co.try_yield(42).await {
                Err(Thrown::Error(_)) => Err(key_error("clean-up")),
                _ => Ok(()),
            }
        });
        match with_error(resource).await {
            Err(AsyncContextError::Raised(Raised::Error(error))) => say!("{}", repr(error.text())),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn test_async_edges__context_that_does_not_yield() {
    async fn main(resource: AsyncGenerator<impl Body<i32>>) {
        say!("{}", with_error(resource).await.unwrap_err());
    }
    both!(
        main(AsyncGenerator::new(|_| async {})),
        main(AsyncGenerator::native(async gen {
            if false {
                yield 0;
            }
        })),
    );
}

#[test]
fn test_async_edges__context_that_yields_twice_is_closed() {
    async fn main(resource: AsyncGenerator<impl Body<i32>>) {
        let block = async |_| {
            say!("block");
            Ok::<_, Exception>(())
        };
        say!("{}", async_with(resource, block).await.unwrap_err());
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("closed");
            co.yield_(1).await;
            co.yield_(2).await;
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("closed");
            yield 1;
            yield 2;
        })),
    );
}

#[test]
fn test_async_edges__context_that_yields_after_an_error() {
    one!(async {
        let resource = AsyncGenerator::fallible(|mut co| async move {
            if co.try_yield(1).await.is_err() {
                co.yield_(2).await;
            }
            Ok(())
        });
        say!("{}", with_error(resource).await.unwrap_err());
    });
}

// What is left open.

/// `async def numbers()`, its clean-up behind an `await`.
fn numbers(clean_up: Duration) -> AsyncGenerator<impl Body<i32> + 'static> {
    AsyncGenerator::new(move |mut co| async move {
        let _finally = co.try_yield(1).await;
        sleep(clean_up).await;
        say!("clean-up");
    })
    .finalized()
}

native! {
    /// On this engine a `finally` that awaits can't be; one that doesn't is a destructor.
    fn native_numbers() -> AsyncGenerator<impl Body<i32> + 'static> {
        AsyncGenerator::native(async gen {
            let _finally = Finally("clean-up");
            yield 1;
        })
        .finalized()
    }
}

#[test]
fn test_async_edges__what_is_left_open_is_closed_before_run_returns() {
    fn run(mut g: AsyncGenerator<impl Body<i32> + 'static>) {
        twin_tasks::run(async move {
            say!("{}", g.next().await.unwrap());
            say!("main ends");
        });
        say!("after run");
    }
    let here = twins_conformance::here!();
    twins_conformance::check(here, "stable", || run(numbers(MOMENT)));
    native! {
        twins_conformance::check(here, "native", || run(native_numbers()));
    }
}

#[test]
fn test_async_edges__what_a_cancelled_task_leaves_open_is_closed_before_run_returns() {
    async fn main(mut g: AsyncGenerator<impl Body<i32> + 'static>) {
        let child = async move {
            say!("{}", g.next().await.unwrap());
            pending::<()>().await;
        };
        spawn(child).detach();
        sleep(MOMENT).await;
        say!("main ends");
    }
    both_run!(main(numbers(MOMENT)), main(native_numbers()));
}

#[test]
fn test_async_edges__what_is_dropped_is_closed_while_the_loop_runs() {
    async fn main(mut g: AsyncGenerator<impl Body<i32> + 'static>) {
        say!("{}", g.next().await.unwrap());
        drop(g);
        sleep(MOMENT * 50).await;
        say!("main ends");
    }
    both_run!(main(numbers(MOMENT)), main(native_numbers()));
}

// Steps.

#[test]
fn test_async_edges__timeout_of_a_step_reaches_the_body() {
    async fn wait() {
        if let Err(cancelled) = catch_cancelled(sleep(Duration::from_secs(100))).await {
            sleep(MOMENT).await;
            say!("clean-up");
            cancelled.propagate().await;
        }
    }
    async fn main(mut rows: AsyncGenerator<impl Body<i32> + 'static>) {
        if timeout(MOMENT * 10, rows.next()).await.is_err() {
            say!("timed out");
        }
    }
    both_run!(
        main(AsyncGenerator::new(|mut co| async move {
            wait().await;
            co.yield_(1).await;
        })),
        main(AsyncGenerator::native(async gen {
            wait().await;
            yield 1;
        })),
    );
}

#[test]
fn test_async_edges__step_is_awaited_once() {
    /// What a step gives, as Python prints it.
    fn value<X>(step: Result<Step<i32, ()>, X>) -> String {
        step.ok().and_then(Step::yielded).map_or("None".to_owned(), |value| value.to_string())
    }
    fn twice<F: Future>(step: F, print: impl FnOnce(F::Output) -> String) {
        let mut step = pin!(step);
        say!("{}", print(smol::block_on(&mut step)));
        let again = catch_unwind(AssertUnwindSafe(|| smol::block_on(&mut step)));
        let says = again.err().and_then(|panic| panic.downcast::<String>().ok());
        say!("{}", repr(says.is_some_and(|says| says.contains("cannot reuse"))));
    }
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co: Co<_, _, Exception>| async move {
            match co.try_yield(1).await {
                Err(Thrown::Error(error)) if error.kind() == "ValueError" => co.yield_(2).await,
                _ => {}
            }
            co.yield_(3).await;
            Ok(())
        });
        twice(g.resume(), value);
        twice(g.athrow(value_error("")), value);
        twice(g.asend(()), value);
        twice(g.aclose(), |closed| match closed {
            Ok(None) => "None".to_owned(),
            _ => "?".to_owned(),
        });
    });
}

#[test]
fn test_async_edges__next_of_a_generator_that_is_sent_values_sends_none() {
    one!(async {
        let mut g = AsyncGenerator::new(|mut co| async move {
            let mut count = 0;
            while count < 10 {
                count = match co.yield_(count).await {
                    Some(jump) => jump,
                    None => count + 1,
                };
            }
        });
        let first = g.sending_none().next().await.unwrap();
        say!("{first} {}", g.sending_none().next().await.unwrap());
        say!("{}", g.asend(Some(7)).await.unwrap().yielded().unwrap());
        let left: Vec<_> = g.sending_none().collect().await;
        say!("{}", repr(left));
    });
}

#[test]
fn test_async_edges__class_with_asend_and_athrow() {
    #[derive(Default)]
    struct Sum {
        total: i32,
        thrown: Option<Thrown<Exception>>,
    }

    impl Engine for Sum {
        type Yield = i32;
        type Send = i32;
        type Return = ();
        type Error = Exception;
        type Mode = Fallible<Exception>;

        fn send(&mut self, value: i32) {
            self.total += value;
        }

        fn throw(&mut self, thrown: Thrown<Exception>) -> Result<(), Thrown<Exception>> {
            match thrown {
                Thrown::Error(error) if error.kind() == "OverflowError" => {
                    self.thrown = Some(Thrown::Error(error));
                    Ok(())
                }
                thrown => Err(thrown),
            }
        }

        fn poll(&mut self, _: &mut Context<'_>) -> Poll<Outcome<Self>> {
            if self.thrown.take().is_some() {
                self.total = 0;
            }
            Poll::Ready(Ok(Step::Yielded(self.total)))
        }
    }

    async fn main(mut s: AsyncGenerator<impl FallibleBody<i32, Exception, i32>>) {
        let first = s.start().await.unwrap().yielded().unwrap();
        say!("{first} {}", s.asend(40).await.unwrap().yielded().unwrap());
        let overflow = s.athrow(Exception::new("OverflowError", "")).await;
        let overflow = overflow.unwrap().yielded().unwrap();
        say!("{overflow} {}", s.asend(2).await.unwrap().yielded().unwrap());
        assert_eq!(s.aclose().await.unwrap(), None);
        say!("None");
    }
    one!(main(AsyncGenerator::of(Sum::default())));
}
