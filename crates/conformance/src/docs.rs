//! What the docs of a library say of the behaviours, read from their text.

use std::collections::{BTreeMap, BTreeSet};

/// The error codes of a refused program: `E0277`.
pub(crate) type Codes<'a> = BTreeSet<&'a str>;

/// The rows of a library's page `conformance`, each of which begins with an id.
pub(crate) struct Rows<'a> {
    /// What the library does otherwise.
    pub(crate) differences: BTreeSet<&'a str>,
    /// What the compiler refuses, and by which codes.
    pub(crate) refusals: BTreeMap<&'a str, Codes<'a>>,
    /// The ids of rows that stand there twice.
    pub(crate) repeated: Vec<&'a str>,
}

impl<'a> Rows<'a> {
    pub(crate) fn read(page: &'a str) -> Self {
        let mut rows =
            Self { differences: BTreeSet::new(), refusals: BTreeMap::new(), repeated: Vec::new() };
        let mut refused = false;
        for line in page.lines() {
            if let Some(title) = line.strip_prefix("//! # ") {
                refused = title == "What the compiler refuses";
            }
            let Some(row) = line.strip_prefix("//! | `test_") else { continue };
            // With the prefix that was taken away.
            let start = line.len() - row.len() - "test_".len();
            let Some((id, cells)) = line[start..].split_once("` |") else { continue };
            let new = if refused {
                let last = cells.trim_end_matches(" |").rsplit_once("| ");
                rows.refusals
                    .insert(id, last.map_or_else(Codes::new, |(_, cell)| codes(cell)))
                    .is_none()
            } else {
                rows.differences.insert(id)
            };
            if !new {
                rows.repeated.push(id);
            }
        }
        rows
    }
}

/// The programs that the compiler refuses: the names of the functions that they document, with
/// the codes that the doctests are to fail with.
pub(crate) fn programs(source: &str) -> BTreeMap<&str, Codes<'_>> {
    let mut programs = BTreeMap::new();
    let mut failing = Codes::new();
    for line in source.lines() {
        if let Some(attributes) = line.strip_prefix("/// ```") {
            if attributes.contains("compile_fail") {
                failing.append(&mut codes(attributes));
            }
        } else if let Some(function) = line.strip_prefix("fn ")
            // Where `{}` does not fit into the line, rustfmt breaks it.
            && let Some((name, " {}" | " {")) = function.split_once("()")
        {
            programs.insert(name, std::mem::take(&mut failing));
        }
    }
    programs
}

/// The error codes in a text.
fn codes(text: &str) -> Codes<'_> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| is_code(word)).collect()
}

fn is_code(word: &str) -> bool {
    word.len() == 5
        && word.strip_prefix('E').is_some_and(|code| code.bytes().all(|c| c.is_ascii_digit()))
}
