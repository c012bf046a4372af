//! What the programs of a pair did, step by step, in one vocabulary for both languages: the files
//! in `recordings/`.

mod why;

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

pub use self::why::{By, Wait, WaitKind, Why};
use crate::{
    file,
    highlight::{Syntax, Token, highlight},
    pair::{Pair, Variant},
};

/// The recorded runs of a pair's programs: `recordings/CHAPTER/STEM.json`, or `STEM.CASE.json` where
/// the pair has cases.
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
    /// The [`fingerprints`](Code::fingerprints) of the source that ran, a line of code each.
    pub source: String,
    /// The lines where that had code, as ranges: `8-10 12`. Steps name these lines as they are now:
    /// see [`Recording::read`].
    pub code: String,
    /// Every activation that a step names, in the order of their starts; a step names one by its
    /// place here.
    pub activations: Vec<Activation>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// When each step happened, in milliseconds since the program's first step, in a run without
    /// tracer: measured where a line is printed (see [`Program::is_measured`]), in between where the
    /// program's own waits put it, and never beyond the printed lines around it. Absent where the
    /// order of the lines is up to the system; then a timeline counts steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Vec<u64>>,
    /// The run without tracer that gave the times: when it printed each line, and when it had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untraced: Option<Untraced>,
}

/// A run without tracer, in milliseconds since the program's first step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untraced {
    /// When it printed each line.
    pub lines: Vec<u64>,
    /// When it had ended.
    pub end: u64,
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
    /// Which run of its function it is, counted from 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub number: usize,
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
/// In a file: `["line", 0, 12, {"id": "1"}]`, and with its reason
/// `["suspend", 0, 12, null, [["timer", "0.3"]]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawStep", into = "RawStep")]
pub struct Step {
    /// What happened.
    pub event: Event,
    /// Whose it is: a place in [`Program::activations`].
    pub activation: usize,
    /// Where, counted from 1.
    pub line: usize,
    /// Why, where that is recorded: see [`Why`].
    pub why: Option<Why>,
}

/// What happens to an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its body begins.
    Start,
    /// It is about to execute a line. Local variables that changed since its last line, by name:
    /// `None` for one that is no longer in scope, `–` for one whose value is gone, as one that has
    /// been moved away.
    Line(BTreeMap<String, Option<String>>),
    /// It gives up control at an `await`, and keeps its place.
    Suspend,
    /// It gives up control at a `yield`, with this value, and keeps its place.
    Yield(Option<String>),
    /// It goes on from its place.
    Resume,
    /// It goes on from its place, a `yield`, with a value that is sent.
    Send(String),
    /// It goes on from its place, a `yield`, with an error that is thrown.
    Throw(String),
    /// It ends with a value.
    Return(Option<String>),
    /// It ends with an error.
    Raise(Option<String>),
    /// It is ended from outside where it is suspended: cancelled, in Python.
    Cancel,
    /// It is ended from outside where it is suspended: closed, a generator.
    Close,
    /// It is ended from outside where it is suspended: dropped, in Rust.
    Drop,
    /// It prints this, ends of lines included.
    Print(String),
    /// Steps that are not told, since they are too many and alike.
    Fold(Fold),
}

/// What a recording leaves out: the steps between two that it tells.
///
/// Behind a fold stands the last step of each activation in it that is told of elsewhere, so that
/// what holds after the fold is right.
///
/// One of no steps stands for as many as nobody counted: of a run that takes too many, the tracer
/// tells only the output and the end from there on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// How many steps are left out.
    pub steps: usize,
    /// How many of them are more than the execution of a line.
    pub control: usize,
    /// A [`fingerprint`] of these: two programs that do the same in a fold have the same one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

impl Recording {
    /// The path of the recording of a pair, or of one of its cases, from the project's root.
    pub fn path(pair: &Pair, case: Option<&str>) -> String {
        let case = case.map_or_else(String::new, |case| format!(".{case}"));
        format!("recordings/{}/{}{case}.json", pair.chapter, pair.stem)
    }

