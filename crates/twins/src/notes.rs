//! A pair's notes, its `.toml`: what it teaches, in both languages.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::{
    language::Lang,
    needs::Need,
    rules::{self, Case, Filter, Rules, Unordered},
};

/// What `examples/CHAPTER/STEM.toml` says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notes {
    /// What the waits of the program add up to: none of its variants can end sooner.
    pub seconds: f64,
    /// How long a speaker talks about the pair.
    pub minutes: f64,
    /// The stems of the pairs that a reader must have seen: they stand earlier.
    pub builds_on: Vec<String>,
    /// What the programs use and no pair that this one builds on has used: `asyncio.gather`,
    /// `twin_tasks::gather`.
    pub introduces: Vec<String>,
    /// A name for lists and headings.
    pub title: Text,
    /// What one learns.
    pub lesson: Text,
    /// What a speaker says and points at.
    pub notes: Text,
    /// Where the two languages must part, in the order of the programs' comments.
    pub differences: Vec<Text>,
    /// Why the two programs do not take the same steps, where they don't.
    pub steps: Option<Text>,
    /// Why the order of the steps is not the program's to choose, where it is not: as when the system
    /// tells which socket is ready first. Two recordings need only do the same then.
    pub order_varies: Option<Text>,
    /// The sentence of the document that the pair stands for, where it does.
    pub claim: Option<Claim>,
    /// Why a variant prints something else than its pair, by the variant's name: it has a `.stdout`
    /// of its own.
    pub by_design: BTreeMap<String, Text>,
    /// The exit code that the programs must end with.
    pub exit: i32,
    /// The runs of the programs, where there are several.
    pub cases: Vec<Case>,
    /// What is not compared.
    pub filters: Vec<Filter>,
    /// Where order does not count.
    pub unordered: Vec<Unordered>,
    /// The Python packages that the programs need, as pip takes them.
    pub requirements: Vec<String>,
    /// What each Python variant needs beside that, by its name.
    pub pythons: BTreeMap<String, PythonVariant>,
    /// The commands that the programs start.
    pub needs: Vec<Need>,
    /// Why the programs are longer than a projector takes, where one idea needs more.
    pub long: Option<Text>,
    /// The error code, or the denied lint, that the `_compile_fail` variant must fail with; the
    /// compiler's message itself where that has no code.
    pub compile_fail: Option<String>,
}

/// What a Python variant needs: `[python.aiohttp]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PythonVariant {
    /// Python packages, as pip takes them.
    #[serde(default)]
    pub requirements: Vec<String>,
}

/// What the pair shows of the document, `docs/document.*.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The sentence, word for word, marks of Markdown included.
    pub quote: Text,
    /// Why the pair rests on this sentence, where the document only implies the claim.
    pub implied: Option<Text>,
    /// How it is, where the sentence is imprecise.
    pub remark: Option<Text>,
}

/// One text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.ru)
    }
}

impl Notes {
    /// Reads the text of a `.toml` of a course, where nothing may be missing.
    ///
    /// # Errors
    ///
    /// One line that names the key: a missing one, one that nobody knows, a missing translation.
    pub fn parse(toml: &str) -> Result<Self> {
        Self::read(toml, None)
    }

    /// Reads the text of a `.toml` of a pair that belongs to no course: every key and every
    /// translation may be missing. The `stem` is its title then.
    ///
    /// # Errors
    ///
    /// One line that names the key: one that nobody knows, a value that it can't have.
    pub fn parse_free(toml: &str, stem: &str) -> Result<Self> {
        Self::read(toml, Some(stem))
    }

    fn read(toml: &str, free: Option<&str>) -> Result<Self> {
        let raw: Raw = toml::from_str(toml).map_err(|error| {
            let line = error.span().map_or(1, |span| toml[..span.start].matches('\n').count() + 1);
            anyhow::anyhow!("line {line}: {}", error.message().replace('\n', " "))
        })?;
        let number = |key, value: Option<f64>| {
            number(key, if free.is_some() { value.or(Some(0.0)) } else { value })
        };
        let text = |key: &str, raw: Option<RawText>| match free {
            Some(_) => Ok(free_text(raw)),
            None => text(key, raw),
        };
        let title = match free {
            Some(stem) if raw.title.is_none() => {
                let title = stem.replace('_', " ");
                Text { en: title.clone(), ru: title }
            }
            _ => text("title", raw.title)?,
        };
        rules::require_cases(&raw.case)?;
        rules::require_exit("exit", raw.exit)?;
        Rules::new(&raw.filter, &raw.unordered)?;
        Ok(Self {
            seconds: number("seconds", raw.seconds)?,
            minutes: number("minutes", raw.minutes)?,
            builds_on: raw.builds_on,
            introduces: raw.introduces,
            title,
            lesson: text("lesson", raw.lesson)?,
            notes: text("notes", raw.notes)?,
            differences: raw
                .differences
                .into_iter()
                .enumerate()
                .map(|(index, raw)| text(&format!("differences[{index}]"), Some(raw)))
                .collect::<Result<_>>()?,
            steps: raw.steps.map(|raw| text("steps", Some(raw))).transpose()?,
            order_varies: raw
                .order_varies
                .map(|raw| text("order_varies", Some(raw)))
                .transpose()?,
            claim: raw.claim.map(claim).transpose()?,
            by_design: raw.by_design.into_iter().map(reason).collect::<Result<_>>()?,
            exit: raw.exit,
            cases: raw.case,
            filters: raw.filter,
            unordered: raw.unordered,
            requirements: raw.requirements,
            pythons: raw.python,
            needs: raw.needs,
            long: raw.long.map(|raw| text("long", Some(raw))).transpose()?,
            compile_fail: raw.compile_fail.map(|raw| raw.code),
        })
    }

