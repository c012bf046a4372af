//! What a tracer writes: what it sees, in the order of time, one JSON object a line.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::recording::{Kind, Wait, WaitKind};

/// After how many events a tracer has had enough, and tells only what is printed.
pub const MAX_EVENTS: usize = 50_000;

/// What a tracer saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    /// A body begins. (The call that only makes a coroutine or a generator is none.)
    Start,
    /// It is about to execute a line.
    Line,
    /// It gives up control and keeps its place.
    Suspend,
    /// What it waits for that has suspended, where the tracer knows it only afterwards.
    Waits,
    /// It is entered again, be it only on the way to another one that it awaits.
    Resume,
    /// It ends with a value.
    Return,
    /// It ends with an error; or it is cancelled, closed or dropped where it was suspended.
    Raise,
    /// It writes to standard output.
    Print,
    /// The tracer has had enough: what follows is what is printed, and the end of the first one.
    Cut,
}

/// What ends an activation from outside, where it is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// A `CancelledError`, in Python.
    Cancel,
    /// A `GeneratorExit`, or the `close` of one of our generators.
    Close,
    /// Its drop, in Rust.
    Drop,
}

/// The event loop, among those who have an activation go on.
pub const LOOP: u64 = 0;

/// One thing that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWait {
    /// What kind of thing.
    pub kind: WaitKind,
    /// The activation that is waited for, or that holds the lock; it may start later, or never.
    #[serde(default)]
    pub of: Option<u64>,
    /// More of it: see [`Wait::text`].
    #[serde(default)]
    pub text: Option<String>,
}

impl RawWait {
    /// The same, where activations are named by the tracer's numbers still.
    pub(super) fn wait(&self) -> Wait {
        let who = self.of.and_then(|id| usize::try_from(id).ok());
        Wait { kind: self.kind, who, text: self.text.clone() }
    }
}

/// One event, as a tracer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// What happened.
    pub event: Tag,
    /// The activation: any number that no other one has at the same time.
    pub id: u64,
    /// Its function's name.
    pub function: String,
    /// What kind of body it is.
    pub kind: Kind,
    /// The thread it runs on, by any number.
    pub thread: usize,
    /// The line of the source, counted from 1.
    pub line: usize,
    /// All local variables that are in scope at a line and can be shown; nothing for one whose value
    /// is gone.
    #[serde(default)]
    pub locals: BTreeMap<String, Option<String>>,
    /// What is printed.
    #[serde(default)]
    pub text: String,
    /// Whether an async generator suspends at a `yield`, and not at an `await`; nothing where the
    /// tracer can't tell.
    #[serde(default)]
    pub yields: Option<bool>,
    /// What it yields, is sent, returns or raises, where that can be shown.
    #[serde(default)]
    pub value: Option<String>,
    /// The error that is thrown into a generator, at a resume.
    #[serde(default)]
    pub thrown: Option<String>,
    /// Who ends it from outside, at a raise.
    #[serde(default)]
    pub by: Option<By>,
    /// What it waits for where it suspends, as far as that is known.
    #[serde(default)]
    pub waits: Vec<RawWait>,
    /// Who has it go on, at a resume, or drops it: an activation, or [`LOOP`]; nothing where that
    /// is not known.
    #[serde(default)]
    pub woken_by: Option<u64>,
    /// Milliseconds since the program's start, under the tracer.
    pub at: u64,
}

/// Reads what a tracer wrote.
///
/// # Errors
///
/// When a line is no event; the error shows it.
pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Vec<Raw>> {
    let parse = |line: &str| {
        serde_json::from_str(line).with_context(|| format!("the tracer wrote `{line}`"))
    };
    lines.into_iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_event_is_shown() {
        let error = read(["{}"]).unwrap_err();
        assert_eq!(error.to_string(), "the tracer wrote `{}`");
    }
}
