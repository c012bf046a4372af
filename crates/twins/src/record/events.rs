//! What the recorders write: the events of one program, as they come.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::recording::Kind;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    /// A body begins.
    Start,
    /// It is about to execute a line.
    Line,
    /// It gives up control and keeps its place.
    Suspend,
    /// It goes on from its place.
    Resume,
    /// It ends with a value.
    Return,
    /// It ends with an error.
    Raise,
    /// It prints.
    Print,
}

/// One event, as a recorder writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Raw {
    /// What happened.
    pub event: Tag,
    /// Whose it is.
    pub id: u64,
    /// The function's name.
    pub function: String,
    /// What kind of body it is.
    pub kind: Kind,
    /// The thread it happened on.
    pub thread: usize,
    /// The line of the source.
    pub line: usize,
    /// Local variables, of a line.
    #[serde(default)]
    pub locals: BTreeMap<String, String>,
    /// What was printed.
    #[serde(default)]
    pub text: String,
    /// Milliseconds since the program's start, under the tracer.
    pub at: u64,
}
