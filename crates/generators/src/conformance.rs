//! How the crate is held against CPython.
//!
//! CPython's own test suite says what its generators do. The repository's `conformance/` holds
//! 106 of these behaviours from the areas generators (with `contextlib`) and `yield from`, each
//! as a small Python program with its output. Every one of them is a test here:
//!
//! | area | behaviours | tests | refused | differences |
//! |---|---:|---:|---:|---:|
//! | generator | 69 | 60 | 9 | 0 |
//! | yield_from | 37 | 33 | 4 | 0 |
//! | both | 106 | 93 | 13 | 0 |
//!
//! - **tests**: a twin of the Python program, written with the public API, prints the same lines;
//!   once with a body on the genawaiter engine, once on the native one.
//! - **refused**: the twin does not compile, and fails with the error code that the next table
//!   names.
//! - **differences**: what Rust could do and this crate does otherwise. There is none among these
//!   behaviours; what Python has beyond them and this crate has not stands on the
//!   [front page](crate#what-python-has-and-this-has-not).
//!
//! The test of a behaviour is named after its id, every character outside `[A-Za-z0-9]` as `_`:
//! `cargo test -p twin-generators -- --list` shows them all. One more test runs the Python
//! programs under the local `python3` (or `TWINS_PYTHON`) and compares what they print with the
//! catalogue.
//!
//! # What the compiler refuses
//!
//! | behaviour | in Python | here |
//! |---|---|---|
//! | `test_generators.py::doctest:pep#3` | a body that resumes its own generator: `ValueError` | E0425: no name leads from a body to its generator ([`Shared`](crate::Shared) has the error) |
//! | `test_generators.py::doctest:coroutine#22` | `yield` outside a function: `SyntaxError` | E0728: `.await` outside an async block |
//! | `test_generators.py::doctest:coroutine#44` | throwing what is no exception: `TypeError` | E0277: a generator takes errors of its own type `E` |
//! | `test_generators.py::GeneratorTest::test_copy` | copying: `TypeError` | E0599: no `Clone` |
//! | `test_generators.py::GeneratorTest::test_pickle` | pickling: `TypeError` | E0277: no `Serialize` |
//! | `test_generators.py::ExceptionTest::test_stopiteration_error` | `StopIteration` leaves a body: `RuntimeError` | E0277: the end of an iterator is a `None`, which a body can't let out by `?` |
//! | `test_generators.py::ExceptionTest::test_tutorial_stopiteration` | raising `StopIteration`: `RuntimeError` | E0599: completing is a [`Step`](crate::Step), nothing to raise |
//! | `test_generator_stop.py::TestPEP479::test_stopiteration_wrapping_context` | the `RuntimeError` has a cause | E0599: nothing to raise, nothing to wrap |
//! | `test_contextlib.py::ContextManagerTestCase::test_param_errors` | a missing argument: `TypeError` | E0061 |
//! | `test_yield_from.py::TestPEP380Operation::test_attempting_to_send_to_non_generator` | sending to an iterator through `yield from`: `AttributeError` | E0271: an iterator is a delegate where `S = ()` |
//! | `test_yield_from.py::TestPEP380Operation::test_attempted_yield_from_loop` | two generators that delegate to each other: `ValueError` | E0499: each would borrow the other mutably |
//! | `test_yield_from.py::TestInterestingEdgeCases::test_close_and_throw_work#throw_StopIteration` | throwing `StopIteration`: `RuntimeError` | E0599: nothing to throw |
//! | `test_yield_from.py::TestInterestingEdgeCases::test_close_and_throw_raise_stop_iteration#close` | raising `StopIteration` on close: `RuntimeError` | E0599: nothing to raise |

#![cfg_attr(
    doctest,
    allow(non_snake_case, dead_code, reason = "named after CPython's tests, to be compiled only")
)]

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
#[cfg(doctest)]
fn test_generators_py__doctest_pep_3() {}

/// ```compile_fail,E0728
/// use twin_generators::Co;
///
/// fn f(mut co: Co<i32>) {
///     co.yield_(1).await;
/// }
/// ```
#[cfg(doctest)]
fn test_generators_py__doctest_coroutine_22() {}

/// ```compile_fail,E0277
/// use twin_generators::{FallibleBody, Generator};
///
/// fn f() -> Generator<impl FallibleBody<i32, (), (), std::io::Error>> {
///     Generator::fallible(|mut co| async move {
///         co.yield_(1).await;
///         Ok(())
///     })
/// }
///
/// let _ = f().throw("abc");
/// ```
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
fn test_contextlib_py__ContextManagerTestCase__test_param_errors() {}

/// ```compile_fail,E0271
/// use twin_generators::{Body, Generator};
///
/// fn g() -> Generator<impl Body<i32, i32>> {
///     Generator::new(|mut co| async move { co.yield_from(Generator::over(0..3)).await })
/// }
/// ```
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
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
#[cfg(doctest)]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_stop_iteration_close() {
}
