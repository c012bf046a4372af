//! What the player reads: the recordings in short, and the rows in which both programs go on
//! together.

use std::collections::BTreeMap;

use crate::{
    book::remarks::Source,
    recording::{By, Event, Kind, Program, Step, WaitKind, Why},
    steps,
};
use serde::Serialize;

/// A pair's recording for the page's script.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Playback {
    /// Each program's run, by its name: `python`, `rust`, `native`, ….
    pub programs: BTreeMap<String, Track>,
    /// For any two programs, `python rust`, who steps in each row: `b` both programs, `l` only the
    /// left one, `r` only the right one. `12b3l` stands for twelve rows and three.
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
    /// By the place of a step: why it happens, where that is recorded.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    reasons: BTreeMap<usize, Reason>,
    /// The lines that hand control to an event loop, and wait there for its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    loops: Vec<usize>,
}

/// What is waited for: its kind, whom, and what more there is to say. Or who has one go on, an
/// activation or nobody, and then it is the event loop; and what it receives.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Reason {
    Waits {
        waits: Vec<(WaitKind, Option<usize>, Option<String>)>,
    },
    By {
        by: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        receives: Option<String>,
    },
}

/// What happened, to which activation, at which line; and what was printed or carried, the locals
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
    /// What the runs of a pair hold, for the page; in the order in which the page shows them.
    pub fn new(programs: &[Source<'_>]) -> Self {
        let mut rows = BTreeMap::new();
        for (place, left) in programs.iter().enumerate() {
            for right in &programs[place + 1..] {
                let names = format!("{} {}", left.name, right.name);
                rows.insert(names, rows_of(left.run, right.run));
            }
        }
        let tracks = programs.iter();
        let tracks = tracks.map(|it| (it.name.to_owned(), Track::new(it.run, it.text)));
        Self { programs: tracks.collect(), rows }
    }

    /// Whether there is nothing to step through.
    pub fn is_nothing(&self) -> bool {
        self.programs.is_empty()
    }

    /// How many rows one of the Rust programs has beside Python; one that Rust refuses, its twin's.
    pub fn length(&self, variant: &str) -> usize {
        let with_python = |name: &str| self.rows.get(&format!("python {name}"));
        let rows = with_python(variant).or_else(|| with_python("rust"));
        let runs = rows.into_iter().flat_map(|rows| rows.split_inclusive(char::is_alphabetic));
        runs.map(|run| run[..run.len() - 1].parse().unwrap_or(1)).sum()
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

fn rows_of(left: &Program, right: &Program) -> String {
    let rows = steps::align(left, right);
    let letter = |row: &steps::Row| match row {
        (Some(_), Some(_)) => 'b',
        (Some(_), None) => 'l',
        _ => 'r',
    };
    let mut text = String::new();
    for run in rows.chunk_by(|one, other| letter(one) == letter(other)) {
        if run.len() > 1 {
            text += &run.len().to_string();
        }
        text.push(letter(&run[0]));
    }
    text
}

/// The lines of a source that hand control to an event loop: `asyncio.run(main())`,
/// `run(main());`, `block_on(…)`.
fn loops(source: &str) -> Vec<usize> {
    let hands_over = |line: &str| {
        ["run", "block_on", "run_until_complete", "run_until_ctrl_c"].iter().any(|name| {
            line.match_indices(&format!("{name}(")).any(|(at, _)| {
                let before = &line[..at];
                !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                    && !before.ends_with("fn ")
                    && !before.ends_with("def ")
            })
        })
    };
    let lines = source.lines().enumerate();
    lines.filter(|(_, line)| hands_over(line)).map(|(place, _)| place + 1).collect()
}

fn reasons(program: &Program) -> BTreeMap<usize, Reason> {
    let reason = |(place, step): (usize, &Step)| {
        let reason = match step.why.clone()? {
            Why::Waits(waits) => {
                let waits = waits.into_iter().map(|wait| (wait.kind, wait.who, wait.text));
                Reason::Waits { waits: waits.collect() }
            }
            Why::By(by) => {
                let by = if let By::Activation(by) = by { Some(by) } else { None };
                let receives = steps::received(program, place).map(str::to_owned);
                Reason::By { by, receives }
            }
        };
        Some((place, reason))
    };
    program.steps.iter().enumerate().filter_map(reason).collect()
}

impl Track {
    fn new(program: &Program, source: &str) -> Self {
        let activations = program.activations.iter();
        Self {
            activations: activations
                .map(|it| (it.function.clone(), it.kind, it.thread, it.number))
                .collect(),
            steps: program.steps.iter().map(TrackStep::new).collect(),
            times: program.times.clone(),
            reasons: reasons(program),
            loops: loops(source),
        }
    }
}

impl TrackStep {
    fn new(Step { event, activation, line, .. }: &Step) -> Self {
        let letter = match event {
            Event::Start => "s",
            Event::Line(_) => "l",
            Event::Suspend => "w",
            Event::Yield(_) => "y",
            Event::Resume => "r",
            Event::Send(_) => "n",
            Event::Throw(_) => "t",
            Event::Return(_) => "e",
            Event::Raise(_) => "x",
            Event::Cancel => "c",
            Event::Close => "o",
            Event::Drop => "d",
            Event::Print(_) => "p",
            Event::Fold(_) => "f",
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
        let print = |text: &&str| Step {
            event: Event::Print((*text).to_owned()),
            activation: 0,
            line: 1,
            why: None,
        };
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
        let runs = [program(&["a", "x", "b"]), program(&["a", "b", "y"])];
        let source = |name, run| Source { name, text: "", run };
        let playback = Playback::new(&[source("python", &runs[0]), source("rust", &runs[1])]);
        let rows: Vec<_> = playback.rows.iter().map(|(names, rows)| (&**names, &**rows)).collect();
        assert_eq!(rows, [("python rust", "blbr")]);
    }

    #[test]
    fn a_line_hands_control_to_a_loop() {
        for (line, hands) in [
            ("asyncio.run(main())", true),
            ("    run(main());", true),
            ("    end(Runner::new().run_until_ctrl_c(main))", true),
            ("    let all = block_on(async {", true),
            ("fn run(future: F) {", false),
            ("    def run(self):", false),
            ("    rerun(1)", false),
        ] {
            assert_eq!(!loops(line).is_empty(), hands, "{line}");
        }
    }

    #[test]
    fn no_script_is_closed_from_within() {
        let run = program(&["</script>"]);
        let json = Playback::new(&[Source { name: "python", text: "", run: &run }]).to_json();
        assert!(!json.contains('<'), "{json}");
        assert!(json.contains(r#"["p",0,1,"\u003c/script>"]"#), "{json}");
    }
}
