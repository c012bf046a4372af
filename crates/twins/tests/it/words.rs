//! The words of the project: `docs/words.md`, held over every text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::pairs::root;

/// What a text is held against: the words that one language avoids.
struct Avoided {
    /// In lower case; where it ends in `…`, any ending may follow.
    word: String,
    /// What to write instead.
    instead: String,
    /// Whether it is held over what people read only, and not over comments.
    is_phrase: bool,
}

/// The avoided words of the table, English and Russian.
fn table() -> [Vec<Avoided>; 2] {
    let text = fs::read_to_string(root().join("docs/words.md")).unwrap();
    let mut both = [Vec::new(), Vec::new()];
    let (words, phrases) = text.split_once("## Phrases").unwrap();
    let mut rows = Vec::new();
    for (part, is_phrase) in [(words, false), (phrases, true)] {
        let lines = part.lines().filter(|line| line.starts_with("| ")).skip(1);
        rows.extend(lines.map(|row| (row, is_phrase)));
    }
    for (row, is_phrase) in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        // What it is, in both languages, is for the book's glossary.
        let [english, not_english, russian, not_russian, _, ..] = *cells else {
            panic!("docs/words.md: a row has five cells or more: {row}");
        };
        for (avoided, instead, list) in [(not_english, english, 0), (not_russian, russian, 1)] {
            both[list].extend(avoided.split(", ").filter(|word| !word.is_empty()).map(|word| {
                Avoided { word: word.to_lowercase(), instead: instead.to_owned(), is_phrase }
            }));
        }
    }
    assert!(both.iter().all(|list| list.len() >= 8), "docs/words.md has lost its table");
    both
}

/// Every text of the project, but the document with its folder and what machines write.
fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    // docs/README.md repeats what the pairs' notes quote.
    const SKIPPED: [&str; 6] = ["target", "node_modules", ".git", "recordings", "pictures", "docs"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if SKIPPED.contains(&&*name) || path == this_file() {
            continue;
        }
        if path.is_dir() {
            texts(&path, found);
        } else if [".md", ".toml", ".rs", ".py", ".html", ".js", ".mjs", ".sh"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            found.push(path);
        }
    }
}

fn this_file() -> PathBuf {
    root().join("crates/twins/tests/it/words.rs")
}

/// Where a word stands: at its beginning, and with nothing after it unless any ending may follow.
fn stands(text: &str, word: &str) -> bool {
    let (stem, whole) = match word.strip_suffix('…') {
        Some(stem) => (stem, false),
        None => (word, true),
    };
    // `хендл…` на `await`: an ending, then more.
    let (stem, rest) = stem.split_once("… ").map_or((stem, None), |(a, b)| (a, Some(b)));
    text.match_indices(stem).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + stem.len()..];
        let begins = before.is_none_or(|c| !c.is_alphanumeric());
        let ends = match rest {
            Some(rest) => after
                .trim_start_matches(char::is_alphabetic)
                .strip_prefix(' ')
                .is_some_and(|after| after.starts_with(rest)),
            None => !whole || after.chars().next().is_none_or(|c| !c.is_alphanumeric()),
        };
        begins && ends
    })
}

/// Whether people read a line: any but the plain comments of a source, whose docs they do read.
fn is_read(path: &str, line: &str) -> bool {
    let is_source = path.starts_with("crates/") && (path.ends_with(".rs") || path.ends_with(".py"));
    let is_documentation = ["///", "//!"].iter().any(|head| line.trim_start().starts_with(head));
    !is_source || is_documentation || path.ends_with("src/cli.rs")
}

/// A line that quotes the document keeps the document's words.
fn quotes(line: &str, document: &str) -> bool {
    let line = line.trim().trim_start_matches("//!").trim();
    let quoted = line.strip_prefix("ru = ").or(line.strip_prefix("en = "));
    let quoted = quoted.map(|text| text.trim_matches(['"', '\'']));
    let printed = line.split('"').nth(1).filter(|text| text.len() > 8);
    quoted.into_iter().chain(printed).any(|text| document.contains(text))
}

#[test]
fn no_text_uses_a_word_that_the_list_avoids() {
    let both = table();
    let document = ["en", "ru"]
        .map(|lang| fs::read_to_string(root().join(format!("docs/document.{lang}.md"))).unwrap());
    let document = document.concat();
    let mut paths = Vec::new();
    texts(&root(), &mut paths);
    assert!(paths.len() > 300, "the texts of the project are more than {}", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(root()).unwrap().display().to_string();
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            for Avoided { word, instead, is_phrase } in both.iter().flatten() {
                let holds = !is_phrase || is_read(&path, line);
                if holds && stands(&lower, word) && !quotes(line, &document) {
                    wrong.push(format!("{path}:{}: {word}: write {instead}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_word_is_found_with_its_endings() {
    for (text, word, found) in [
        ("этот описатель", "описател…", true),
        ("переописатель", "описател…", false),
        ("inside of it", "inside of", true),
        ("inside offers", "inside of", false),
        ("он ждущий на `await`", "ждущ… на `await`", true),
        ("он ждущий у окна", "ждущ… на `await`", false),
    ] {
        assert_eq!(stands(text, word), found, "{word} in {text}");
    }
}