    /// Reads the recording of a pair, or of one of its cases, and holds it against the sources. An
    /// edit of comments and blank lines does not outdate it: the lines of its steps move with the
    /// code.
    ///
    /// # Errors
    ///
    /// When it is missing or can't be read, when a program of the pair is not in it, or when a
    /// source has changed since: one line that names the command to renew it.
    pub fn read(root: &Path, pair: &Pair, case: Option<&str>) -> Result<Self> {
        let path = Self::path(pair, case);
        let renew = format!("`cargo twins record {}` renews it", pair.stem);
        let text =
            file::read(&root.join(&path)).with_context(|| format!("can't read {path}: {renew}"))?;
        let mut recording: Self =
            serde_json::from_str(&text).with_context(|| format!("{path}: {renew}"))?;
        let python = ("python", pair.path(".py"));
        let rust = pair.variants.iter().filter(|variant| variant.takes_steps());
        let rust = rust.map(|variant| (variant.name(), pair.source(variant)));
        for (name, source) in [python].into_iter().chain(rust) {
            let program = recording
                .programs
                .get_mut(name)
                .with_context(|| format!("{path} lacks {name}: {renew}"))?;
            let text =
                file::read(&root.join(&source)).with_context(|| format!("can't read {source}"))?;
            let code = Code::of(&text, Path::new(&source));
            if let Some(place) = code.changed(&program.source) {
                let place =
                    place.map_or_else(String::new, |line| format!(", first at line {line}"));
                bail!("{source} has changed since {path} was recorded{place}: {renew}");
            }
            // From the lines at the time of the recording to those of now.
            let lines: BTreeMap<usize, usize> =
                ranges(&program.code).zip(code.lines.keys().copied()).collect();
            for step in &mut program.steps {
                let line = lines.get(&step.line);
                ensure!(
                    line.is_some() && step.activation < program.activations.len(),
                    "{path} names a line or an activation that is not there: {renew}"
                );
                ensure!(
                    step.why.iter().flat_map(Why::named).all(|who| who < program.activations.len()),
                    "{path} has a reason that names an activation that is not there: {renew}"
                );
                step.line = *line.expect("it was asked for");
            }
            program.code = code.ranges();
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
            let (times, untraced) = (program.times.as_ref(), program.untraced.as_ref());
            format!(
                "{}: {{\n\"source\": {},\n\"code\": {},\n\"activations\": {},\n\"steps\": {}{}{}\n}}",
                json(name),
                json(&program.source),
                json(&program.code),
                lines(&program.activations),
                lines(&program.steps),
                times.map_or_else(String::new, |times| format!(",\n\"times\": {}", json(times))),
                untraced.map_or_else(String::new, |run| format!(",\n\"untraced\": {}", json(run))),
            )
        });
        format!("{{\"programs\": {{\n{}\n}}}}\n", programs.collect::<Vec<_>>().join(",\n"))
    }
}

/// The code of a source: its lines without comments, those that are left, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    lines: BTreeMap<usize, String>,
}

impl Code {
    /// Reads the code of a source; its path tells the language.
    pub fn of(text: &str, path: &Path) -> Self {
        let is_python = path.extension().is_some_and(|extension| extension == "py");
        let syntax = if is_python { Syntax::Python } else { Syntax::Rust };
        let lines = highlight(text, syntax).into_iter().enumerate().map(|(place, pieces)| {
            let code = pieces.iter().filter(|(token, _)| *token != Token::Comment);
            let code: String = code.map(|(_, piece)| *piece).collect();
            (place + 1, code.trim_end().to_owned())
        });
        Self { lines: lines.filter(|(_, code)| !code.is_empty()).collect() }
    }

    /// What tells whether the code is the one that ran, and where it is not: 24 bits of each line's
    /// [`fingerprint`].
    pub fn fingerprints(&self) -> String {
        let lines = self.lines.values().map(|line| fingerprint(line)[10..].to_owned());
        lines.collect::<Vec<_>>().join(" ")
    }

    /// The first line that is another one than in the code of these fingerprints, as far as it is
    /// known; nothing where the code is the same.
    pub fn changed(&self, fingerprints: &str) -> Option<Option<usize>> {
        let now = self.fingerprints();
        if now == fingerprints {
            return None;
        }
        // Of all lines together, as in recordings made before those of each line were kept.
        if !fingerprints.contains(' ') {
            let lines: Vec<&str> = self.lines.values().map(|line| &**line).collect();
            return (fingerprint(&lines.join("\n")) != fingerprints).then_some(None);
        }
        let (mut now, mut old) = (now.split(' '), fingerprints.split(' '));
        let changed = self.lines.keys().find(|_| now.next() != old.next());
        Some(changed.or(self.lines.keys().next_back()).copied())
    }

    /// The numbers of its lines, as [`Program::code`] has them.
    pub fn ranges(&self) -> String {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for line in self.lines.keys() {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == *line => *last = *line,
                _ => ranges.push((*line, *line)),
            }
        }
        let range = |(first, last): &(usize, usize)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        ranges.iter().map(range).collect::<Vec<_>>().join(" ")
    }
}

/// The numbers in `8-10 12`; what is no number is none.
fn ranges(text: &str) -> impl Iterator<Item = usize> {
    text.split(' ').flat_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (first.parse(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) => first..last + 1,
            _ => 0..0,
        }
    })
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

fn one() -> usize {
    1
}

