//! Python's async generators in Rust, with their whole protocol: `anext`, `asend`, `athrow`,
//! `aclose`, return values, `yield from`.
//!
//! ```
//! use std::time::Duration;
//! use smol::Timer;
//! use twin_async_generators::AsyncGenerator;
//!
//! # smol::block_on(async {
//! let mut countdown = AsyncGenerator::new(|mut co| async move {
//!     for second in (1..=3).rev() {
//!         Timer::after(Duration::from_millis(1)).await;
//!         co.yield_(second).await;
//!     }
//! });
//! while let Some(second) = countdown.next().await {
//!     println!("{second}");
//! }
//! # });
//! ```
//!
//! An async generator is a function that can pause in two ways: at a `yield` until the next item
//! is wanted, and at an `await` until something is ready; other tasks run meanwhile. It runs
//! under any executor.
//!
//! # A generator that waits
//!
//! The logs come one at a time, and nobody is blocked until the next one is there.
//!
//! ```python
//! async def async_log_generator():
//!     logs = [
//!         "Log 1: user1 login",
//!         "Log 2: user2 upload file",
//!     ]
//!     for log in logs:
//!         await asyncio.sleep(1)
//!         yield log
//!
//! async def process_logs_async():
//!     async for log in async_log_generator():
//!         print(f"Обработка: {log}")
//!
//! asyncio.run(process_logs_async())
//! ```
//!
//! ```
//! use std::time::Duration;
//! use smol::Timer;
//! use twin_async_generators::{AsyncGenerator, Body};
//!
//! fn async_log_generator() -> AsyncGenerator<impl Body<&'static str>> {
//!     let logs = [
//!         "Log 1: user1 login",
//!         "Log 2: user2 upload file",
//!     ];
//!     AsyncGenerator::new(move |mut co| async move {
//!         for log in logs {
//!             Timer::after(Duration::from_secs(1)).await;
//!             co.yield_(log).await;
//!         }
//!     })
//! }
//!
//! async fn process_logs_async() {
//!     let mut log_gen = async_log_generator();
//!     while let Some(log) = log_gen.next().await {
//!         println!("Обработка: {log}");
//!     }
//! }
//!
//! smol::block_on(process_logs_async());
//! ```
//!
//! The same in nightly's own syntax:
//!
#![cfg_attr(feature = "nightly", doc = "```")]
#![cfg_attr(not(feature = "nightly"), doc = "```ignore")]
//! #![feature(gen_blocks, async_iterator, async_for_loop)]
//! use std::time::Duration;
//! use smol::Timer;
//!
//! async gen fn async_log_generator() -> &'static str {
//!     let logs = [
//!         "Log 1: user1 login",
//!         "Log 2: user2 upload file",
//!     ];
//!     for log in logs {
//!         Timer::after(Duration::from_secs(1)).await;
//!         yield log;
//!     }
//! }
//!
//! async fn process_logs_async() {
//!     for await log in async_log_generator() {
//!         println!("Обработка: {log}");
//!     }
//! }
//!
//! smol::block_on(process_logs_async());
//! ```
//!
//! # The protocol
//!
//! | Python | here |
//! |---|---|
//! | `async for x in g` | [`Stream`](futures_core::Stream) and `FusedStream` where nothing is sent (`S = ()`): items are `Y`, or `Result<Y, E>` if the body can raise; `for await` on nightly |
//! | `await anext(g)` | [`g.next().await`](AsyncGenerator::next); with the return value [`g.resume().await`](AsyncGenerator::resume), [`g.consume(f).await`](AsyncGenerator::consume) |
//! | first `await anext(g)` | [`g.start().await`](AsyncGenerator::start) |
//! | `await g.asend(v)` | [`g.asend(v).await`](AsyncGenerator::asend) → [`Yielded(y)`](Step::Yielded) or [`Complete(r)`](Step::Complete); before the start `v` comes back in [`JustStarted`](SendError::JustStarted) |
//! | `await anext(g)`, `async for x in g` where values are sent too | [`g.sending_none()`](AsyncGenerator::sending_none), where the sent type is an `Option`: `g.sending_none().next().await` |
//! | `await g.athrow(e)` | [`g.athrow(e).await`](AsyncGenerator::athrow) |
//! | `await g.aclose()` | [`g.aclose().await`](AsyncGenerator::aclose): waits for the body's clean-up |
//! | a cancelled `asend` | dropping its future leaves the body at its `await`; `next` goes on from there, or [`g.finish().await`](AsyncGenerator::finish); what can't be used meanwhile comes back in [`Unfinished`](SendError::Unfinished) |
//! | `async with aclosing(g)` | [`aclosing(g, async \|g\| …).await`](aclosing) |
//! | `@asynccontextmanager`, `async with f() as v` | [`async_with(g, async \|v\| …).await`](async_with) |
//! | `v = yield y` | `co.yield_(y).await` ([`yield_`](Co::yield_)) |
//! | `try: v = yield y`, `except` | `co.try_yield(y).await` ([`try_yield`](Co::try_yield)), a `Result` |
//! | `raise e` | end a [`fallible`](AsyncGenerator::fallible) body with `Err(e)`, or [`co.raise(e).await`](Co::raise) |
//! | `except E as e: raise` | `?` in a [`raising`](AsyncGenerator::raising) body; [`co.raise(caught).await`](Co::raise) in any |
//! | `finally` | a destructor; where it has to await, code after [`try_yield`](Co::try_yield) |
//! | `return v`, `yield from` (PEP 828, 3.16) | [`Complete(v)`](Step::Complete), `co.yield_from(g).await` ([`yield_from`](Co::yield_from)), [`try_yield_from`](Co::try_yield_from) to catch |
//! | the same where `g` has been started, or has ended | `co.yield_from(&mut g).await`, `co.yield_from(g.rest()).await` ([`rest`](AsyncGenerator::rest)), an `Option` |
//! | the same where `g` raises other errors | `co.yield_from(g.map_err(f)).await` ([`map_err`](AsyncGenerator::map_err)) |
//! | recursion of unknown depth, where Python raises `RecursionError` | [`AsyncGenerator::recursive`]: an item costs one level, at any depth |
//! | `for x in iterable: yield x` | `co.yield_from_iter(iterable).await` ([`yield_from_iter`](Co::yield_from_iter)) |
//! | `RuntimeError`, "asynchronous generator is already running" | does not compile; [`AlreadyRunning`] where several own one generator, [`Shared`] |
//! | a class with `asend` and `athrow` (`collections.abc.AsyncGenerator`) | a type that implements [`Engine`], by [`AsyncGenerator::of`] |
//! | `inspect.getasyncgenstate(g)` | [`g.state()`](AsyncGenerator::state) |
//! | `sys.set_asyncgen_hooks(finalizer=f)` | [`set_finalizer`] |
//! | trio's `as_safe_channel` | [`g.into_channel(capacity)`](AsyncGenerator::into_channel) |
//! | async comprehensions | `StreamExt` of futures-lite or futures: `filter`, `map`, `collect`, … |
//! | `aiter(iterable)` | [`iter`], [`block_on`] and, on nightly, `IntoStream` and `IntoAsyncIter` lead from each kind of iterator to the others |
//!
//! Clean-up that awaits stands where the body learns that it is to end:
//!
//! ```
//! use std::time::Duration;
//! use smol::Timer;
//! use twin_async_generators::{AsyncGenerator, aclosing};
//!
//! # smol::block_on(async {
//! let connection = AsyncGenerator::new(|mut co| async move {
//!     for row in 1.. {
//!         if co.try_yield(row).await.is_err() {
//!             break;
//!         }
//!     }
//!     Timer::after(Duration::from_millis(1)).await;
//!     println!("connection: closed");
//! });
//! let first = aclosing(connection, async |rows| rows.next().await).await;
//! println!("consumer: after the clean-up");
//! assert_eq!(first, Ok(Some(1)));
//! # });
//! ```
//!
//! # Two engines
//!
//! On stable Rust a body is an async block with a `co` handle, as the crate `genawaiter` has it: the
//! whole protocol, on one thread. With the feature `nightly` a body is also one of the compiler's own
//! `async gen` blocks. Its `yield` takes no answer and its end gives no value, so what is sent is
//! `()`, and an `athrow` or `aclose` drops the body at its `yield`: destructors run, nothing is
//! caught. In return a step costs what the block's own step costs, and the generator is [`Send`]
//! when its body is.
//!
//! | a body | can't raise | can raise an `E` |
//! |---|---|---|
//! | an async block | [`AsyncGenerator::new`] | [`AsyncGenerator::fallible`], [`AsyncGenerator::raising`] |
#![cfg_attr(
    feature = "nightly",
    doc = "| native | [`AsyncGenerator::native`] | [`AsyncGenerator::fallible_native`] |"
)]
#![cfg_attr(
    not(feature = "nightly"),
    doc = "| native | `AsyncGenerator::native` | `AsyncGenerator::fallible_native` |"
)]
//! | for recursion | [`AsyncGenerator::recursive`] | [`AsyncGenerator::fallible_recursive`] |
//! | any stream, any type | [`AsyncGenerator::over`], [`AsyncGenerator::of`] | [`AsyncGenerator::of`] |
//! | as a type | [`AsyncGenerator<impl Body<Y, S, R>>`](Body) | [`AsyncGenerator<impl FallibleBody<Y, E, S, R>>`](FallibleBody) |
//! | boxed | [`BoxAsyncGenerator<'a, Y, S, R>`](BoxAsyncGenerator) | [`BoxFallibleAsyncGenerator<'a, Y, S, R, E>`](BoxFallibleAsyncGenerator) |
//! | boxed, and [`Send`] | [`SendBoxAsyncGenerator<'a, Y, S, R>`](SendBoxAsyncGenerator) | [`SendBoxFallibleAsyncGenerator<'a, Y, S, R, E>`](SendBoxFallibleAsyncGenerator) |
//!
//! Each of them can be [`Shared`]: `Shared<BoxAsyncGenerator<'a, Y>>` is the type of a field that
//! several owners step.
//!
//! # A body's types
//!
//! The compiler infers what a body yields, is sent, raises and returns from the body and from how
//! it is used. The signature, `impl Body<Y, S>`, comes too late where a method is called on what
//! is sent or a field of an error is looked at (`Err(Thrown::Error(e)) if e.code == 404`), and an
//! endless body has no `return` to infer from. If the compiler asks for a type (E0282), write it
//! at the `co`, which has what is yielded, sent and raised: `|mut co: Co<_, _, HttpError>| …`. An
//! async closure is a body too, and has room for what it returns. It borrows what it uses from around it; with
//! `move` it takes it along, as `|mut co| async move { … }` does.
//!
//! ```
//! use std::num::ParseIntError;
//! use twin_async_generators::{AsyncGenerator, Co, Step};
//!
//! # smol::block_on(async {
//! let mut adder = AsyncGenerator::fallible(
//!     async |mut co: Co<i32, &str, ParseIntError>| -> Result<(), ParseIntError> {
//!         let mut sum = 0;
//!         loop {
//!             sum += co.yield_(sum).await.parse::<i32>()?;
//!         }
//!     },
//! );
//! adder.start().await.unwrap();
//! assert_eq!(adder.asend("2").await, Ok(Step::Yielded(2)));
//! assert_eq!(adder.asend("40").await, Ok(Step::Yielded(42)));
//! assert!(adder.asend("spam").await.is_err());
//! # });
//! ```
//!
//! # What Python has and this has not
//!
//! | Python | here | because |
//! |---|---|---|
//! | cancelling a task throws `CancelledError` into the generator that it waits for | so it does inside `twin_tasks::run`: what `catch_cancelled` or `finally` wraps in the body catches it. Under other executors the task is dropped, and the generator with it, at its `await`; destructors run | to drop is the one cancellation that every executor has |
//! | a step that was cancelled has thrown `CancelledError` into the body, which mostly ends by it | a body that does not catch it stays at its `await`, and the next step goes on from there; one that catches it and goes on cancelling stays there, and cancels the task that takes the next step; [`aclose`](AsyncGenerator::aclose) cancels what the one waits for, and closes the other | what a timeout drops is the step, and the generator has another owner |
//! | an exception thrown into a finished async generator is lost | it comes back in [`Finished`](ThrowError::Finished) | an error is never lost silently |
//! | the event loop closes whatever was left open | inside `twin_tasks::run` it closes what is [`finalized`](AsyncGenerator::finalized), before `run` returns; what borrows, or was not marked, is dropped where it stands. [`aclosing`] closes any, but where its block is cancelled and does not catch that; [`set_finalizer`] tells of what was forgotten | a destructor can't await, and nobody else may have what borrows |
//! | `asyncio.run` cancels a clean-up that is under way at its end | it waits for its end | half a clean-up is none |
//! | a second `aclose`, of a body that ignored the first, raises `StopAsyncIteration` | it reaches the body again, at its next `yield` | a body that is asked twice may listen |
//! | after the block, `aclosing` raises what the clean-up raised, in place of the block's own error | [`AclosingError`] has both; what a finalized generator's clean-up raises is printed, or told to the finalizer without the error | an error is never lost silently |
//! | the `firstiter` hook | nothing | it lets the event loop remember its generators; here they have an owner |
//! | `finally` and `except` around any `yield` | `try_yield` says which `yield` catches | Rust has no exceptions: what can be caught is a `Result` |
//! | any exception from any generator | one type `E` a generator; a delegate raises the same, or nothing; [`map_err`](AsyncGenerator::map_err) converts | errors are values with a type |
//! | an error that passes through a generator without `except`: its `finally` sees it | its `try_yield` gives [`Thrown::Exit`], then the error goes on | a body that can't raise an `E` has no place for one |
//! | `asend(None)` starts a generator | `asend` gives every value back in [`JustStarted`](SendError::JustStarted); [`sending_none`](AsyncGenerator::sending_none) starts it | to a generic `asend`, `None` is a value as any other |
//! | delegation whatever the past of `g` | `yield_from(g)` starts it, and panics if it can't; `g.rest()` and `&mut g` go on, and give an `Option`; where what is sent has no `None`, they don't compile | the return value of one that has ended does not exist, nor does an `i32` to resume it with |
//! | `async for` over a body that raises `GeneratorExit`, or whose delegate ignored it, raises | the iteration ends | a stream has items alone; [`resume`](AsyncGenerator::resume) tells |
//! | `RecursionError` after 1,000 levels of delegation | the stack overflows, later; not of a [`Recursive`] generator | a process can't catch that it has no stack |
//! | `StopAsyncIteration`, raised, thrown, caught | [`Step::Complete`], or `None` | the end is no error |
//!
//! Of 69 behaviours, 56 are tests, 10 are refused by the compiler, and 3 differ: the page
//! [`conformance`] lists what CPython's test suite says of async generators, and how each is
//! shown.

