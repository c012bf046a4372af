//! Talks: lists of pairs in a speaker's own order, with a speaker's own minutes and words.
//!
//! A talk is a small file, as those in `talks/`:
//!
//! ```toml
//! title = { en = "Two ways to wait", ru = "Два способа ждать" }
//! minutes = 10
//!
//! [[part]] # a slide of words
//! title = "Why wait?"
//! words = "Five requests of two seconds each."
//! minutes = 1
//!
//! [[part]] # a pair, from its 20th step, in a variant, for the audience to see first: `words`
//! pair = "race_by_hand@20"
//! minutes = 4
//! at = 5
//! notes = "Ask who wins."
//! ```

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::Page;
use crate::{
    file::read_text,
    notes::Text,
    project::{Project, is_course},
};

/// Where the talks of a project lie.
const FOLDER: &str = "talks";

/// What a speaker shows, in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Talk {
    /// What a link names: `#talk=twenty-minutes`.
    pub id: String,
    /// What it is called, on its first slide.
    pub title: Text,
    /// What stands below the title: who speaks, where, of what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<Text>,
    /// How long it takes.
    pub minutes: f64,
    /// What it shows.
    pub parts: Vec<Part>,
}

/// One thing that a talk shows: a slide of words, a pair, or one before the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<Shown>,
    /// The heading of its slide of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What stands on the slide, a paragraph a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Text>,
    /// What the speaker reads, in place of the pair's own notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Text>,
    /// The minute at which it begins.
    pub at: f64,
    /// How long it takes.
    pub minutes: f64,
}

/// A pair as a talk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its stem.
    pub id: String,
    /// Which Rust program stands beside the Python one.
    pub variant: String,
    /// The step that it begins at.
    pub step: usize,
}

impl Talk {
    /// The talks that come with a project, in the order of their minutes.
    ///
    /// # Errors
    ///
    /// When one of them is wrong: a line that names the file and the remedy.
    pub fn all(project: &Project, pages: &[&Page]) -> Result<Vec<Self>> {
        let folder = project.root.join(FOLDER);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut talks = Vec::new();
        for entry in folder.read_dir().with_context(|| format!("can't read {FOLDER}"))? {
            let name = entry.with_context(|| format!("can't read {FOLDER}"))?.file_name();
            let name = Path::new(FOLDER).join(name);
            if name.extension().is_some_and(|ending| ending == "toml") {
                let text = read_text(&project.root, &name.to_string_lossy())?;
                let strict = is_course(&project.root);
                talks.push(Self::parse(&text, &name, project, pages, strict)?);
            }
        }
        talks.sort_by(|a, b| a.minutes.total_cmp(&b.minutes).then_with(|| a.id.cmp(&b.id)));
        Ok(talks)
    }

    /// The talk of a file that a speaker gives. Words in one language are enough.
    ///
    /// # Errors
    ///
    /// When it is no talk, or a wrong one: a line that names the remedy.
    pub fn of_file(path: &Path, project: &Project, pages: &[&Page]) -> Result<Self> {
        let shown = path.display();
        ensure!(path.exists(), "no file {shown}: give --talk a file, such as those in {FOLDER}/");
        ensure!(path.is_file(), "{shown} is no file: give --talk one, such as those in {FOLDER}/");
        // A path from the current folder, which may be another than the project's.
        let text = read_text(Path::new(""), &path.to_string_lossy())?;
        Self::parse(&text, path, project, pages, false)
    }

    fn parse(
        toml: &str,
        path: &Path,
        project: &Project,
        pages: &[&Page],
        strict: bool,
    ) -> Result<Self> {
        let shown = path.display();
        let raw: Raw = toml::from_str(toml).map_err(|error| {
            let line = error.span().map_or(1, |span| toml[..span.start].matches('\n').count() + 1);
            let message = error.message().replace('\n', " ");
            anyhow::anyhow!(
                "{shown} is no talk: line {line}: {message}: those in {FOLDER}/ show what one says"
            )
        })?;
        let talk = raw.talk(id_of(path), project, pages, strict);
        talk.with_context(|| shown.to_string())
    }

    /// The address of the talk, in the book.
    pub fn address(&self) -> String {
        format!("#talk={}", self.id)
    }

    /// The minutes, as people write them.
    pub fn shown_minutes(&self) -> String {
        self.minutes.to_string()
    }
}

impl Part {
    /// What a list of the talk's parts says of it.
    pub fn heading<'a>(&'a self, pages: &'a [&Page]) -> Option<&'a Text> {
        let of_pair = || {
            let id = &self.pair.as_ref()?.id;
            pages.iter().find(|page| page.id == *id).map(|page| &page.notes.title)
        };
        self.title.as_ref().or_else(of_pair)
    }
}