fn is_one(number: &usize) -> bool {
    *number == 1
}

impl Program {
    /// Whether the time of the step at this place was measured, and not only bounded by others.
    pub fn is_measured(&self, place: usize) -> bool {
        place == 0 || matches!(&self.steps[place].event, Event::Print(text) if text.ends_with('\n'))
    }
}

/// A step as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum RawStep {
    // Where nothing belongs to the event, `null` stands before the reason.
    Why(Tag, usize, usize, Option<Payload>, Why),
    With(Tag, usize, usize, Payload),
    Bare(Tag, usize, usize),
}

/// What belongs to an event.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Payload {
    Text(String),
    Fold(Fold),
    Locals(BTreeMap<String, Option<String>>),
}

impl Payload {
    fn text(self) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err("a value is a text".to_owned()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tag {
    Start,
    Line,
    Suspend,
    Yield,
    Resume,
    Send,
    Throw,
    Return,
    Raise,
    Cancel,
    Close,
    Drop,
    Print,
    Fold,
}

impl From<Step> for RawStep {
    fn from(Step { event, activation, line, why }: Step) -> Self {
        let (tag, payload) = match event {
            Event::Start => (Tag::Start, None),
            Event::Line(locals) if locals.is_empty() => (Tag::Line, None),
            Event::Line(locals) => (Tag::Line, Some(Payload::Locals(locals))),
            Event::Suspend => (Tag::Suspend, None),
            Event::Yield(value) => (Tag::Yield, value.map(Payload::Text)),
            Event::Resume => (Tag::Resume, None),
            Event::Send(value) => (Tag::Send, Some(Payload::Text(value))),
            Event::Throw(error) => (Tag::Throw, Some(Payload::Text(error))),
            Event::Return(value) => (Tag::Return, value.map(Payload::Text)),
            Event::Raise(error) => (Tag::Raise, error.map(Payload::Text)),
            Event::Cancel => (Tag::Cancel, None),
            Event::Close => (Tag::Close, None),
            Event::Drop => (Tag::Drop, None),
            Event::Print(text) => (Tag::Print, Some(Payload::Text(text))),
            Event::Fold(fold) => (Tag::Fold, Some(Payload::Fold(fold))),
        };
        match (payload, why) {
            (payload, Some(why)) => Self::Why(tag, activation, line, payload, why),
            (Some(payload), None) => Self::With(tag, activation, line, payload),
            (None, None) => Self::Bare(tag, activation, line),
        }
    }
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let (tag, activation, line, payload, why) = match raw {
            RawStep::Why(tag, activation, line, payload, why) => {
                (tag, activation, line, payload, Some(why))
            }
            RawStep::With(tag, activation, line, payload) => {
                (tag, activation, line, Some(payload), None)
            }
            RawStep::Bare(tag, activation, line) => (tag, activation, line, None, None),
        };
        let event = match (tag, payload) {
            (Tag::Start, None) => Event::Start,
            (Tag::Line, None) => Event::Line(BTreeMap::new()),
            (Tag::Line, Some(Payload::Locals(locals))) => Event::Line(locals),
            (Tag::Suspend, None) => Event::Suspend,
            (Tag::Yield, value) => Event::Yield(value.map(Payload::text).transpose()?),
            (Tag::Resume, None) => Event::Resume,
            (Tag::Send, Some(Payload::Text(value))) => Event::Send(value),
            (Tag::Throw, Some(Payload::Text(error))) => Event::Throw(error),
            (Tag::Return, value) => Event::Return(value.map(Payload::text).transpose()?),
            (Tag::Raise, error) => Event::Raise(error.map(Payload::text).transpose()?),
            (Tag::Cancel, None) => Event::Cancel,
            (Tag::Close, None) => Event::Close,
            (Tag::Drop, None) => Event::Drop,
            (Tag::Print, Some(Payload::Text(text))) => Event::Print(text),
            (Tag::Fold, Some(Payload::Fold(fold))) => Event::Fold(fold),
            _ => return Err("an event without what belongs to it, or with more".to_owned()),
        };
        let fits = match &why {
            None => true,
            Some(Why::Waits(_)) => event == Event::Suspend,
            Some(Why::By(_)) => {
                let goes_on = matches!(event, Event::Resume | Event::Send(_) | Event::Throw(_));
                goes_on || matches!(event, Event::Cancel | Event::Drop)
            }
        };
        if !fits {
            return Err("a reason that does not belong to its event".to_owned());
        }
        Ok(Self { event, activation, line, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> Recording {
        let step = |event, activation, line| Step { event, activation, line, why: None };
        let why = |event, why| Step { event, activation: 0, line: 1, why: Some(why) };
        let locals =
            BTreeMap::from([("id".to_owned(), Some("1".to_owned())), ("x".to_owned(), None)]);
        let program = Program {
            source: fingerprint("fn main() {}\n"),
            code: "1".to_owned(),
            activations: vec![
                Activation {
                    function: "main".to_owned(),
                    kind: Kind::Function,
                    thread: 0,
                    number: 1,
                },
                Activation {
                    function: "tick".to_owned(),
                    kind: Kind::AsyncGenerator,
                    thread: 1,
                    number: 7,
                },
            ],
            steps: vec![
                step(Event::Start, 0, 1),
                step(Event::Line(BTreeMap::new()), 0, 1),
                step(Event::Line(locals), 0, 1),
                step(Event::Print("\"привет\"\n".to_owned()), 0, 1),
                step(Event::Fold(Fold { steps: 9, control: 0, digest: String::new() }), 0, 1),
                why(
                    Event::Suspend,
                    Why::Waits(vec![
                        Wait::of(WaitKind::Event),
                        Wait { who: Some(1), ..Wait::of(WaitKind::Lock) },
                        Wait { text: Some("0.3".to_owned()), ..Wait::of(WaitKind::Timer) },
                    ]),
                ),
                step(Event::Yield(None), 1, 1),
                step(Event::Yield(Some("1".to_owned())), 1, 1),
                why(Event::Resume, Why::By(By::Loop)),
                why(Event::Send("1".to_owned()), Why::By(By::Activation(1))),
                step(Event::Raise(Some("E".to_owned())), 1, 1),
                step(Event::Return(None), 0, 1),
            ],
            times: Some(vec![0, 0, 0, 1, 1, 1, 1, 1, 100, 100, 100, 2000]),
            untraced: Some(Untraced { lines: vec![1], end: 2000 }),
        };
        let bare = Program {
            activations: vec![],
            steps: vec![],
            times: None,
            untraced: None,
            ..program.clone()
        };
        Recording { programs: [("python".to_owned(), program), ("rust".to_owned(), bare)].into() }
    }

    #[test]
    fn a_file_reads_back_as_what_was_written() {
        let written = recording().to_text();
        assert_eq!(serde_json::from_str::<Recording>(&written).unwrap(), recording());
        assert!(written.contains("\n[\"line\",0,1,{\"id\":\"1\",\"x\":null}],\n"), "{written}");
        let reasons = [
            r#"["suspend",0,1,null,[["event"],["lock",1],["timer","0.3"]]]"#,
            r#"["resume",0,1,null,"loop"]"#,
            r#"["send",0,1,"1",1]"#,
        ];
        for reason in reasons {
            assert!(written.contains(reason), "{written}");
        }
    }

    #[test]
    fn a_step_that_makes_no_sense_is_refused() {
        for step in [
            r#"["print",0,1]"#,
            r#"["start",0,1,"text"]"#,
            r#"["suspend",0,1,{}]"#,
            r#"["fold",0,1,"9"]"#,
            r#"["suspend",0,1,null,"loop"]"#,
            r#"["resume",0,1,null,[["timer"]]]"#,
        ] {
            assert!(serde_json::from_str::<Step>(step).is_err(), "{step}");
        }
    }

    #[test]
    fn comments_and_blank_lines_are_no_code() {
        let code = |text| Code::of(text, Path::new("tea.py"));
        let bare = code("def pour():\n    print('# 1')\n\npour()\n");
        let told = code("# Tea.\n\ndef pour():  # a cup\n    print('# 1')\npour()\n");
        assert_eq!(told.changed(&bare.fingerprints()), None);
        assert_eq!((&*bare.ranges(), &*told.ranges()), ("1-2 4", "3-5"));
        assert_eq!(ranges("1-2 4").collect::<Vec<_>>(), [1, 2, 4]);
        let rust = |text| Code::of(text, Path::new("tea.rs"));
        assert_eq!(rust("// a\nfn main() {} // b\n").ranges(), "2");
    }

    #[test]
    fn a_change_of_code_is_told_by_its_line() {
        let code = |text| Code::of(text, Path::new("tea.py"));
        let old = code("def pour():\n    print(1)\n\npour()\n").fingerprints();
        let changed = |text| code(text).changed(&old);
        assert_eq!(changed("def pour():\n    # a cup\n    print(2)\n\npour()\n"), Some(Some(3)));
        assert_eq!(changed("def pour():\n    print(1)\n\npour()\npour()\n"), Some(Some(5)));
        assert_eq!(changed("def pour():\n    print(1)\n"), Some(Some(2)));
    }

    #[test]
    fn a_changed_source_has_another_fingerprint() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_eq!(fingerprint("a"), "af63dc4c8601ec8c");
    }
}
