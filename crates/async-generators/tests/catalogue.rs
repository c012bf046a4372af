//! The catalogue itself: its Python programs print what it says.

#[macro_use]
mod conformance;

#[test]
fn python_prints_what_the_catalogue_says() {
    twins_conformance::check_programs(conformance::ACCOUNT.areas);
}
