//! How the crate is held against CPython.
//!
//! CPython's own test suite says what its generators do. The repository's `conformance/` holds
//! 106 of these behaviours from the areas generators (with `contextlib`) and `yield from`, each
//! as a small Python program with its output; and 23 from where that suite does not look
//! (`generator_edges`). Every one of them is a test here:
//!
//! | area | behaviours | tests | refused | differences |
//! |---|---:|---:|---:|---:|
//! | generator | 69 | 60 | 9 | 0 |
//! | yield_from | 37 | 33 | 4 | 0 |
//! | generator_edges | 23 | 23 | 0 | 0 |
//! | all | 129 | 116 | 13 | 0 |
//!
//! - **tests**: a twin of the Python program, written with the public API, prints the same lines;
//!   once with a body on the stable engine, once on the native one.
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

#[cfg(doctest)]
mod refused;
