//! What the crate answers for among CPython's behaviours, and its twins on both engines.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of this module")]

use twins_conformance::Account;

pub(crate) const ACCOUNT: Account<'_> = Account {
    areas: &["asyncgen", "asyncgen_edges"],
    page: include_str!("../../src/conformance.rs"),
    refused: include_str!("../../src/conformance/refused.rs"),
    front: include_str!("../../src/lib.rs"),
    typed_tests: &[],
};

/// What the native engine alone has: nothing without the feature `nightly`, where it is not even
/// parsed.
#[cfg(feature = "nightly")]
macro_rules! native {
    ($($tokens:tt)*) => { $($tokens)* };
}
#[cfg(not(feature = "nightly"))]
macro_rules! native {
    ($($tokens:tt)*) => {};
}

/// Runs the twins of the behaviour that the surrounding test is named after, one for each
/// engine, and holds what they print against what CPython prints.
macro_rules! both {
    ($stable:expr, $($native:tt)*) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "stable", || smol::block_on($stable));
        native! { native_twin!(here, smol::block_on, $($native)*) }
    }};
}

/// As `both`, with the event loop of `twin-tasks`, as Python has one.
macro_rules! both_run {
    ($stable:expr, $($native:tt)*) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "stable", || twin_tasks::run($stable));
        native! { native_twin!(here, twin_tasks::run, $($native)*) }
    }};
}

/// The second half of `both` and `both_run`.
macro_rules! native_twin {
    ($here:ident, $run:path, $native:expr $(,)?) => {
        twins_conformance::check($here, "native", || $run($native));
    };
}

/// As `both`, for a behaviour that `async gen` has no syntax for, or in which no body of ours
/// yields.
macro_rules! one {
    ($twin:expr $(,)?) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "stable", || smol::block_on($twin));
    }};
}

/// Checks that the page says how many tests of these sources run on both engines.
#[track_caller]
pub(crate) fn check_engines(sources: &[&str]) {
    let count = |source: &&str| {
        source.matches(" both!(").count()
            + source.matches(" both_run!(").count()
            // The same, spelt out.
            + source.matches(r#"check(here, "native""#).count()
    };
    let both: usize = sources.iter().map(count).sum();
    let sentence = format!("{both} of the tests run on both engines");
    assert!(ACCOUNT.page.contains(&sentence), "the page should say: {sentence}");
}
