//! What the player reads: the recordings in short, and the rows in which both programs go on
//! together.

use std::collections::BTreeMap;

use crate::{
    recording::{Event, Kind, Program, Recording, Step},
    steps,
};
use serde::Serialize;

/// A pair's recording for the page's script.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Playback {
    /// Each program's run, by its name: `python`, `rust`, `native`, ….
    pub programs: BTreeMap<String, Track>,
    /// For each Rust program, a letter for each row: `b` both programs take a step, `l` only the
    /// left one, Python, `r` only the right one.
    pub rows: BTreeMap<String, String>,
}

/// One program's run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Track {
    /// Function, kind, thread, which run of its function it is.
    activations: Vec<(String, Kind, usize, usize)>,
    steps: Vec<TrackStep>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Vec<u64>>,
}

/// What happened, to which activation, at which line; and what was printed or yielded, the locals
/// that changed (`null` where one is no longer in scope), or how many steps are not told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum TrackStep {
    Bare(&'static str, usize, usize),
    Text(&'static str, usize, usize, String),
    Locals(&'static str, usize, usize, BTreeMap<String, Option<String>>),
    Fold(&'static str, usize, usize, usize),
}

impl Playback {
    /// What a recording holds, for the page.
    pub fn new(recording: &Recording) -> Self {
        let programs = recording.programs.iter();
        let programs = programs.map(|(name, program)| (name.clone(), Track::new(program)));
        let python = recording.program("python");
        let rusts = recording.programs.iter().filter(|(name, _)| *name != "python");
        let rows = rusts.filter_map(|(name, rust)| Some((name.clone(), rows(python?, rust))));
        Self { programs: programs.collect(), rows: rows.collect() }
    }

    /// Of a pair that was not recorded.
    pub fn nothing() -> Self {
        Self { programs: BTreeMap::new(), rows: BTreeMap::new() }
    }

    /// Whether there is nothing to step through.
    pub fn is_nothing(&self) -> bool {
        self.programs.is_empty()
    }

    /// As JSON that can stand in a `<script>` element: no `<` of it opens or closes one.
    ///
    /// # Panics
    ///
    /// Never: everything in it is a string, a number, or a list of them.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string(self).expect("strings, numbers and lists of them");
        json.replace('<', "\\u003c")
    }
}

fn rows(python: &Program, rust: &Program) -> String {
    let rows = steps::align(python, rust).into_iter();
    rows.map(|row| match row {
        (Some(_), Some(_)) => 'b',
        (Some(_), None) => 'l',
        _ => 'r',
    })
    .collect()
}

impl Track {
    fn new(program: &Program) -> Self {
        let activations = program.activations.iter();
        Self {
            activations: activations
                .map(|it| (it.function.clone(), it.kind, it.thread, it.number))
                .collect(),
            steps: program.steps.iter().map(TrackStep::new).collect(),
            times: program.times.clone(),
        }
    }
}

impl TrackStep {
    fn new(Step { event, activation, line }: &Step) -> Self {
        let letter = match event {
            Event::Start => "s",
            Event::Line(_) => "l",
            Event::Suspend | Event::Yield(_) => "y",
            Event::Fold(_) => "f",
            Event::Resume | Event::Send(_) | Event::Throw(_) => "r",
            Event::Return(_) => "e",
            Event::Raise(_) | Event::Cancel | Event::Close | Event::Drop => "x",
            Event::Print(_) => "p",
        };
        match event {
            Event::Print(text)
            | Event::Yield(Some(text))
            | Event::Send(text)
            | Event::Throw(text)
            | Event::Return(Some(text))
            | Event::Raise(Some(text)) => Self::Text(letter, *activation, *line, text.clone()),
            Event::Fold(fold) => Self::Fold(letter, *activation, *line, fold.steps),
            Event::Line(locals) if !locals.is_empty() => {
                Self::Locals(letter, *activation, *line, locals.clone())
            }
            _ => Self::Bare(letter, *activation, *line),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::recording::Activation;

    use super::*;

    fn program(prints: &[&str]) -> Program {
        let print =
            |text: &&str| Step { event: Event::Print((*text).to_owned()), activation: 0, line: 1 };
        Program {
            source: String::new(),
            code: String::new(),
            activations: vec![Activation {
                function: "main".to_owned(),
                kind: Kind::Function,
                thread: 0,
                number: 1,
            }],
            steps: prints.iter().map(print).collect(),
            times: None,
            untraced: None,
        }
    }

    #[test]
    fn rows_tell_who_steps() {
        let recording = Recording {
            programs: [
                ("python".to_owned(), program(&["a", "x", "b"])),
                ("rust".to_owned(), program(&["a", "b", "y"])),
            ]
            .into(),
        };
        let playback = Playback::new(&recording);
        assert_eq!(playback.rows["rust"], "blbr");
        assert!(!playback.rows.contains_key("python"));
    }

    #[test]
    fn no_script_is_closed_from_within() {
        let programs = [("python".to_owned(), program(&["</script>"]))].into();
        let json = Playback::new(&Recording { programs }).to_json();
        assert!(!json.contains('<'), "{json}");
        assert!(json.contains(r#"["p",0,1,"\u003c/script>"]"#), "{json}");
    }
}