/// What stands in an address for a file's name: `My talk.toml` is `my-talk`.
fn id_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let id: String =
        stem.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    match id.trim_matches('-') {
        "" => "talk".to_owned(),
        id => id.to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: Option<RawText>,
    subtitle: Option<RawText>,
    minutes: Option<f64>,
    #[serde(default)]
    part: Vec<RawPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    pair: Option<String>,
    title: Option<RawText>,
    words: Option<RawText>,
    notes: Option<RawText>,
    at: Option<f64>,
    minutes: Option<f64>,
}

/// A text in both languages, or in the one that the speaker speaks.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a text is a string, or { en = \"…\", ru = \"…\" }")]
enum RawText {
    One(String),
    Both(Languages),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    en: Option<String>,
    ru: Option<String>,
}

impl RawText {
    /// The text; where it is `strict`, in both languages.
    fn text(self, key: &str, strict: bool) -> Result<Text> {
        let (en, ru) = match self {
            Self::One(text) => (Some(text), None),
            Self::Both(Languages { en, ru }) => (en, ru),
        };
        let said = |text: Option<String>| {
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        match (said(en), said(ru)) {
            (Some(en), Some(ru)) => Ok(Text { en, ru }),
            (Some(_), None) | (None, Some(_)) if strict => {
                bail!("`{key}` is there in one language: say it in both, `{key}.en` and `{key}.ru`")
            }
            (Some(one), None) | (None, Some(one)) => Ok(Text { en: one.clone(), ru: one }),
            (None, None) => bail!("`{key}` is empty: say something, or take it out"),
        }
    }
}

impl Raw {
    fn talk(self, id: String, project: &Project, pages: &[&Page], strict: bool) -> Result<Talk> {
        let text =
            |key: &str, raw: Option<RawText>| raw.map(|raw| raw.text(key, strict)).transpose();
        let title = text("title", self.title)?.context("no `title`: add one")?;
        let subtitle = text("subtitle", self.subtitle)?;
        ensure!(!self.part.is_empty(), "no [[part]]: add one, with a `pair` or with `words`");
        let mut parts: Vec<Part> = Vec::new();
        for (index, raw) in self.part.into_iter().enumerate() {
            let number = index + 1;
            let earlier = parts.last().map_or(0.0, |part| part.at + part.minutes);
            let part = raw
                .part(earlier, project, pages, strict)
                .with_context(|| format!("part {number}"))?;
            parts.push(part);
        }
        let end = parts.last().map_or(0.0, |part| part.at + part.minutes);
        let minutes = match self.minutes {
            Some(minutes) => time("minutes", minutes)?,
            None => end,
        };
        ensure!(
            end <= minutes,
            "its parts end at minute {end}, the talk at minute {minutes}: shorten one, or raise `minutes`"
        );
        Ok(Talk { id, title, subtitle, minutes, parts })
    }
}

impl RawPart {
    fn part(self, earlier: f64, project: &Project, pages: &[&Page], strict: bool) -> Result<Part> {
        let text =
            |key: &str, raw: Option<RawText>| raw.map(|raw| raw.text(key, strict)).transpose();
        let pair = self.pair.as_deref().map(|name| shown(name, project, pages)).transpose()?;
        let own = pair.as_ref().and_then(|(_, page)| page.map(|page| page.notes.minutes));
        let part = Part {
            pair: pair.map(|(shown, _)| shown),
            title: text("title", self.title)?,
            words: text("words", self.words)?,
            notes: text("notes", self.notes)?,
            at: self.at.map_or(Ok(earlier), |at| time("at", at))?,
            minutes: time("minutes", self.minutes.or(own).unwrap_or(1.0))?,
        };
        ensure!(
            part.pair.is_some() || part.title.is_some() || part.words.is_some(),
            "nothing to show: give it a `pair`, or a `title` and `words`"
        );
        ensure!(
            part.at >= earlier,
            "it begins at minute {}, and the part before it ends at minute {earlier}: raise `at`, or shorten that one",
            part.at
        );
        Ok(part)
    }
}

/// What `race_by_hand@20` means, and its page, if the book has one.
fn shown<'a>(
    name: &str,
    project: &Project,
    pages: &[&'a Page],
) -> Result<(Shown, Option<&'a Page>)> {
    let (name, step) = match name.split_once('@') {
        None => (name, None),
        Some((name, step)) => (name, Some(step)),
    };
    let (pair, variant) = project.named(name)?;
    let page = pages.iter().find(|page| page.id == pair.stem).copied();
    let shown = |step| Shown { id: pair.stem.clone(), variant: variant.name().to_owned(), step };
    let Some(step) = step else { return Ok((shown(0), page)) };
    let last = page.map_or(0, |page| page.playback.length(variant.name()));
    match step.parse() {
        Ok(step) if step <= last => Ok((shown(step), page)),
        _ => bail!("`{name}` has no step `{step}`: give one from 0 to {last}"),
    }
}

fn time(key: &str, minutes: f64) -> Result<f64> {
    ensure!(
        minutes.is_finite() && minutes >= 0.0,
        "`{key}` is {minutes}: a number of minutes that is not negative is needed"
    );
    Ok(minutes)
}
