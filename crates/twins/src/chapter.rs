//! The chapters of the course, in reading order: what `examples/chapters.toml` says.

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::notes::{RawText, Text, text};

/// A folder of pairs that are read together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// Its folder in `examples/`, and its name on the command line.
    pub folder: String,
    /// Its heading.
    pub title: Text,
    /// What one learns in it.
    pub lesson: Text,
    /// The folders of the chapters that it needs: earlier ones.
    pub builds_on: Vec<String>,
}

impl Chapter {
    /// A chapter of a project that is no course: its folder says all.
    pub(crate) fn of_folder(folder: &str) -> Self {
        let text = |text: &str| Text { en: text.to_owned(), ru: text.to_owned() };
        let (title, lesson) = (text(folder), text(""));
        Self { folder: folder.to_owned(), title, lesson, builds_on: Vec::new() }
    }

    /// Reads the text of `examples/chapters.toml`.
    ///
    /// # Errors
    ///
    /// One line that names the key or the chapter: a missing key or translation, a chapter that
    /// builds on one which doesn't stand before it, a folder given twice.
    pub fn parse(toml: &str) -> Result<Vec<Self>> {
        let raw: Raw = toml::from_str(toml).map_err(|error| {
            let line = error.span().map_or(1, |span| toml[..span.start].matches('\n').count() + 1);
            anyhow::anyhow!("line {line}: {}", error.message().replace('\n', " "))
        })?;
        let mut chapters: Vec<Self> = Vec::new();
        for raw in raw.chapter {
            let folder = raw.folder;
            let is_known = |name: &String| chapters.iter().any(|chapter| chapter.folder == *name);
            ensure!(!is_known(&folder), "chapter `{folder}` stands there twice: delete one");
            let later = raw.builds_on.iter().find(|name| !is_known(name));
            if let Some(later) = later {
                anyhow::bail!(
                    "chapter `{folder}` builds on `{later}`, which does not stand before it: move one of them"
                );
            }
            let in_chapter = || format!("chapter `{folder}`");
            chapters.push(Self {
                title: text("title", raw.title).with_context(in_chapter)?,
                lesson: text("lesson", raw.lesson).with_context(in_chapter)?,
                builds_on: raw.builds_on,
                folder,
            });
        }
        Ok(chapters)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    chapter: Vec<RawChapter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChapter {
    folder: String,
    title: Option<RawText>,
    lesson: Option<RawText>,
    #[serde(default)]
    builds_on: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
[[chapter]]
folder = 'tea'
title = { en = 'Tea', ru = 'Чай' }
lesson = { en = 'Boil water.', ru = 'Вскипятите воду.' }
[[chapter]]
folder = 'milk'
title = { en = 'Milk', ru = 'Молоко' }
lesson = { en = 'Pour.', ru = 'Налейте.' }
builds_on = ['tea']
";

    #[test]
    fn chapters_keep_their_order() {
        let chapters = Chapter::parse(GOOD).unwrap();
        assert_eq!(chapters.len(), 2);
        assert_eq!((&*chapters[0].folder, &*chapters[1].title.ru), ("tea", "Молоко"));
        assert_eq!(chapters[1].builds_on, ["tea"]);
    }

    #[track_caller]
    fn check(from: &str, to: &str, error: &str) {
        assert!(GOOD.contains(from), "{from:?} is not in the good example");
        let found = format!("{:#}", Chapter::parse(&GOOD.replacen(from, to, 1)).unwrap_err());
        assert_eq!(found, error);
    }

    #[test]
    fn what_is_missing_is_named() {
        check(
            ", ru = 'Вскипятите воду.'",
            "",
            "chapter `tea`: no `lesson.ru`: say what `lesson.en` says, in both languages",
        );
        check("folder = 'tea'\n", "", "line 1: missing field `folder`");
        check(
            "folder = 'tea'",
            "pages = 3",
            "line 2: unknown field `pages`, expected one of `folder`, `title`, `lesson`, `builds_on`",
        );
    }

    #[test]
    fn a_chapter_builds_on_earlier_ones() {
        check(
            "['tea']",
            "['cups']",
            "chapter `milk` builds on `cups`, which does not stand before it: move one of them",
        );
        check("folder = 'milk'", "folder = 'tea'", "chapter `tea` stands there twice: delete one");
    }
}
