//! Held against CPython: what its own test-suite says of async generators, and what Rust says.
//!
//! `conformance/asyncgen.jsonl` holds behaviours taken from CPython's tests (3.11 to 3.13), each
//! with a small Python program and its exact output. Here every one of them is a test of its name
//! in `tests/asyncgen.rs`, which prints the same lines through this crate, or a program that does
//! not compile, or a difference.
//!
//! | area | behaviours | tests | do not compile | differences |
//! |---|---:|---:|---:|---:|
//! | `asyncgen` | 53 | 41 | 10 | 2 |
//!
//! 25 of the tests run on both engines. The others need `asend`, a caught `athrow` or an awaited
//! clean-up, which nightly's `async gen` has no syntax for, or have no body of ours in them.
//!
//! # Differences
//!
//! | behaviour | Python | here | why |
//! |---|---|---|---|
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_aclose_after_exhaustion#athrow` | an exception thrown into a finished async generator is lost | it comes back in [`ThrowError::Finished`](crate::ThrowError::Finished) | an error is never lost silently |
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_shutdown_01` | cancelling a task throws `CancelledError` into the generator it waits for, whose clean-up may await | dropping a task drops the generator at its `await`: destructors run, nothing awaits | to drop is the one cancellation that every executor has; one that asks first is the matter of `twin-tasks` |
//!
//! # What does not compile
//!
//! These programs fail at run time in Python. Each is given as the nearest shape in Rust, with the
//! error that the compiler gives.
//!
//! `test_coroutines.py::CoroutineTest::test_for_2`: to iterate over what is no stream.
//!
//! ```compile_fail,E0277
//! # fn test_coroutines_py__CoroutineTest__test_for_2() {}
//! for number in twin_async_generators::block_on((1, 2, 3)) {
//!     println!("never");
//! }
//! ```
//!
//! `test_coroutines.py::CoroutineTest::test_for_assign_raising_stop_async_iteration`: to end a
//! stream from the loop over it. The end is the `None` of `next`; it is no error to raise.
//!
//! ```compile_fail,E0308
//! # fn test_coroutines_py__CoroutineTest__test_for_assign_raising_stop_async_iteration() {}
//! use twin_async_generators::AsyncGenerator;
//!
//! async fn consume() -> Result<(), String> {
//!     let mut source = AsyncGenerator::new(|mut co| async move { co.yield_(10).await });
//!     while let Some(number) = source.next().await {
//!         return Err(None);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenSyntaxTest::test_async_gen_syntax_02`: to delegate to an iterator.
//! (A stream made of it, `AsyncGenerator::over(iter(123..))`, can be delegated to.)
//!
//! ```compile_fail,E0277
//! # fn test_asyncgen_py__AsyncGenSyntaxTest__test_async_gen_syntax_02() {}
//! use twin_async_generators::Co;
//!
//! async fn foo(mut co: Co<i32>) {
//!     co.yield_from(123..).await;
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenSyntaxTest::test_async_gen_syntax_04`: to return a value from a body
//! that returns none. (A body that says so may: PEP 828.)
//!
//! ```compile_fail,E0271
//! # fn test_asyncgen_py__AsyncGenSyntaxTest__test_async_gen_syntax_04() {}
//! use twin_async_generators::{AsyncGenerator, Body};
//!
//! fn foo() -> AsyncGenerator<impl Body<()>> {
//!     AsyncGenerator::new(|mut co| async move {
//!         co.yield_(()).await;
//!         123
//!     })
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenTest::test_async_gen_exception_05`: to let the end of an inner stream
//! escape from a body, where it would end the outer one.
//!
//! ```compile_fail,E0277
//! # fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_05() {}
//! use twin_async_generators::{AsyncGenerator, Co};
//!
//! async fn outer(mut co: Co<i32>) {
//!     let mut inner = AsyncGenerator::new(|mut co| async move { co.yield_(123).await });
//!     loop {
//!         co.yield_(inner.next().await?).await;
//!     }
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenTest::test_async_gen_exception_12`: to resume a generator while a
//! `next` on it is pending.
//!
//! ```compile_fail,E0499
//! # fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_12() {}
//! use twin_async_generators::{AsyncGenerator, Body};
//!
//! async fn consume(mut slow: AsyncGenerator<impl Body<i32>>) {
//!     let t = slow.next();
//!     slow.aclose().await.unwrap();
//!     println!("{:?}", t.await);
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenTest::test_async_gen_asend_close_runtime_error`: to await while a
//! half-done step is thrown away.
//!
//! ```compile_fail,E0728
//! # fn test_asyncgen_py__AsyncGenTest__test_async_gen_asend_close_runtime_error() {}
//! use twin_async_generators::Co;
//!
//! struct S;
//!
//! impl Drop for S {
//!     fn drop(&mut self) {
//!         smol::future::yield_now().await;
//!     }
//! }
//!
//! async fn agenfn(mut co: Co<()>) {
//!     let _clean_up = S;
//!     smol::future::yield_now().await;
//!     co.yield_(()).await;
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenAsyncioTest::test_anext_bad_args`: to call `next` with a wrong
//! argument, or on what is no stream.
//!
//! ```compile_fail,E0061
//! # fn test_asyncgen_py__AsyncGenAsyncioTest__test_anext_bad_args() {}
//! use twin_async_generators::{AsyncGenerator, Body};
//!
//! async fn consume(mut generator: AsyncGenerator<impl Body<i32>>) {
//!     generator.next(1).await;
//! }
//! ```
//!
//! ```compile_fail,E0599
//! use futures_lite::StreamExt;
//!
//! 1_u8.next();
//! ```
//!
//! `test_asyncgen.py::AsyncGenAsyncioTest::test_anext_bad_await`: to write a stream whose next
//! item can't be awaited.
//!
//! ```compile_fail,E0053
//! # fn test_asyncgen_py__AsyncGenAsyncioTest__test_anext_bad_await() {}
//! use std::pin::Pin;
//! use std::str::Chars;
//! use std::task::Context;
//! use futures_lite::Stream;
//!
//! struct It;
//!
//! impl Stream for It {
//!     type Item = char;
//!
//!     fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Chars<'static> {
//!         "abc".chars()
//!     }
//! }
//! ```
//!
//! `test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_await_same_anext_coro_twice`: to await
//! one future twice.
//!
//! ```compile_fail,E0382
//! # fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_await_same_anext_coro_twice() {}
//! use twin_async_generators::{AsyncGenerator, Body};
//!
//! async fn consume(mut it: AsyncGenerator<impl Body<i32>>) {
//!     let nxt = it.next();
//!     println!("{:?}", nxt.await);
//!     println!("{:?}", nxt.await);
//! }
//! ```