    /// How the outputs are compared.
    pub fn rules(&self) -> Rules {
        Rules::new(&self.filters, &self.unordered).expect("read before")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    seconds: Option<f64>,
    minutes: Option<f64>,
    #[serde(default)]
    builds_on: Vec<String>,
    #[serde(default)]
    introduces: Vec<String>,
    title: Option<RawText>,
    lesson: Option<RawText>,
    notes: Option<RawText>,
    #[serde(default)]
    differences: Vec<RawText>,
    order_varies: Option<RawText>,
    steps: Option<RawText>,
    claim: Option<RawClaim>,
    #[serde(default)]
    by_design: BTreeMap<String, RawText>,
    #[serde(default)]
    exit: i32,
    #[serde(default)]
    case: Vec<Case>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(default)]
    unordered: Vec<Unordered>,
    #[serde(default)]
    requirements: Vec<String>,
    #[serde(default)]
    python: BTreeMap<String, PythonVariant>,
    #[serde(default)]
    needs: Vec<Need>,
    long: Option<RawText>,
    compile_fail: Option<RawCompileFail>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClaim {
    en: Option<String>,
    ru: Option<String>,
    implied: Option<RawText>,
    remark: Option<RawText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a text with `en` and `ru`")]
pub(crate) struct RawText {
    en: Option<String>,
    ru: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCompileFail {
    code: String,
}

fn reason((variant, raw): (String, RawText)) -> Result<(String, Text)> {
    let why = text(&format!("by_design.{variant}"), Some(raw))?;
    Ok((variant, why))
}

fn claim(raw: RawClaim) -> Result<Claim> {
    let both = |key: &str, raw: Option<RawText>| {
        raw.map(|raw| text(&format!("claim.{key}"), Some(raw))).transpose()
    };
    Ok(Claim {
        quote: text("claim", Some(RawText { en: raw.en, ru: raw.ru }))?,
        implied: both("implied", raw.implied)?,
        remark: both("remark", raw.remark)?,
    })
}

fn number(key: &str, value: Option<f64>) -> Result<f64> {
    let value = value.with_context(|| format!("no `{key}`: add the key"))?;
    if !(value.is_finite() && value >= 0.0) {
        bail!("`{key}` is {value}: a number that is not negative is needed");
    }
    Ok(value)
}

pub(crate) fn text(key: &str, raw: Option<RawText>) -> Result<Text> {
    let raw = raw.with_context(|| format!("no `{key}`: add `{key}.en` and `{key}.ru`"))?;
    let one = |lang: &str, other: &str, value: Option<String>| {
        value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).with_context(
            || format!("no `{key}.{lang}`: say what `{key}.{other}` says, in both languages"),
        )
    };
    Ok(Text { en: one("en", "ru", raw.en)?, ru: one("ru", "en", raw.ru)? })
}

/// What is there, in whichever language it is.
fn free_text(raw: Option<RawText>) -> Text {
    let raw = raw.unwrap_or(RawText { en: None, ru: None });
    let text = |one: &Option<String>, other: &Option<String>| {
        one.as_ref().or(other.as_ref()).map_or_else(String::new, |text| text.trim().to_owned())
    };
    Text { en: text(&raw.en, &raw.ru), ru: text(&raw.ru, &raw.en) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
seconds = 2
minutes = 1.5
[title]
en = 'Tea'
ru = 'Чай'
[lesson]
en = 'Waiting'
ru = 'Ожидание'
[notes]
en = 'Say it'
ru = 'Скажите'
[[differences]]
en = 'Here Rust owns'
ru = 'Здесь Rust владеет'
[steps]
en = 'Here Rust drops'
ru = 'Здесь Rust уничтожает'
[claim]
en = 'Tea is hot.'
ru = 'Чай горячий.'
[claim.remark]
en = 'For a while.'
ru = 'Недолго.'
[by_design.deadlock]
en = 'It hangs'
ru = 'Она зависает'
[compile_fail]
code = 'E0277'
";

    #[test]
    fn every_key_is_read() {
        let notes = Notes::parse(GOOD).unwrap();
        assert_eq!((notes.seconds, notes.minutes), (2.0, 1.5));
        assert_eq!(notes.title.get(Lang::Ru), "Чай");
        assert_eq!(notes.differences[0].get(Lang::En), "Here Rust owns");
        assert_eq!(notes.steps.unwrap().get(Lang::Ru), "Здесь Rust уничтожает");
        let claim = notes.claim.unwrap();
        assert_eq!(claim.quote.get(Lang::En), "Tea is hot.");
        assert_eq!((claim.remark.unwrap().get(Lang::Ru), claim.implied), ("Недолго.", None));
        assert_eq!(notes.by_design["deadlock"].get(Lang::Ru), "Она зависает");
        assert_eq!(notes.compile_fail.as_deref(), Some("E0277"));
    }

    #[track_caller]
    fn check(from: &str, to: &str, error: &str) {
        assert!(GOOD.contains(from), "{from:?} is not in the good example");
        let found = format!("{:#}", Notes::parse(&GOOD.replacen(from, to, 1)).unwrap_err());
        assert_eq!(found, error);
    }

    #[test]
    fn the_order_of_the_steps_is_the_program_s_unless_it_is_said() {
        assert_eq!(Notes::parse(GOOD).unwrap().order_varies, None);
        let said = format!("{GOOD}\n[order_varies]\nen = 'sockets'\nru = 'сокеты'\n");
        let why = Notes::parse(&said).unwrap().order_varies.unwrap();
        assert_eq!(why.get(Lang::En), "sockets");
        let unsaid = Notes::parse(&format!("order_varies = true\n{GOOD}")).unwrap_err();
        assert!(format!("{unsaid:#}").contains("expected a text with `en` and `ru`"), "{unsaid:#}");
    }

    #[test]
    fn a_missing_key_is_named() {
        check("seconds = 2\n", "", "no `seconds`: add the key");
        check("[notes]", "[lesson.x]", "line 9: unknown field `x`, expected `en` or `ru`");
    }

    #[test]
    fn a_missing_translation_is_named() {
        let remedy = "say what `title.en` says, in both languages";
        check(
            "ru = 'Здесь Rust уничтожает'\n",
            "",
            &format!("no `steps.ru`: {}", remedy.replace("title", "steps")),
        );
        check("ru = 'Чай'\n", "", &format!("no `title.ru`: {remedy}"));
        check("ru = 'Чай'", "ru = ' '", &format!("no `title.ru`: {remedy}"));
        let remedy = "say what `claim.remark.en` says, in both languages";
        check("ru = 'Недолго.'\n", "", &format!("no `claim.remark.ru`: {remedy}"));
        let remedy = "say what `by_design.deadlock.ru` says, in both languages";
        check("en = 'It hangs'\n", "", &format!("no `by_design.deadlock.en`: {remedy}"));
        let remedy = "say what `differences[0].ru` says, in both languages";
        check("en = 'Here Rust owns'\n", "", &format!("no `differences[0].en`: {remedy}"));
    }

    #[test]
    fn what_is_not_toml_is_told_with_its_line() {
        check(
            "minutes = 1.5",
            "minutes = ",
            "line 2: string values must be quoted, expected literal string",
        );
    }

    #[test]
    fn time_does_not_run_backwards() {
        check(
            "seconds = 2",
            "seconds = -2",
            "`seconds` is -2: a number that is not negative is needed",
        );
        check(
            "seconds = 2",
            "seconds = nan",
            "`seconds` is NaN: a number that is not negative is needed",
        );
    }

    #[test]
    fn outside_of_a_course_all_may_be_missing() {
        let notes = Notes::parse_free("", "green_tea").unwrap();
        assert_eq!((notes.seconds, notes.exit), (0.0, 0));
        assert_eq!((&*notes.title.ru, &*notes.lesson.en), ("green tea", ""));
        let notes = Notes::parse_free("[title]\nen = 'Tea'\n", "tea").unwrap();
        assert_eq!(notes.title.ru, "Tea");
        let error = Notes::parse_free("titel = 'Tea'", "tea").unwrap_err().to_string();
        assert!(error.starts_with("line 1: unknown field `titel`"), "{error}");
    }

    #[test]
    fn what_a_case_can_not_be_is_named() {
        for (cases, error) in [
            ("[[case]]\nname = 'a b'", "`case[0].name` is `a b`: lower-case letters"),
            ("[[case]]\nname = 'a'\n[[case]]\nname = 'a'", "the case `a` stands there twice"),
            ("exit = 300", "`exit` is 300: programs end with 0 to 255"),
            ("[[case]]\nname = 'a'\nexit = -1", "`case[0].exit` is -1"),
            (
                "[[case]]\nname = 'a'\narguments = ['b', \"c\\u0000\"]",
                "`case[0].arguments[1]` has a NUL in it",
            ),
            (
                "[[case]]\nname = 'a'\nenvironment = { 'A=B' = 'c' }",
                "`case[0].environment` can't set `A=B`",
            ),
        ] {
            let found = Notes::parse_free(cases, "tea").unwrap_err().to_string();
            assert!(found.starts_with(error), "{found}");
        }
    }
}
