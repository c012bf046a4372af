//! What the programs of a pair did, step by step, in one vocabulary for both languages: the files
//! in `recordings/`.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::pair::{Pair, Variant};

/// How many steps of a program are recorded; what follows is left out, and
/// [`Program::complete`] says so.
pub const MAX_STEPS: usize = 2_000;

/// The recorded runs of a pair's programs: `recordings/CHAPTER/STEM.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// `python`, and each variant that compiles, by [`Variant::name`].
    pub programs: BTreeMap<String, Program>,
}

/// One program's run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The [`fingerprint`] of the source that ran.
    pub source: String,
    /// Whether the run was short enough to be recorded to its end.
    pub complete: bool,
    /// Every activation, in the order of their starts; a step names one by its place here.
    pub activations: Vec<Activation>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// When each step happened, in milliseconds since the start of a run without tracer; absent
    /// where that can't be told, and then a timeline counts steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Vec<u64>>,
}

/// One run of a function's body, from its start to its return, however often it was suspended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The function's name, the same in both languages: `process`, not `process::{async_fn#0}`.
    pub function: String,
    /// What kind of body it is.
    pub kind: Kind,
    /// The thread it runs on: 0 is the main one, others count by their first step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thread: usize,
}

/// What kind of body an activation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It runs from start to return.
    Function,
    /// It suspends at a `yield`.
    Generator,
    /// It suspends at an `await`.
    Coroutine,
    /// It suspends at both.
    AsyncGenerator,
}

/// One event of one activation, at a line of the program's source.
///
/// In a file: `["line", 0, 12, {"id": "1"}]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawStep", into = "RawStep")]
pub struct Step {
    /// What happened.
    pub event: Event,
    /// Whose it is: a place in [`Program::activations`].
    pub activation: usize,
    /// Where, counted from 1.
    pub line: usize,
}

/// What happens to an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its body begins.
    Start,
    /// It is about to execute a line. Local variables that changed since its last line, by name;
    /// `–` for one that holds no value (any more).
    Line(BTreeMap<String, String>),
    /// It gives up control at a `yield` or an `await`, and keeps its place.
    Suspend,
    /// It goes on from its place.
    Resume,
    /// It ends with a value.
    Return,
    /// It ends with an error.
    Raise,
    /// It prints this, ends of lines included.
    Print(String),
}

impl Recording {
    /// The path of a pair's recording, from the project's root.
    pub fn path(pair: &Pair) -> String {
        format!("recordings/{}/{}.json", pair.chapter, pair.stem)
    }

    /// Reads a pair's recording and holds it against the sources.
    ///
    /// # Errors
    ///
    /// When it is missing or can't be read, when a program of the pair is not in it, or when a
    /// source has changed since: one line that names the command to renew it.
    pub fn read(root: &Path, pair: &Pair) -> Result<Self> {
        let path = Self::path(pair);
        let renew = format!("`cargo twins record {}` renews it", pair.stem);
        let text = fs::read_to_string(root.join(&path))
            .with_context(|| format!("can't read {path}: {renew}"))?;
        let recording: Self =
            serde_json::from_str(&text).with_context(|| format!("{path}: {renew}"))?;
        let python = ("python", pair.path(".py"));
        let rust = pair.variants.iter().filter(|variant| variant.compiles());
        let rust = rust.map(|variant| (variant.name(), pair.source(variant)));
        for (name, source) in [python].into_iter().chain(rust) {
            let program =
                recording.program(name).with_context(|| format!("{path} lacks {name}: {renew}"))?;
            let text = fs::read_to_string(root.join(&source))
                .with_context(|| format!("can't read {source}"))?;
            ensure!(
                program.source == fingerprint(&text),
                "{source} has changed since {path} was recorded: {renew}"
            );
            let lines = text.lines().count();
            ensure!(
                program.steps.iter().all(|step| (1..=lines).contains(&step.line)
                    && step.activation < program.activations.len()),
                "{path} names a line or an activation that is not there: {renew}"
            );
        }
        Ok(recording)
    }

    /// One program's run, by its name.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.get(name)
    }

    /// The run of a pair's Rust program.
    pub fn variant(&self, variant: Variant) -> Option<&Program> {
        self.program(variant.name())
    }

    /// The text of the file: one step a line, so that a change shows as what it is.
    pub fn to_text(&self) -> String {
        let programs = self.programs.iter().map(|(name, program)| {
            let times = program.times.as_ref();
            format!(
                "{}: {{\n\"source\": {},\n\"complete\": {},\n\"activations\": {},\n\"steps\": {}{}\n}}",
                json(name),
                json(&program.source),
                program.complete,
                lines(&program.activations),
                lines(&program.steps),
                times.map_or_else(String::new, |times| format!(",\n\"times\": {}", json(times))),
            )
        });
        format!("{{\"programs\": {{\n{}\n}}}}\n", programs.collect::<Vec<_>>().join(",\n"))
    }
}

