//! `list`: every pair with its variants, its duration and its title.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::Result;
use serde::Serialize;

use crate::{
    language::Lang,
    notes::Notes,
    pair::Pair,
    project::Project,
    screen::{Screen, pad, width},
};

/// Lists the pairs in reading order. Gives one line for each whose notes can't be read.
///
/// # Errors
///
/// When standard output can't be written.
pub fn list(project: &Project, lang: Lang, screen: Screen) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut out = io::stdout().lock();
    let widest = project.pairs.iter().map(|pair| width(&pair.stem)).max().unwrap_or_default();
    let mut theme = "";
    for pair in &project.pairs {
        if theme != pair.theme {
            let gap = if theme.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}{}", screen.paint(Style::new().bold(), &pair.theme))?;
            theme = &pair.theme;
        }
        let (seconds, title) = match pair.notes(&project.root) {
            Ok(notes) => {
                let unit = lang.pick("s", "с");
                (format!("{:>4} {unit}", notes.seconds), notes.title.get(lang).to_owned())
            }
            Err(error) => {
                problems.push(format!("{error:#}"));
                (" ".repeat(6), String::new())
            }
        };
        let stem = pad(&pair.stem, widest);
        let variants = variants(pair);
        let variants = if variants.is_empty() { variants } else { format!("  [{variants}]") };
        let seconds = screen.paint(Style::new().dimmed(), &seconds);
        let variants = screen.paint(Style::new().dimmed(), &variants);
        writeln!(out, "  {stem}  {seconds}  {title}{variants}")?;
    }
    Ok(problems)
}

/// What `list --json` says of a pair.
#[derive(Serialize)]
struct Entry<'a> {
    theme: &'a str,
    name: &'a str,
    python: String,
    rust: Vec<String>,
    stdout: String,
    notes: Option<Notes>,
}

/// Lists the pairs for scripts: one array of objects. Gives the same problems as [`list`].
///
/// # Errors
///
/// When standard output can't be written.
pub fn list_json(project: &Project) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut entries = Vec::new();
    for pair in &project.pairs {
        let notes = pair.notes(&project.root);
        entries.push(Entry {
            theme: &pair.theme,
            name: &pair.stem,
            python: pair.path(".py"),
            rust: pair.variants.iter().map(|variant| pair.source(variant)).collect(),
            stdout: pair.path(".stdout"),
            notes: notes.map_err(|error| problems.push(format!("{error:#}"))).ok(),
        });
    }
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&entries)?)?;
    Ok(problems)
}

/// The names of a pair's variants beside the plain one.
fn variants(pair: &Pair) -> String {
    let names: Vec<&str> = pair.variants.iter().skip(1).map(|variant| variant.name()).collect();
    names.join(", ")
}
