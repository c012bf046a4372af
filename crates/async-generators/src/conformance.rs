//! How the crate is held against CPython.
//!
//! CPython's own test suite says what its async generators do. The repository's `conformance/`
//! holds 53 of these behaviours, each as a small Python program with its output; and 16 from where
//! that suite does not look (`asyncgen_edges`). Every one of them is a test here, or a program that
//! does not compile, or a difference:
//!
//! | area | behaviours | tests | refused | differences |
//! |---|---:|---:|---:|---:|
//! | asyncgen | 53 | 42 | 10 | 1 |
//! | asyncgen_edges | 16 | 14 | 0 | 2 |
//! | all | 69 | 56 | 10 | 3 |
//!
//! - **tests**: a twin of the Python program, written with the public API, prints the same lines.
//!   34 of the tests run on both engines; nightly's `async gen` has no syntax for the others, or
//!   no body of ours yields in them.
//! - **refused**: the twin does not compile, and fails with the error code that the next table
//!   names.
//! - **differences**: what Rust could do and this crate does otherwise, with the reason.
//!
//! The test of a behaviour is named after its id, every character outside `[A-Za-z0-9]` as `_`:
//! `cargo test -p twin-async-generators -- --list` shows them all. One more test runs the Python
//! programs under the local `python3` (or `TWINS_PYTHON`) and compares what they print with the
//! catalogue.
//!
//! # Differences
//!
//! | behaviour | Python | here | why |
//! |---|---|---|---|
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_aclose_after_exhaustion#athrow` | an exception thrown into a finished async generator is lost | it comes back in [`ThrowError::Finished`](crate::ThrowError::Finished) | an error is never lost silently |
//! | `test_async_edges::clean_up_that_is_under_way_is_cancelled_at_the_end` | `asyncio.run` cancels the task that closes a dropped generator, in the middle of its clean-up | `twin_tasks::run` waits for its end | half a clean-up is none |
//! | `test_async_edges::second_aclose_of_a_body_that_ignored_the_first` | a second `aclose` raises `StopAsyncIteration` | it reaches the body again, at its next `yield` | a body that is asked twice may listen |
//!
//! # What the compiler refuses
//!
//! | behaviour | in Python | here |
//! |---|---|---|
//! | `test_coroutines.py::CoroutineTest::test_for_2` | `async for` over what is no async iterable: `TypeError` | E0277: no [`Stream`](futures_core::Stream) |
//! | `test_coroutines.py::CoroutineTest::test_for_assign_raising_stop_async_iteration` | `StopAsyncIteration` raised in a loop | E0308: the end is the `None` of `next`, no error to raise |
//! | `test_asyncgen.py::AsyncGenSyntaxTest::test_async_gen_syntax_02` | `yield from` in an `async def`: `SyntaxError` | E0277: an iterator is no delegate ([`iter`](crate::iter) makes it a stream, which is) |
//! | `test_asyncgen.py::AsyncGenSyntaxTest::test_async_gen_syntax_04` | `return` with a value: `SyntaxError` | E0271: a body returns what its type says (where that is a value, PEP 828 is here) |
//! | `test_asyncgen.py::AsyncGenTest::test_async_gen_exception_05` | `StopAsyncIteration` leaves a body: `RuntimeError` | E0277: the end of a stream is a `None`, which a body can't let out by `?` |
//! | `test_asyncgen.py::AsyncGenTest::test_async_gen_exception_12` | to resume a generator that is running: `RuntimeError` | E0499: a step borrows its generator ([`Shared`](crate::Shared) has the error) |
//! | `test_asyncgen.py::AsyncGenTest::test_async_gen_asend_close_runtime_error` | to await while a half-done step is thrown away: `RuntimeError` | E0728: a destructor can't await |
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_anext_bad_args` | `anext` with a wrong argument: `TypeError` | E0061: `next` takes none; E0599: what is no [`Stream`](futures_core::Stream) has no `next` |
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_anext_bad_await` | an `__anext__` that can't be awaited: `TypeError` | E0053: the trait fixes what `poll_next` returns |
//! | `test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_await_same_anext_coro_twice` | to await one awaitable twice: `RuntimeError` | E0382: awaiting moves the future |

#[cfg(doctest)]
mod refused;
