//! The programs that the compiler refuses, each named after the behaviour that it is the twin of.

#![allow(non_snake_case, dead_code, reason = "named after CPython's tests, to be compiled only")]

/// To iterate over what is no stream.
///
/// ```compile_fail,E0277
/// for number in twin_async_generators::block_on((1, 2, 3)) {
///     println!("never");
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_for_2() {}

/// To end a stream from the loop over it. The end is the `None` of `next`; it is no error to
/// raise.
///
/// ```compile_fail,E0308
/// use twin_async_generators::AsyncGenerator;
///
/// async fn consume() -> Result<(), String> {
///     let mut source = AsyncGenerator::new(|mut co| async move { co.yield_(10).await });
///     while let Some(number) = source.next().await {
///         return Err(None);
///     }
///     Ok(())
/// }
/// ```
fn test_coroutines_py__CoroutineTest__test_for_assign_raising_stop_async_iteration() {}

/// To delegate to an iterator. (A stream made of it, `AsyncGenerator::over(iter(123..))`, can be
/// delegated to.)
///
/// ```compile_fail,E0277
/// use twin_async_generators::Co;
///
/// async fn foo(mut co: Co<i32>) {
///     co.yield_from(123..).await;
/// }
/// ```
fn test_asyncgen_py__AsyncGenSyntaxTest__test_async_gen_syntax_02() {}

/// To return a value from a body that returns none. (A body that says so may: PEP 828.)
///
/// ```compile_fail,E0271
/// use twin_async_generators::{AsyncGenerator, Body};
///
/// fn foo() -> AsyncGenerator<impl Body<()>> {
///     AsyncGenerator::new(|mut co| async move {
///         co.yield_(()).await;
///         123
///     })
/// }
/// ```
fn test_asyncgen_py__AsyncGenSyntaxTest__test_async_gen_syntax_04() {}

/// To let the end of an inner stream escape from a body, where it would end the outer one.
///
/// ```compile_fail,E0277
/// use twin_async_generators::{AsyncGenerator, Co};
///
/// async fn outer(mut co: Co<i32>) {
///     let mut inner = AsyncGenerator::new(|mut co| async move { co.yield_(123).await });
///     loop {
///         co.yield_(inner.next().await?).await;
///     }
/// }
/// ```
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_05() {}

/// To resume a generator while a
/// `next` on it is pending.
///
/// ```compile_fail,E0499
/// use twin_async_generators::{AsyncGenerator, Body};
///
/// async fn consume(mut slow: AsyncGenerator<impl Body<i32>>) {
///     let t = slow.next();
///     slow.aclose().await.unwrap();
///     println!("{:?}", t.await);
/// }
/// ```
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_12() {}

/// To await while a half-done step is thrown away.
///
/// ```compile_fail,E0728
/// use twin_async_generators::Co;
///
/// struct S;
///
/// impl Drop for S {
///     fn drop(&mut self) {
///         smol::future::yield_now().await;
///     }
/// }
///
/// async fn agenfn(mut co: Co<()>) {
///     let _clean_up = S;
///     smol::future::yield_now().await;
///     co.yield_(()).await;
/// }
/// ```
fn test_asyncgen_py__AsyncGenTest__test_async_gen_asend_close_runtime_error() {}

/// To call `next` with a wrong argument, or on what is no stream.
///
/// ```compile_fail,E0061
/// use twin_async_generators::{AsyncGenerator, Body};
///
/// async fn consume(mut generator: AsyncGenerator<impl Body<i32>>) {
///     generator.next(1).await;
/// }
/// ```
///
/// ```compile_fail,E0599
/// use futures_lite::StreamExt;
///
/// 1_u8.next();
/// ```
fn test_asyncgen_py__AsyncGenAsyncioTest__test_anext_bad_args() {}

/// To write a stream whose next item can't be awaited.
///
/// ```compile_fail,E0053
/// use std::pin::Pin;
/// use std::str::Chars;
/// use std::task::Context;
/// use futures_lite::Stream;
///
/// struct It;
///
/// impl Stream for It {
///     type Item = char;
///
///     fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Chars<'static> {
///         "abc".chars()
///     }
/// }
/// ```
fn test_asyncgen_py__AsyncGenAsyncioTest__test_anext_bad_await() {}

/// To await one future twice.
///
/// ```compile_fail,E0382
/// use twin_async_generators::{AsyncGenerator, Body};
///
/// async fn consume(mut it: AsyncGenerator<impl Body<i32>>) {
///     let nxt = it.next();
///     println!("{:?}", nxt.await);
///     println!("{:?}", nxt.await);
/// }
/// ```
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_await_same_anext_coro_twice() {}
