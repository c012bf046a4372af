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

/// Lists the pairs in reading order, chapter by chapter. Gives one line for each whose notes can't
/// be read.
///
/// # Errors
///
/// When standard output can't be written.
pub fn list(project: &Project, lang: Lang, screen: Screen) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut out = io::stdout().lock();
    let widest = project.pairs.iter().map(|pair| width(&pair.stem)).max().unwrap_or_default();
    let mut gap = "";
    for (chapter, pairs) in project.course() {
        let notes: Vec<_> = pairs.iter().map(|pair| pair.notes(&project.root)).collect();
        let head = screen.paint(Style::new().bold(), &chapter.folder);
        let minutes = minutes(notes.iter().flatten());
        let unit = lang.pick("min", "мин");
        writeln!(out, "{gap}{head}  {} · {minutes} {unit}", chapter.title.get(lang))?;
        writeln!(out, "  {}", screen.paint(Style::new().dimmed(), chapter.lesson.get(lang)))?;
        gap = "\n";
        for (pair, notes) in pairs.iter().zip(notes) {
            let (seconds, title) = match notes {
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
    }
    Ok(problems)
}

/// How long a speaker talks about several pairs, in whole minutes.
pub fn minutes<'a>(notes: impl IntoIterator<Item = &'a Notes>) -> f64 {
    notes.into_iter().map(|notes| notes.minutes).sum::<f64>().ceil()
}

/// Lists the pairs as the READMEs do. Gives the same problems as [`list`].
///
/// # Errors
///
/// When standard output can't be written.
pub fn list_markdown(project: &Project, lang: Lang) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut out = io::stdout().lock();
    let mut gap = "";
    for (chapter, pairs) in project.course() {
        let mut rows = String::new();
        let mut all = Vec::new();
        for pair in pairs {
            match pair.notes(&project.root) {
                Ok(notes) => {
                    rows += &row(pair, &notes, lang);
                    all.push(notes);
                }
                Err(error) => problems.push(format!("{error:#}")),
            }
        }
        let needs = chapter.builds_on.iter().filter_map(|folder| {
            let found = project.chapters.iter().find(|chapter| chapter.folder == *folder);
            found.map(|chapter| format!("*{}*", chapter.title.get(lang)))
        });
        let needs: Vec<String> = needs.collect();
        let needs = match &*needs {
            [] => String::new(),
            needs => format!("{} {}. ", lang.pick("Builds on", "Сначала:"), needs.join(", ")),
        };
        writeln!(
            out,
            "{gap}### {}\n\n{} {needs}{} {}.\n\n{}",
            chapter.title.get(lang),
            chapter.lesson.get(lang),
            minutes(&all),
            lang.pick("min", "мин"),
            rows.trim_end(),
        )?;
        gap = "\n";
    }
    Ok(problems)
}

/// A pair's line in the READMEs.
fn row(pair: &Pair, notes: &Notes, lang: Lang) -> String {
    let others = pair.variants.iter().skip(1);
    let links =
        others.map(|variant| format!("[{}]({})", variant.label(lang), pair.source(variant)));
    let links: Vec<String> = links.collect();
    let links = if links.is_empty() { String::new() } else { format!(" ({})", links.join(", ")) };
    let path = pair.path(".rs");
    format!("- [`{}`]({path}) — {}{links}\n", pair.stem, notes.title.get(lang))
}

/// What `list --json` says of a pair.
#[derive(Serialize)]
struct Entry<'a> {
    chapter: &'a str,
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
            chapter: &pair.chapter,
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
