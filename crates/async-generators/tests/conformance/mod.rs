//! What the crate answers for among CPython's behaviours, and its twins on both engines.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of this module")]

use twins_conformance::Account;

pub(crate) const ACCOUNT: Account<'_> = Account {
    areas: &["asyncgen"],
    page: include_str!("../../src/conformance.rs"),
    refused: include_str!("../../src/conformance/refused.rs"),
    front: include_str!("../../src/lib.rs"),
    typed_tests: &[],
};

/// Runs the twins of the behaviour that the surrounding test is named after, one for each
/// engine, and holds what they print against what CPython prints.
macro_rules! both {
    ($genawaiter:expr, $native:expr $(,)?) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "genawaiter", || smol::block_on($genawaiter));
        twins_conformance::check(here, "native", || smol::block_on($native));
    }};
}

/// As `both`, with the event loop of `twin-tasks`, as Python has one.
macro_rules! both_run {
    ($genawaiter:expr, $native:expr $(,)?) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "genawaiter", || twin_tasks::run($genawaiter));
        twins_conformance::check(here, "native", || twin_tasks::run($native));
    }};
}

/// As `both`, for a behaviour that `async gen` has no syntax for, or in which no body of ours
/// yields.
macro_rules! one {
    ($twin:expr $(,)?) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "genawaiter", || smol::block_on($twin));
    }};
}

/// Checks that the page says how many tests of this source run on both engines.
#[track_caller]
pub(crate) fn check_engines(source: &str) {
    let both = source.matches(" both!(").count() + source.matches(" both_run!(").count();
    let sentence = format!("{both} of the tests run on both engines");
    assert!(ACCOUNT.page.contains(&sentence), "the page should say: {sentence}");
}
