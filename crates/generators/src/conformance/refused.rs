//! The programs that the compiler refuses, each named after the behaviour that it is the twin of.

#![allow(non_snake_case, dead_code, reason = "named after CPython's tests, to be compiled only")]

/// A body can't name its own generator, which would have to exist before it.
///
/// ```compile_fail,E0425
/// use twin_generators::Generator;
///
/// let mut me = Generator::new(|mut co| async move {
///     let i: i32 = me.next().unwrap();
///     co.yield_(i).await;
/// });
/// ```
fn test_generators_py__doctest_pep_3() {}

/// ```compile_fail,E0728
/// use twin_generators::Co;
///
/// fn f(mut co: Co<i32>) {
///     co.yield_(1).await;
/// }
/// ```
fn test_generators_py__doctest_coroutine_22() {}

/// ```compile_fail,E0277
/// use twin_generators::{FallibleBody, Generator};
///
/// fn f() -> Generator<impl FallibleBody<i32, std::io::Error>> {
///     Generator::fallible(|mut co| async move {
///         co.yield_(1).await;
///         Ok(())
///     })
/// }
///
/// let _ = f().throw("abc");
/// ```
fn test_generators_py__doctest_coroutine_44() {}

/// ```compile_fail,E0599
/// use twin_generators::{Body, Generator};
///
/// fn f() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move { co.yield_(1).await })
/// }
///
/// let _ = f().clone();
/// ```
fn test_generators_py__GeneratorTest__test_copy() {}

/// ```compile_fail,E0277
/// use twin_generators::{Body, Generator};
///
/// fn f() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move { co.yield_(1).await })
/// }
///
/// let _ = serde_json::to_string(&f());
/// ```
fn test_generators_py__GeneratorTest__test_pickle() {}

/// ```compile_fail,E0277
/// use twin_generators::{Body, Generator};
///
/// fn f() -> Option<i32> {
///     None
/// }
///
/// fn generator() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move {
///         co.yield_(f()?).await;
///     })
/// }
/// ```
fn test_generators_py__ExceptionTest__test_stopiteration_error() {}

/// ```compile_fail,E0599
/// use twin_generators::{Body, Generator, Raised};
///
/// fn f() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move {
///         co.yield_(1).await;
///         co.raise(Raised::StopIteration).await;
///         co.yield_(2).await;
///     })
/// }
/// ```
fn test_generators_py__ExceptionTest__test_tutorial_stopiteration() {}

/// ```compile_fail,E0599
/// use std::error::Error;
/// use twin_generators::{Body, Generator, Raised};
///
/// fn generator() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move {
///         co.raise(Raised::StopIteration("inner")).await;
///         co.yield_(1).await;
///     })
/// }
///
/// let error = generator().resume().unwrap_err();
/// assert_eq!(error.source().unwrap().to_string(), "inner");
/// ```
fn test_generator_stop_py__TestPEP479__test_stopiteration_wrapping_context() {}

/// ```compile_fail,E0061
/// use twin_generators::{Body, Generator, with};
///
/// fn woohoo(a: i32, b: i32) -> Generator<impl Body<i32>> {
///     Generator::new(move |mut co| async move { co.yield_(a + b).await })
/// }
///
/// let _ = with(woohoo(), |_| Ok::<(), &str>(()));
/// ```
fn test_contextlib_py__ContextManagerTestCase__test_param_errors() {}

/// ```compile_fail,E0271
/// use twin_generators::{Body, Generator};
///
/// fn g() -> Generator<impl Body<i32, i32>> {
///     Generator::new(|mut co| async move { co.yield_from(Generator::over(0..3)).await })
/// }
/// ```
fn test_yield_from_py__TestPEP380Operation__test_attempting_to_send_to_non_generator() {}

/// ```compile_fail,E0499
/// use twin_generators::{BoxGenerator, Generator};
///
/// fn g1<'a>(g2: &'a mut BoxGenerator<'_, &'static str>) -> BoxGenerator<'a, &'static str> {
///     Generator::new(|mut co| async move {
///         co.yield_("y1").await;
///         for y in g2 {
///             co.yield_(y).await;
///         }
///     })
///     .boxed()
/// }
///
/// let mut g2 = Generator::over(["y2"]).boxed();
/// let mut gi = g1(&mut g2);
/// let mut loop_back = g1(&mut g2);
/// gi.next();
/// loop_back.next();
/// ```
fn test_yield_from_py__TestPEP380Operation__test_attempted_yield_from_loop() {}

/// ```compile_fail,E0599
/// use twin_generators::{Generator, Thrown};
///
/// let mut g = Generator::new(|mut co| async move {
///     co.yield_from(Generator::over([1])).await;
/// });
/// g.next();
/// let _ = g.throw(Thrown::StopIteration);
/// ```
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_work_throw_StopIteration() {}

/// ```compile_fail,E0599
/// use twin_generators::{Body, Generator, Raised};
///
/// fn inner() -> Generator<impl Body<i32>> {
///     Generator::new(|mut co| async move {
///         let _finally: Result<(), _> = co.try_yield(1).await;
///         co.raise(Raised::StopIteration).await;
///     })
/// }
///
/// let mut g = Generator::new(|mut co| async move { co.yield_from(inner()).await });
/// g.next();
/// let _ = g.close();
/// ```
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_stop_iteration_close() {
}
