//! The judge: runs every program of the pairs, and all must print what is recorded.
//!
//! Where a program's waits choose the order of its lines, a machine that is busy enough can let the
//! shorter wait end after the longer one. So a program that does not print what is recorded runs
//! once more, alone, and that run counts; the [`Report`] keeps what was wrong with the first one.
//! A difference that is the program's own comes again.
//!
//! Three rooms: `run` starts the programs, `judge` says of each what came of it, `accept` writes down
//! what all of them print alike.

mod accept;
mod judge;
mod run;

use std::time::Duration;

use anyhow::Result;

use self::judge::Judged;
use crate::{
    cargo,
    pair::Variant,
    progress::Progress,
    project::{Project, is_course},
    python::Interpreter,
};

/// How `check` works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The interpreters: the programs are held against each.
    pub pythons: Vec<Interpreter>,
    /// Whether to record what all programs print alike.
    pub bless: bool,
    /// How long a program may run.
    pub limit: Duration,
    /// How many programs run at the same time.
    pub jobs: usize,
    /// Whether to install the Python packages that pairs need.
    pub install: bool,
    /// Whether every pair must be tried: what one needs and is not there is an error.
    pub all: bool,
}

/// What `check` found.
#[derive(Debug, Default)]
pub struct Report {
    /// The compiler that built the Rust programs.
    pub rustc: String,
    /// One row a program, in reading order.
    pub rows: Vec<Row>,
    /// What is not in order in the project itself, one line each.
    pub problems: Vec<String>,
    /// The files that `--bless` wrote.
    pub written: Vec<String>,
    /// Whether steps are judged: a project may have no recordings.
    pub has_steps: bool,
    /// Of what nothing is recorded, in a project that is no course: there that is no error.
    pub unrecorded: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.problems.is_empty() && self.rows.iter().all(|row| row.verdict.is_good())
    }
}

/// One program and what came of it.
#[derive(Debug)]
pub struct Row {
    /// The chapter of its pair.
    pub chapter: String,
    /// The stem of its pair.
    pub stem: String,
    /// The case that it ran, where its pair has several.
    pub case: Option<String>,
    /// `python 3.13.0`, `rust`, `native`, …; or [`STEPS`].
    pub program: String,
    /// How it did.
    pub verdict: Verdict,
    /// How long it ran; nothing where it did not.
    pub seconds: Option<f64>,
    /// What was wrong with its first run, where it ran twice: the verdict is about the second.
    pub first_run: Option<String>,
    /// What was left out when it was compared: "2 filters".
    pub after: Option<String>,
}

/// How a program did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It printed what is recorded, byte for byte.
    Equal,
    /// Rust refuses it with the code that the notes name.
    Refused(String),
    /// A nightly newer than the known-good one refuses its syntax: no fault of the program's.
    NewerNightly(String),
    /// It prints what is recorded of it alone, and the notes say why that is something else.
    ByDesign,
    /// The programs take different steps, and the notes say why.
    Explained,
    /// The recording is older than a source, or missing, and this machine can't record: why.
    NotHeld(String),
    /// Its pair needs what is not there: nothing is known of it.
    NotTried(String),
    /// Something else: a word for the table, and a line that says what and what helps.
    Wrong(&'static str, String),
}

/// What stands in place of a program where the steps of Python and Rust are compared.
pub const STEPS: &str = "steps";

/// What stands in place of the programs of a pair that was not tried.
pub const ALL: &str = "all";

impl Row {
    /// What it is about: `tasks/tea`, or `tasks/tea.two_cups` where the pair has cases.
    pub fn name(&self) -> String {
        let case = self.case.as_ref().map_or_else(String::new, |case| format!(".{case}"));
        format!("{}/{}{case}", self.chapter, self.stem)
    }

    /// Whether it is a program, and not what two of them have in common, or all.
    pub fn is_program(&self) -> bool {
        self.program != STEPS && self.program != ALL
    }
}

impl Verdict {
    /// Whether the program is as it should be, or at least not to blame.
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Wrong(..))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Program {
    /// Under an interpreter of this version.
    Python(String),
    /// One of the pair's Python variants, under such an interpreter.
    PythonVariant(String, String),
    Rust(Variant),
}

impl Program {
    fn name(&self) -> String {
        match self {
            Self::Python(version) => format!("python {version}"),
            Self::PythonVariant(variant, version) => format!("python {version}, {variant}"),
            Self::Rust(variant) => variant.name().to_owned(),
        }
    }
}

/// Runs the programs of the pairs with these names, or of all pairs, and judges what they print.
///
/// # Errors
///
/// When the check can't be made at all: an unknown name, no compiler. What is wrong with a pair is
/// in the [`Report`].
pub fn check(
    project: &Project,
    names: &[String],
    options: &Options,
    progress: &mut Progress,
) -> Result<Report> {
    let pairs = project.select(names)?;
    project.require_sources()?;
    let (rustc, rustc_date) = cargo::rustc(&project.root)?;
    let mut report = Report { rustc, ..Report::default() };
    let examples: Vec<String> = pairs
        .iter()
        .flat_map(|pair| {
            pair.variants.iter().filter(|v| v.compiles()).map(|v| pair.variant_stem(v))
        })
        .collect();
    let build = cargo::build(&project.root, &examples)?;

    let mut judged: Vec<Judged<'_>> = pairs
        .iter()
        .flat_map(|pair| Judged::all(project, pair, options, &mut report.problems))
        .collect();
    let jobs = run::plan(project, &mut judged, &build, options)?;
    for (index, program, output) in run::run_all(jobs, options, progress)? {
        judged[index].take(program, output);
    }
    if options.bless {
        accept::bless(project, &judged, &build, options, &mut report)?;
        judged.iter_mut().for_each(|judged| judged.read_recorded(project));
    } else {
        run::run_again(project, &mut judged, &build, options, progress)?;
    }
    let problems = project.problems.iter().filter(|problem| {
        // With names, only what belongs to them; a recording that `--bless` just made is no problem.
        (names.is_empty() || pairs.iter().any(|pair| pair.stem == problem.stem))
            && !problem.is_mended(&project.root)
    });
    report.problems.extend(problems.map(|problem| problem.message.clone()));
    let newer = project
        .known_good_nightly()
        .filter(|good| rustc_date.as_str() > good.trim_start_matches("nightly-"));
    // A project that records nothing compares no steps.
    report.has_steps = project.root.join("recordings").is_dir();
    let is_course = is_course(&project.root);
    for judged in &judged {
        judged.rows(&build, newer.as_deref(), options, &mut report.rows);
        if judged.missing.is_some() || !report.has_steps {
            continue;
        }
        let row = judged.steps(project);
        match is_course || judged.is_recorded(project) {
            true => report.rows.push(row),
            false => report.unrecorded.push(row.name()),
        }
    }
    Ok(report)
}
