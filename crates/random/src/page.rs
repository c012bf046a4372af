//! What the book says of random programs, as data: the differences by rule, one program with its
//! trace, how many programs are run. It lies in the repository (`page.json`), so that the book needs
//! no harness; a test holds it to what this makes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::compare::Sides;
use crate::program::{Kind, Program};
use crate::rules::{self, RULES, Treatment};

/// The seed of the program that the book shows: a short one in which much happens.
const SEED: u64 = 197;

/// The page.
#[derive(Serialize)]
pub struct Page {
    seed: u64,
    python: String,
    rust: String,
    trace: Vec<String>,
    /// How many programs `.ci/run` and `.ci/nightly` run.
    each_change: u64,
    each_release: u64,
    libraries: Vec<Library>,
}

/// The differences of one library, in the order of its front page.
#[derive(Serialize)]
struct Library {
    package: String,
    differences: Vec<Difference>,
}

/// A row of a library's table, and the rule that follows it.
#[derive(Serialize)]
struct Difference {
    rule: &'static str,
    treatment: &'static str,
    python: String,
    here: String,
    because: String,
}

/// Where the page lies.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("page.json")
}

/// Makes the page, as the text of its file.
///
/// # Errors
///
/// If the program that it shows is not done alike; if a side dies.
pub fn make(sides: &mut Sides) -> Result<String> {
    let program = Program::of_seed(Kind::Tasks, SEED);
    let traces = sides.traces(std::slice::from_ref(&program), &[])?.remove(0);
    let same = traces.difference().is_none() && traces.excused().is_none();
    ensure!(same, "the program of seed {SEED} differs: show another one");
    let page = Page {
        seed: SEED,
        python: program.python(),
        rust: program.rust(),
        trace: traces.rust,
        each_change: programs(include_str!("../../../.ci/run"), 1),
        each_release: programs(include_str!("../../../.ci/nightly"), Kind::ALL.len() as u64),
        libraries: Kind::ALL.into_iter().map(library).collect::<Result<_>>()?,
    };
    Ok(serde_json::to_string_pretty(&page)? + "\n")
}

fn library(kind: Kind) -> Result<Library> {
    let difference = |[python, here, because]: [String; 3]| {
        let rule = RULES.iter().find(|rule| rule.kind == kind && rule.row == python);
        let rule = rule.with_context(|| format!("no rule follows the row: {python}"))?;
        let treatment = match rule.treatment {
            Treatment::NotWritten => "not written",
            Treatment::Followed => "followed",
            Treatment::Excused => "excused",
        };
        let [python, here, because] = [python, here, because].map(|cell| without_links(&cell));
        Ok(Difference { rule: rule.name, treatment, python, here, because })
    };
    let differences = rules::rows(kind).into_iter().map(difference).collect::<Result<_>>()?;
    Ok(Library { package: format!("twin-{kind}"), differences })
}

/// How many programs a script of `.ci` runs. `kinds`: how many a run without `--kind` means.
fn programs(script: &str, kinds: u64) -> u64 {
    let run = |line: &str| {
        let (_, count) = line.split_once("--count ")?;
        let count: u64 = count.split_whitespace().next()?.parse().ok()?;
        // Older versions are no part of the number.
        let older = line.contains("--python");
        (!older).then_some(if line.contains("--kind") { count } else { count * kinds })
    };
    script.lines().filter_map(run).sum()
}

/// A text of rustdoc without its links: [`run`] is `run`.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((words, after)) = link.split_once("`]") else { break };
        plain += &format!("{before}`{words}`");
        rest = match after.strip_prefix('(') {
            Some(address) => address.split_once(')').map_or("", |(_, after)| after),
            None => after,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_rustdoc_are_their_words() {
        assert_eq!(without_links("[`run`] and [`a`](b::c), `[x]`"), "`run` and `a`, `[x]`");
    }

    #[test]
    fn programs_are_those_of_the_newest_python() {
        let script = "run --kind a --count 3\nrun --count 2\nrun --count 5 --python 3.11\n";
        assert_eq!(programs(script, 3), 9);
    }

    /// The READMEs tell how many `.ci/run` runs, each in its own way to write thousands.
    #[test]
    fn readmes_tell_how_many_programs_are_run() {
        let count = programs(include_str!("../../../.ci/run"), 1).to_string();
        let (thousands, rest) = count.split_at(count.len() - 3);
        for (readme, number) in [
            (include_str!("../../../README.md"), format!("`.ci/run` {thousands},{rest} ")),
            (include_str!("../../../README.ru.md"), format!("`.ci/run` — {thousands} {rest} ")),
        ] {
            assert!(readme.contains(&number), "a README does not say {number}");
        }
    }
}