#![forbid(unsafe_code)]
#![cfg_attr(feature = "nightly", feature(async_iterator))]
#![cfg_attr(docsrs, feature(doc_cfg))]

// In reading order, which rustfmt keeps across empty lines.
mod generator;

mod iterate;

mod start;

mod asend;

mod athrow;

mod aclose;

mod delegate;

mod recursive;

mod context;

mod hooks;

mod channel;

mod bridge;

mod shared;

mod engine;

mod error;

#[cfg(any(doc, doctest))]
pub mod conformance;

#[doc(inline)]
pub use twin_generators::{
    Fallible, Forward, IntoRaised, IntoThrown, Mode, Raised, SendNone, State, Step, Thrown,
};

pub use self::aclose::{Aclose, AclosingError, Closed, aclosing};
pub use self::asend::Asend;
pub use self::athrow::Athrow;
pub use self::bridge::{BlockOn, Iter, block_on, iter};
#[cfg(feature = "nightly")]
pub use self::bridge::{IntoAsyncIter, IntoStream};
pub use self::context::{AsyncContext, AsyncContextError, async_with};
pub use self::delegate::{Delegate, Rest, TryYieldFrom, YieldFrom};
#[cfg(feature = "nightly")]
pub use self::engine::NativeBody;
pub use self::engine::{
    AwaitBody, Body, BoxAsyncGenerator, BoxBody, BoxFallibleAsyncGenerator, Co, Engine,
    FallibleBody, MapErr, MapSent, Outcome, RaisingBody, SendBoxAsyncGenerator, SendBoxBody,
    SendBoxFallibleAsyncGenerator, StreamBody, TryYield, Yield,
};
pub use self::error::{CloseError, ResumeError, SendError, StartError, ThrowError};
pub use self::generator::AsyncGenerator;
pub use self::hooks::{Unclosed, set_finalizer, unset_finalizer};
pub use self::iterate::{Next, Resume, SendingNone};
pub use self::recursive::{
    FallibleRecursive, Recursive, RecursiveBody, RecursiveCo, RecursiveDelegate, Within,
};
#[doc(hidden)]
pub use self::recursive::{Frame, Slot};
pub use self::shared::{AlreadyRunning, Entered, Shared, SharedResult, WeakShared};
pub use self::start::{Finish, Start};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
