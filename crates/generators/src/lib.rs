//! Python's generators in Rust, with their whole protocol: `next`, `send`, `throw`, `close`,
//! return values, `yield from`.
//!
//! ```
//! use twin_generators::Generator;
//!
//! let countdown = Generator::new(|mut co| async move {
//!     for second in (1..=3).rev() {
//!         co.yield_(second).await;
//!     }
//! });
//! for second in countdown {
//!     println!("{second}");
//! }
//! ```
//!
//! A generator is a function that can pause. It runs nothing until the first step, then up to
//! its next `yield`, and keeps its locals until it is resumed.
//!
//! # A generator that hands out items
//!
//! The logs come one at a time, so they don't all have to be in memory.
//!
//! ```python
//! def log_generator():
//!     logs = [
//!         "Log 1: user1 login",
//!         "Log 2: user2 upload file",
//!     ]
//!     for log in logs:
//!         time.sleep(1)
//!         yield log
//!
//! def process_logs():
//!     log_gen = log_generator()
//!     for log in log_gen:
//!         print(f"Обработка: {log}")
//! ```
//!
//! ```
//! use std::{thread, time::Duration};
//! use twin_generators::{Body, Generator};
//!
//! fn log_generator() -> Generator<impl Body<&'static str>> {
//!     let logs = [
//!         "Log 1: user1 login",
//!         "Log 2: user2 upload file",
//!     ];
//!     Generator::new(|mut co| async move {
//!         for log in logs {
//!             thread::sleep(Duration::from_secs(1));
//!             co.yield_(log).await;
//!         }
//!     })
//! }
//!
//! fn process_logs() {
//!     let log_gen = log_generator();
//!     for log in log_gen {
//!         println!("Обработка: {log}");
//!     }
//! }
//! # process_logs();
//! ```
//!
//! # A generator that is sent values
//!
//! `send(42)` resumes the body where it paused, and becomes the value of its `yield`.
//!
//! ```python
//! def simple_coroutine():
//!     print("Корутину запустили")
//!     value = yield
//!     print(f"Получено значение: {value}")
//!     yield
//!
//! gen = simple_coroutine()
//! next(gen)
//! gen.send(42)
//! ```
//!
//! ```
//! use twin_generators::{Body, Generator};
//!
//! fn simple_coroutine() -> Generator<impl Body<(), i32>> {
//!     Generator::new(|mut co| async move {
//!         println!("Корутину запустили");
//!         let value = co.yield_(()).await;
//!         println!("Получено значение: {value}");
//!         co.yield_(()).await;
//!     })
//! }
//!
//! let mut generator = simple_coroutine();
//! generator.start()?;
//! generator.send(42)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The protocol
//!
//! | Python | here |
//! |---|---|
//! | `next(g)`, `for x in g` | [`Iterator`], fused, where nothing is sent (`S = ()`): items are `Y`, or `Result<Y, E>` if the body can raise |
//! | `next(g)` with `StopIteration.value` | [`g.resume()`](Generator::resume), [`g.consume(f)`](Generator::consume) |
//! | first `next(g)` | [`g.start()`](Generator::start) |
//! | `g.send(v)` | [`g.send(v)`](Generator::send) → [`Yielded(y)`](Step::Yielded) or [`Complete(r)`](Step::Complete); before the start `v` comes back in [`JustStarted`](SendError::JustStarted) |
//! | `next(g)`, `for x in g` where values are sent too | [`g.sending_none()`](Generator::sending_none), where the sent type is an `Option`: `for x in g.sending_none()` |
//! | `g.throw(e)` | [`g.throw(e)`](Generator::throw) |
//! | `g.close()` | [`g.close()`](Generator::close), gives what the body returned, as in 3.13 |
//! | `v = yield y` | `co.yield_(y).await` ([`yield_`](Co::yield_)) |
//! | `try: v = yield y`, `except` | `co.try_yield(y).await` ([`try_yield`](Co::try_yield)), a `Result` |
//! | `except E as e: raise` | `?` in a [`raising`](Generator::raising) body; [`co.raise(caught).await`](Co::raise) in any |
//! | `raise e` | end a [`fallible`](Generator::fallible) body with `Err(e)`, or [`co.raise(e).await`](Co::raise) |
//! | `StopIteration` | [`Complete`](Step::Complete) |
//! | `GeneratorExit` | [`Thrown::Exit`] |
//! | `finally` | a destructor; where it has to yield, code after [`try_yield`](Co::try_yield) |
//! | `v = yield from g` | `co.yield_from(g).await` ([`yield_from`](Co::yield_from)), [`try_yield_from`](Co::try_yield_from) to catch |
//! | `yield from g` where `g` has been started, or has ended | `co.yield_from(&mut g).await`, `co.yield_from(g.rest()).await` ([`rest`](Generator::rest)), an `Option` |
//! | `yield from g` where `g` raises other errors | `co.yield_from(g.map_err(f)).await` ([`map_err`](Generator::map_err)) |
//! | `yield from g` of a recursive function | `co.yield_from(g).await` in a [`Recursive`] body ([`Generator::recursive`]): no cost a level, however deep |
//! | `yield from iterable` | `co.yield_from_iter(iterable).await` ([`yield_from_iter`](Co::yield_from_iter)); [`Generator::over`] makes it a generator |
//! | `inspect.getgeneratorstate(g)` | [`g.state()`](Generator::state) |
//! | `ValueError`, "generator already executing" | does not compile; [`AlreadyExecuting`] where several own one generator, [`Shared`] |
//! | a class with `send` and `throw` (`collections.abc.Generator`) | a type that implements [`Engine`], by [`Generator::of`] |
//! | `@contextmanager`, `closing` | [`with`], [`closing`] |
//!
//! # Two engines
//!
//! On stable Rust a body is an async block with a `co` handle, as the crate `genawaiter` has it.
//! With the feature `nightly` a body is also one of the compiler's own coroutines: a `yield` is a
//! `yield`, costs nothing, and the generator is [`Send`] when its body is. There a `yield` gives a
//! `Result`: `(yield y)?` is the plain `yield`, matching on it is `try_yield` (in parentheses,
//! `match (yield y) { … }`: else the compiler reads `y { … }` as one value), and delegation is a
//! macro. A `gen` block is an iterator already; [`Generator::over`] makes it a generator.
//!
#![cfg_attr(feature = "nightly", doc = "```")]
#![cfg_attr(not(feature = "nightly"), doc = "```ignore")]
//! #![feature(coroutines)]
//! use twin_generators::{Body, Generator};
//!
//! fn simple_coroutine() -> Generator<impl Body<(), i32>> {
//!     Generator::native(
//!         #[coroutine]
//!         |_| {
//!             println!("Корутину запустили");
//!             let value = (yield)?;
//!             println!("Получено значение: {value}");
//!             (yield)?;
//!             Ok(())
//!         },
//!     )
//! }
//! # let mut generator = simple_coroutine();
//! # generator.start()?;
//! # generator.send(42)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | a body | can't raise | can raise an `E` |
//! |---|---|---|
//! | an async block | [`Generator::new`] | [`Generator::fallible`], [`Generator::raising`] |
#![cfg_attr(
    feature = "nightly",
    doc = "| native | [`Generator::native`] | [`Generator::fallible_native`] |"
)]
#![cfg_attr(
    not(feature = "nightly"),
    doc = "| native | `Generator::native` | `Generator::fallible_native` |"
)]
//! | an async block, for recursion | [`Generator::recursive`] | [`Generator::fallible_recursive`] |
#![cfg_attr(
    feature = "nightly",
    doc = "| native, for recursion | [`Generator::recursive_native`] | [`Generator::fallible_recursive_native`] |"
)]
#![cfg_attr(
    not(feature = "nightly"),
    doc = "| native, for recursion | `Generator::recursive_native` | `Generator::fallible_recursive_native` |"
)]
//! | as a type | [`Generator<impl Body<Y, S, R>>`](Body) | [`Generator<impl FallibleBody<Y, E, S, R>>`](FallibleBody) |
//! | boxed | [`BoxGenerator<'a, Y, S, R>`](BoxGenerator) | [`BoxFallibleGenerator<'a, Y, S, R, E>`](BoxFallibleGenerator) |
//! | boxed, and [`Send`] | [`SendBoxGenerator<'a, Y, S, R>`](SendBoxGenerator) | [`SendBoxFallibleGenerator<'a, Y, S, R, E>`](SendBoxFallibleGenerator) |
//! | for recursion, as a type | [`Recursive<'a, Y, S, R>`](Recursive) | [`FallibleRecursive<'a, Y, S, R, E>`](FallibleRecursive) |
//!
//! Each of them can be [`Shared`]: `Shared<BoxGenerator<'a, Y>>` is the type of a field that
//! several owners step.
//!
//! # A body's types
//!
//! The compiler infers what a body yields, is sent, raises and returns from the body and from how
//! it is used. The signature, `impl Body<Y, S>`, comes too late where a method is called on what
//! is sent or a field of an error is looked at (`Err(Thrown::Error(e)) if e.code == 404`), and an
//! endless body has no `return` to infer from. If the compiler asks for a type (E0282), write it
//! at the `co`, which has what is yielded, sent and raised: `|mut co: Co<_, _, HttpError>| …`, on
//! the native engine `|_: Received<(), HttpError>| …`. An async closure is a body too, and has
//! room for what it returns:
//!
//! ```
//! use std::num::ParseIntError;
//! use twin_generators::{Co, Generator, Step};
//!
//! let mut adder = Generator::fallible(
//!     async |mut co: Co<i32, &str, ParseIntError>| -> Result<(), ParseIntError> {
//!         let mut sum = 0;
//!         loop {
//!             sum += co.yield_(sum).await.parse::<i32>()?;
//!         }
//!     },
//! );
//! adder.start()?;
//! assert_eq!(adder.send("2"), Ok(Step::Yielded(2)));
//! assert_eq!(adder.send("40"), Ok(Step::Yielded(42)));
//! assert!(adder.send("spam").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An async closure borrows what it uses from around it; with `move` it takes it along, as
//! `|mut co| async move { … }` does.
//!
//! ```
//! use twin_generators::Generator;
//!
//! let mut words = Vec::new();
//! let mut listener = Generator::new(async |mut co| {
//!     for count in 1..=2 {
//!         words.push(co.yield_(count).await);
//!     }
//! });
//! listener.start().unwrap();
//! listener.send("spam").unwrap();
//! listener.send("eggs").unwrap();
//! drop(listener);
//! assert_eq!(words, ["spam", "eggs"]);
//! ```
//!
//! # What Python has and this has not
//!
//! | Python | here | because |
//! |---|---|---|
//! | a dropped generator is closed: its body sees `GeneratorExit` | the body's values are dropped, it sees nothing; [`closing`] and [`close`](Generator::close) tell it | a destructor must not run code that may yield, fail or never end |
//! | `finally` and `except` around any `yield` | `try_yield` says which `yield` catches | Rust has no exceptions: what can be caught is a `Result`, and an ordinary `yield` stays an ordinary value |
//! | `yield` in a `finally` that a `return` or `raise` has entered | code after the block | a destructor can't yield |
//! | any exception from any generator | one type `E` a generator; a delegate raises the same, or nothing; [`map_err`](Generator::map_err) converts | errors are values with a type |
//! | an error that passes through a generator without `except`: its `finally` sees it | its `try_yield` gives [`Thrown::Exit`], then the error goes on; where such a body delegates to another such and that one yields in its clean-up, it counts as one that ignores the exit (not in a recursion, which is flat) | a body that can't raise an `E` has no place for one |
//! | `closing`, `with`: what the clean-up raises replaces the block's error | lost where a guard is dropped; `guard.close()?` and [`with`] give it | a destructor has nobody to tell it to |
//! | `throw(GeneratorExit())`: an object like any other | [`Thrown::Exit`], of which there is one | it carries nothing |
//! | `StopIteration`, raised, thrown, caught | [`Step::Complete`] | the end is no error (PEP 479 had to repair what follows if it is) |
//! | `for` over a body that raises `GeneratorExit`, or whose delegate ignored it, raises | the iteration ends | an iterator has items alone; [`resume`](Generator::resume) tells |
//! | `next` on a generator that wants values sends `None` | only where the sent type is an `Option`, by [`sending_none`](Generator::sending_none) | there is no `None` in an `i32` |
//! | `send(None)` starts a generator | `send` gives every value back in [`JustStarted`](SendError::JustStarted); `sending_none` starts it | to a generic `send`, `None` is a value as any other |
//! | `yield from g` whatever the past of `g` | `yield_from(g)` starts it, and panics if it can't; `g.rest()` and `&mut g` go on, and give an `Option`; where what is sent has no `None`, they don't compile | the return value of one that has ended does not exist, nor does an `i32` to resume it with |
//! | `RecursionError` after 1,000 levels of `yield from` | the stack overflows, later; a [`recursive`](Generator::recursive) generator has no limit | a process can't catch that it has no stack |
//! | `g` in its own body, `gi_frame`, `gi_running`, `gi_yieldfrom` | [`state`](Generator::state), [`Shared`] | a step borrows its generator |
//! | `throw(type, value, traceback)`, `__context__`, `__cause__` | the error's own [`source`](std::error::Error::source) | deprecated there; a matter of the error type here |
//! | a body may call anything that blocks, also an event loop | blocking, yes; an `.await` that has to wait for anything but `co` panics | nothing drives a synchronous generator but its caller; an async generator has an event loop: `twin-async-generators` |
//!
//! Of 129 behaviours, 116 are tests, 13 are refused by the compiler, and none differs: the page
//! [`conformance`] lists what CPython's test suite says of generators, and how each is shown.

