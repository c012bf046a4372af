//! What to look at: the notes of a pair, cut into remarks that lead to the steps they speak of.

use super::page::inline;
use crate::recording::{Event, Program};

/// A remark of a pair's notes, or one of its differences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it says, as HTML.
    pub html: String,
    /// The step it speaks of.
    pub at: Option<At>,
}

/// A step of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The program's name.
    pub program: &'static str,
    /// The place of the step in its run, counted from 0.
    pub step: usize,
    /// The line that runs there.
    pub line: usize,
}

/// A program of a pair, with its run.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name: `python`, or the variant's.
    pub name: &'static str,
    /// Its source.
    pub text: &'a str,
    /// What it did.
    pub run: &'a Program,
}

/// The remarks of a pair's notes: each begins with a sentence that names something in a program, and
/// leads to where that first runs. What comes before the first such one leads to the start.
pub fn remarks(notes: &str, sources: &[Source<'_>]) -> Vec<Remark> {
    let mut remarks: Vec<(String, Option<At>)> = Vec::new();
    for sentence in sentences(notes) {
        let at = terms(sentence).find_map(|term| first(term, sources));
        match remarks.last_mut() {
            Some((text, _)) if at.is_none() => *text = format!("{text} {sentence}"),
            Some((text, last)) if *last == at => *text = format!("{text} {sentence}"),
            _ => remarks.push((sentence.to_owned(), at)),
        }
    }
    let start = || sources.first().and_then(|source| step(source, 0));
    let remarks = remarks.into_iter();
    remarks.map(|(text, at)| Remark { html: inline(&text), at: at.or_else(start) }).collect()
}

/// Where the program does what its `number`-th comment on a difference speaks of: the code under it,
/// or, where that only declares something, the first line that uses it.
pub fn difference(number: usize, sources: &[Source<'_>]) -> Option<At> {
    sources.iter().find_map(|source| {
        let lines: Vec<&str> = source.text.lines().collect();
        let is_remark = |line: &str| {
            let line = line.trim_start().trim_start_matches(['/', '#', ' ']);
            line.starts_with("Here Rust") || line.starts_with("Here Python")
        };
        let mut marks = lines.iter().enumerate().filter(|(_, line)| is_remark(line));
        let (comment, _) = marks.nth(number - 1)?;
        let code = (comment..lines.len()).find(|line| !code(lines[*line]).trim().is_empty())?;
        let runs = |lines: std::ops::Range<usize>| {
            let at = |step: &crate::recording::Step| lines.contains(&(step.line - 1));
            source.run.steps.iter().position(at).and_then(|place| step(source, place))
        };
        // A statement may go on over a few lines.
        runs(code..(code + 4).min(lines.len())).or_else(|| {
            let declares =
                ["struct ", "enum ", "trait ", "impl ", "fn ", "type ", "def ", "class "];
            let (_, rest) = declares.iter().find_map(|word| lines[code].split_once(word))?;
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
            first(name, &[*source])
        })
    })
}

/// The first step at a line whose code has a term, in the first program that has it.
fn first(term: &str, sources: &[Source<'_>]) -> Option<At> {
    sources.iter().find_map(|source| {
        let has: Vec<bool> = source.text.lines().map(|line| has(code(line), term)).collect();
        let runs = |step: &crate::recording::Step| {
            !matches!(step.event, Event::Start) && has.get(step.line - 1) == Some(&true)
        };
        source.run.steps.iter().position(runs).and_then(|place| step(source, place))
    })
}

fn step(source: &Source<'_>, place: usize) -> Option<At> {
    let line = source.run.steps.get(place)?.line;
    Some(At { program: source.name, step: place, line })
}

/// A line without its comment; a `#` of Rust's attributes is none.
fn code(line: &str) -> &str {
    let comment = line.find("//").or_else(|| line.find("# ")).unwrap_or(line.len());
    &line[..comment]
}

/// Whether code has a term, not as a part of a longer name.
fn has(code: &str, term: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let joins = |c: Option<char>| inside(c) && inside(term.chars().next());
    code.match_indices(term).any(|(at, _)| {
        let (before, after) =
            (code[..at].chars().next_back(), code[at + term.len()..].chars().next());
        !joins(before) && !(inside(after) && inside(term.chars().next_back()))
    })
}

/// What stands between backticks.
fn terms(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).map(|term| term.trim_end_matches("()"))
}

/// The sentences of a text; what stands between backticks ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut in_code) = (0, false);
    for (at, c) in text.char_indices() {
        in_code ^= c == '`';
        let after = &text[at + c.len_utf8()..];
        let begins =
            after.starts_with(' ') && after[1..].chars().next().is_some_and(|c| !c.is_lowercase());
        if matches!(c, '.' | '!' | '?') && !in_code && (begins || after.is_empty()) {
            sentences.push(text[start..at + 1].trim());
            start = at + 1;
        }
    }
    sentences.push(text[start..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Step;

    fn run(lines: &[usize]) -> Program {
        let step = |line: &usize| Step {
            event: Event::Line([].into()),
            activation: 0,
            line: *line,
            why: None,
        };
        Program {
            source: String::new(),
            code: String::new(),
            activations: Vec::new(),
            steps: lines.iter().map(step).collect(),
            times: None,
            untraced: None,
        }
    }

    #[test]
    fn a_remark_leads_to_what_it_names() {
        let run = run(&[1, 3, 2]);
        let text = "import asyncio\nawait asyncio.gather(*all)  # sleep\nasyncio.sleep(1)\n";
        let sources = [Source { name: "python", text, run: &run }];
        let found = remarks(
            "Run it first. Nothing computes. `gather` starts them, v. 3. Look at `sleep`. It waits.",
            &sources,
        );
        let at = |step, line| Some(At { program: "python", step, line });
        let remark = |html: &str, at| Remark { html: html.to_owned(), at };
        assert_eq!(
            found,
            [
                remark("Run it first. Nothing computes.", at(0, 1)),
                remark("<code>gather</code> starts them, v. 3.", at(2, 2)),
                remark("Look at <code>sleep</code>. It waits.", at(1, 3)),
            ]
        );
        assert_eq!(
            remarks("Nothing `else` runs.", &[]),
            [remark("Nothing <code>else</code> runs.", None)]
        );
    }

    #[test]
    fn a_difference_leads_to_the_code_under_its_comment() {
        let text = "// Here Rust has a struct.\nstruct Record {\n}\n\n\n\n\nfn f() {\n    // Here Rust waits.\n    \
                    wait();\n    Record {}\n}\n";
        let run = run(&[10, 11]);
        let sources = [Source { name: "rust", text, run: &run }];
        let at = |step, line| Some(At { program: "rust", step, line });
        assert_eq!(difference(1, &sources), at(1, 11));
        assert_eq!(difference(2, &sources), at(0, 10));
        assert_eq!(difference(3, &sources), None);
    }
}
