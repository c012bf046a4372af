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
    let mut problems = unlisted(project);
    let mut out = io::stdout().lock();
    let widest = project.pairs.iter().map(|pair| width(&pair.stem)).max().unwrap_or_default();
    let mut gap = "";
    for (chapter, pairs) in project.course() {
        let notes: Vec<_> = pairs.iter().map(|pair| pair.notes(&project.root)).collect();
        let head = screen.paint(Style::new().bold(), &chapter.folder);
        write!(out, "{gap}{head}")?;
        // Outside a course a chapter is a folder, and its name says all.
        if !chapter.lesson.get(lang).is_empty() {
            let minutes = minutes(notes.iter().flatten());
            let unit = lang.pick("min", "мин");
            write!(out, "  {} · {minutes} {unit}\n  ", chapter.title.get(lang))?;
            Line::new(screen, 2).words(&mut out, chapter.lesson.get(lang), |word| {
                screen.paint(Style::new().dimmed(), word)
            })?;
        }
        writeln!(out)?;
        gap = "\n";
        for (pair, notes) in pairs.iter().zip(notes) {
            let (seconds, title) = match notes {
                Ok(notes) => {
                    let unit = lang.pick("s", "с");
                    let seconds = lang.decimal(notes.seconds.to_string());
                    (format!("{seconds:>4} {unit}"), notes.title.get(lang).to_owned())
                }
                Err(error) => {
                    problems.push(format!("{error:#}"));
                    (" ".repeat(6), String::new())
                }
            };
            let stem = pad(&pair.stem, widest);
            let indent = 2 + widest + 2 + width(&seconds) + 2;
            let seconds = screen.paint(Style::new().dimmed(), &seconds);
            write!(out, "  {stem}  {seconds}  ")?;
            let mut line = Line::new(screen, indent);
            line.words(&mut out, &title, |word| word.to_owned())?;
            let variants = variants(pair, lang);
            if !variants.is_empty() {
                line.words(&mut out, &format!("[{variants}]"), |word| {
                    screen.paint(Style::new().dimmed(), word)
                })?;
            }
            writeln!(out)?;
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
            needs => format!("{} {}.", lang.pick("Builds on", "Сначала:"), needs.join(", ")),
        };
        // Outside a course all three may be left out.
        let minutes = match minutes(&all) {
            0.0 => String::new(),
            minutes => format!("{minutes} {}.", lang.pick("min", "мин")),
        };
        let said = [chapter.lesson.get(lang), &needs, &minutes];
        let said: Vec<&str> = said.into_iter().filter(|said| !said.is_empty()).collect();
        writeln!(out, "{gap}### {}\n", chapter.title.get(lang))?;
        if !said.is_empty() {
            writeln!(out, "{}\n", said.join(" "))?;
        }
        writeln!(out, "{}", rows.trim_end())?;
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

/// What is in a chapter's folder and in no list: nobody would miss it otherwise.
fn unlisted(project: &Project) -> Vec<String> {
    let unlisted = project.problems.iter().filter(|problem| problem.is_unlisted());
    unlisted.map(|problem| problem.message.clone()).collect()
}

/// A line that is filled word by word, and goes on below where it began.
struct Line {
    room: usize,
    used: usize,
    indent: usize,
}

impl Line {
    /// What is no terminal has no width: there all stays on one line.
    fn new(screen: Screen, indent: usize) -> Self {
        let room = screen.size.map_or(usize::MAX, |(columns, _)| columns.saturating_sub(indent));
        Self { room, used: 0, indent }
    }

    fn words(
        &mut self,
        out: &mut impl Write,
        text: &str,
        paint: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        for word in text.split_whitespace() {
            let size = width(word);
            if self.used > 0 && self.used + 1 + size > self.room {
                write!(out, "\n{}", " ".repeat(self.indent))?;
                self.used = 0;
            }
            let gap = if self.used == 0 { "" } else { " " };
            self.used += size + gap.len();
            write!(out, "{gap}{}", paint(word))?;
        }
        Ok(())
    }
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
    let mut problems = unlisted(project);
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
fn variants(pair: &Pair, lang: Lang) -> String {
    let names: Vec<&str> =
        pair.variants.iter().skip(1).map(|variant| variant.label(lang)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_go_on_below_where_they_began() {
        let mut out = Vec::new();
        let screen = Screen { size: Some((16, 24)), color: false };
        let mut line = Line::new(screen, 4);
        line.words(&mut out, "Five requests at once", str::to_owned).unwrap();
        line.words(&mut out, "[by hand]", str::to_owned).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "Five\n    requests at\n    once [by\n    hand]"
        );
    }
}