#![forbid(unsafe_code)]
#![cfg_attr(feature = "nightly", feature(coroutine_trait))]
#![cfg_attr(docsrs, feature(doc_cfg))]

// In reading order, which rustfmt keeps across empty lines.
mod generator;

mod iterate;

mod step;

mod error;

mod engine;

mod delegate;

mod recursive;

mod context;

mod shared;

#[cfg(any(doc, doctest))]
pub mod conformance;

pub use self::context::{Closing, Context, ContextError, closing, with};
pub use self::delegate::{Delegate, Forward, Rest};
#[doc(hidden)]
pub use self::delegate::{Delegation, refuse_sent};
#[cfg(feature = "nightly")]
pub use self::engine::NativeBody;
pub use self::engine::{
    AwaitBody, Body, BoxBody, BoxFallibleGenerator, BoxGenerator, Co, Engine, Fallible,
    FallibleBody, FnBody, IterBody, MapErr, MapSent, Mode, Outcome, RaisingBody, SendBoxBody,
    SendBoxFallibleGenerator, SendBoxGenerator, TryYield, Yield,
};
#[cfg(feature = "nightly")]
pub use self::error::Received;
pub use self::error::{
    CloseError, IntoRaised, IntoThrown, Raised, ResumeError, SendError, StartError, Thrown,
};
pub use self::generator::Generator;
pub use self::iterate::{SendNone, SendingNone};
#[cfg(feature = "nightly")]
pub use self::recursive::{
    FallibleNativeRecursive, NativeRecursion, NativeRecursive, NativeRecursiveBody,
    NativeRecursiveDelegate, NativeWithin, Request, Resumed,
};
pub use self::recursive::{
    FallibleRecursive, Recursive, RecursiveBody, RecursiveCo, RecursiveDelegate, Within,
};
#[doc(hidden)]
pub use self::recursive::{Frame, Slot};
#[cfg(feature = "nightly")]
#[doc(hidden)]
pub use self::recursive::{NativeFrame, received, recursed, request};
pub use self::shared::{AlreadyExecuting, Shared, SharedResult, WeakShared};
pub use self::step::{State, Step};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
