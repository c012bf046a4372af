//! What the crate answers for among CPython's behaviours, and its twins on both engines.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of this module")]

use twins_conformance::Account;

pub(crate) const ACCOUNT: Account<'_> = Account {
    areas: &["generator", "yield_from", "generator_edges"],
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
        twins_conformance::check(here, "stable", || $stable);
        native! { native_twin!(here, $($native)*) }
    }};
}

/// The second half of `both`.
macro_rules! native_twin {
    ($here:ident, $native:expr $(,)?) => {
        twins_conformance::check($here, "native", || $native);
    };
}
