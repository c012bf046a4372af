//! The catalogue itself: its Python programs print what it says, and the docs count it rightly.

#[macro_use]
mod conformance;

use conformance::ACCOUNT;
use twins_conformance::check_programs;

#[test]
fn python_prints_what_the_catalogue_says() {
    check_programs(ACCOUNT.areas);
}

#[test]
fn docs_count_the_catalogue_rightly() {
    ACCOUNT.check_counts();
}