/// What tells whether a source is the one that ran: FNV-1a, 64 bits, of its text.
pub fn fingerprint(source: &str) -> String {
    let hash = source.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a recording has only strings for keys")
}

fn lines(items: &[impl Serialize]) -> String {
    match items {
        [] => "[]".to_owned(),
        items => format!("[\n{}\n]", items.iter().map(json).collect::<Vec<_>>().join(",\n")),
    }
}

fn is_zero(thread: &usize) -> bool {
    *thread == 0
}

/// A step as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum RawStep {
    Print(Tag, usize, usize, String),
    Line(Tag, usize, usize, BTreeMap<String, String>),
    Other(Tag, usize, usize),
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tag {
    Start,
    Line,
    Suspend,
    Resume,
    Return,
    Raise,
    Print,
}

impl From<Step> for RawStep {
    fn from(Step { event, activation, line }: Step) -> Self {
        let tag = match event {
            Event::Print(text) => return Self::Print(Tag::Print, activation, line, text),
            Event::Line(locals) if !locals.is_empty() => {
                return Self::Line(Tag::Line, activation, line, locals);
            }
            Event::Line(_) => Tag::Line,
            Event::Start => Tag::Start,
            Event::Suspend => Tag::Suspend,
            Event::Resume => Tag::Resume,
            Event::Return => Tag::Return,
            Event::Raise => Tag::Raise,
        };
        Self::Other(tag, activation, line)
    }
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let (event, activation, line) = match raw {
            RawStep::Print(Tag::Print, activation, line, text) => {
                (Event::Print(text), activation, line)
            }
            RawStep::Line(Tag::Line, activation, line, locals) => {
                (Event::Line(locals), activation, line)
            }
            RawStep::Other(tag, activation, line) => {
                let event = match tag {
                    Tag::Line => Event::Line(BTreeMap::new()),
                    Tag::Start => Event::Start,
                    Tag::Suspend => Event::Suspend,
                    Tag::Resume => Event::Resume,
                    Tag::Return => Event::Return,
                    Tag::Raise => Event::Raise,
                    Tag::Print => return Err("a print without its text".to_owned()),
                };
                (event, activation, line)
            }
            _ => return Err("only a line has locals, only a print has text".to_owned()),
        };
        Ok(Self { event, activation, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Recording {
        let step = |event, activation, line| Step { event, activation, line };
        let locals = BTreeMap::from([("id".to_owned(), "1".to_owned())]);
        let program = Program {
            source: fingerprint("fn main() {}\n"),
            complete: true,
            activations: vec![
                Activation { function: "main".to_owned(), kind: Kind::Function, thread: 0 },
                Activation { function: "tick".to_owned(), kind: Kind::AsyncGenerator, thread: 1 },
            ],
            steps: vec![
                step(Event::Start, 0, 1),
                step(Event::Line(BTreeMap::new()), 0, 1),
                step(Event::Line(locals), 0, 1),
                step(Event::Print("\"привет\"\n".to_owned()), 0, 1),
                step(Event::Suspend, 0, 1),
                step(Event::Resume, 0, 1),
                step(Event::Raise, 1, 1),
                step(Event::Return, 0, 1),
            ],
            times: Some(vec![0, 0, 0, 1, 1, 100, 100, 2000]),
        };
        let bare = Program { activations: vec![], steps: vec![], times: None, ..program.clone() };
        Recording { programs: [("python".to_owned(), program), ("rust".to_owned(), bare)].into() }
    }

    #[test]
    fn a_file_reads_back_as_what_was_written() {
        let written = recording().to_text();
        assert_eq!(serde_json::from_str::<Recording>(&written).unwrap(), recording());
        assert!(written.contains("\n[\"line\",0,1,{\"id\":\"1\"}],\n"), "{written}");
    }

    #[test]
    fn a_step_that_makes_no_sense_is_refused() {
        for step in [r#"["print",0,1]"#, r#"["start",0,1,"text"]"#, r#"["suspend",0,1,{}]"#] {
            assert!(serde_json::from_str::<Step>(step).is_err(), "{step}");
        }
    }

    #[test]
    fn a_changed_source_has_another_fingerprint() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_eq!(fingerprint("a"), "af63dc4c8601ec8c");
    }
}
