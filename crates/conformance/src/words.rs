//! The few words of Python that the programs use.

use std::fmt;

use crate::say;

/// Python's `repr` of numbers, strings, booleans and lists of them.
pub fn repr(value: impl fmt::Debug) -> String {
    format!("{value:?}").replace('"', "'").replace("true", "True").replace("false", "False")
}

/// Python's `repr` of a value that may be `None`.
pub fn or_none(value: Option<impl fmt::Debug>) -> String {
    value.map_or_else(|| "None".to_owned(), repr)
}

/// Prints when dropped: a `finally` that only prints.
#[derive(Debug)]
#[must_use = "it prints when it is dropped"]
pub struct Finally(pub &'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}
