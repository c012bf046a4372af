//! Random programs: what the book says of them is a file of the repository, which their harness writes
//! and holds.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{file::read_text, notes::Text};

/// Where the harness writes it.
const FILE: &str = "crates/random/page.json";

/// What the page shows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Random {
    /// The seed of the program.
    pub seed: u64,
    /// The program in both languages.
    pub python: String,
    /// In Rust.
    pub rust: String,
    /// What both did, a line each.
    pub trace: Vec<String>,
    /// How many programs are run for each change.
    pub each_change: u64,
    /// How many are run before a release.
    pub each_release: u64,
    /// The libraries, each with its differences.
    pub libraries: Vec<Library>,
}

/// A library.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// `twin-tasks`.
    pub package: String,
    /// Where it is meant to differ from Python.
    pub differences: Vec<Difference>,
}

/// A difference that is meant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The name of its rule.
    pub rule: String,
    /// What the harness does about it.
    pub treatment: Treatment,
    /// What Python does.
    pub python: String,
    /// What the library does.
    pub here: String,
    /// Why.
    pub because: String,
}

/// What the harness does about a difference.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Treatment {
    /// No program has it.
    #[serde(rename = "not written")]
    NotWritten,
    /// CPython runs it as the library does.
    Followed,
    /// What comes after it may differ.
    Excused,
}

/// What the harness has written; nothing in a project without one.
///
/// # Errors
///
/// When the file is not what this version reads.
pub fn read(root: &Path) -> Result<Option<Random>> {
    if !root.join(FILE).is_file() {
        return Ok(None);
    }
    let read = serde_json::from_str(&read_text(root, FILE)?);
    read.context(FILE).context("write it anew: `cargo run -p twins-random -- page`").map(Some)
}

impl Random {
    /// How many programs are run for each change, as a text.
    pub fn for_each_change(&self) -> Text {
        thousands(self.each_change)
    }

    /// How many are run before a release, as a text.
    pub fn before_a_release(&self) -> Text {
        thousands(self.each_release)
    }
}

impl Treatment {
    /// In a few words.
    pub fn words(self) -> Text {
        let (en, ru) = match self {
            Self::NotWritten => ("in no program", "в программах не встречается"),
            Self::Followed => ("CPython does as the library", "CPython делает как библиотека"),
            Self::Excused => ("may differ from there on", "дальше может расходиться"),
        };
        Text { en: en.to_owned(), ru: ru.to_owned() }
    }
}

/// A number as it is written in each language.
fn thousands(count: u64) -> Text {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    Text { en: groups.join(","), ru: groups.join("\u{a0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_as_each_language_does() {
        let number = thousands(1_000_000);
        assert_eq!((&*number.en, &*number.ru), ("1,000,000", "1\u{a0}000\u{a0}000"));
        assert_eq!(thousands(999).en, "999");
    }
}
