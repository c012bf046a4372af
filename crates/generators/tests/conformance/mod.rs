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

/// Runs the twins of the behaviour that the surrounding test is named after, one for each
/// engine, and holds what they print against what CPython prints.
macro_rules! both {
    ($stable:expr, $native:expr $(,)?) => {{
        let here = twins_conformance::here!();
        twins_conformance::check(here, "stable", || $stable);
        twins_conformance::check(here, "native", || $native);
    }};
}
