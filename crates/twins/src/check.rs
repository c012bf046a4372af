//! The judge: runs every program of the pairs, and all must print what is recorded.
//!
//! Where a program's waits choose the order of its lines, a machine that is busy enough can let the
//! shorter wait end after the longer one. So a program that does not print what is recorded runs
//! once more, alone, and that run counts; the [`Report`] keeps what was wrong with the first one.
//! A difference that is the program's own comes again.

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    io::ErrorKind,
    path::Path,
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{
    cargo::{self, Build, Refusal},
    compare::{compare, not_utf8},
    file::write_whole,
    interrupt,
    pair::{Pair, Variant},
    process::{self, End, Event, Output, Stream},
    progress::Progress,
    project::Project,
    python::Interpreter,
    recording::Recording,
    steps,
};

/// How `check` works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The interpreters; all of them are held.
    pub pythons: Vec<Interpreter>,
    /// Whether to record what all programs print alike.
    pub bless: bool,
    /// How long a program may run.
    pub limit: Duration,
    /// How many programs run at the same time.
    pub jobs: usize,
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
    /// The theme of its pair.
    pub theme: String,
    /// The stem of its pair.
    pub stem: String,
    /// `python 3.13.0`, `rust`, `native`, …; or [`STEPS`].
    pub program: String,
    /// How it did.
    pub verdict: Verdict,
    /// How long it ran; nothing where it did not.
    pub seconds: Option<f64>,
    /// What was wrong with its first run, where it ran twice: the verdict is about the second.
    pub first_run: Option<String>,
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
    /// The programs take different steps, and the notes say why.
    Explained,
    /// Something else: a word for the table, and a line that says what and what helps.
    Wrong(&'static str, String),
}

/// What stands in place of a program where the steps of Python and Rust are compared.
pub const STEPS: &str = "steps";

impl Row {
    /// Whether it is a program that ran, and not what two of them have in common.
    pub fn is_program(&self) -> bool {
        self.program != STEPS
    }
}

impl Verdict {
    /// Whether the program is as it should be, or at least not to blame.
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Wrong(..))
    }
}

/// One program to run, and what it is.
struct Job {
    pair: usize,
    program: Program,
    command: Command,
    /// What its waits add up to: the longest starts first.
    seconds: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Program {
    Python(String),
    Rust(Variant),
}

impl Program {
    fn name(&self) -> String {
        match self {
            Self::Python(version) => format!("python {version}"),
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

    let mut judged: Vec<Judged<'_>> =
        pairs.iter().map(|pair| Judged::new(project, pair, &mut report.problems)).collect();
    let jobs = plan(project, &judged, &build, options);
    let outputs = run_all(jobs, options, progress)?;
    for (pair, program, output) in outputs {
        judged[pair].outputs.push((program, output));
    }
    // They came in the order of their ends.
    judged.iter_mut().for_each(|judged| judged.outputs.sort_by(|a, b| a.0.cmp(&b.0)));
    if options.bless {
        bless(project, &judged, &build, options, &mut report)?;
        judged.iter_mut().for_each(|judged| judged.read_recorded(project));
    } else {
        run_again(project, &mut judged, &build, options, progress)?;
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
    let is_recorded = project.root.join("recordings").is_dir();
    for judged in &judged {
        judged.rows(&build, newer.as_deref(), options, &mut report.rows);
        if is_recorded {
            report.rows.push(judged.steps(project));
        }
    }
    Ok(report)
}

/// A pair, what is recorded of it, and what its programs did.
struct Judged<'a> {
    pair: &'a Pair,
    seconds: f64,
    compile_fail: Option<String>,
    /// Whether the notes say why the programs take different steps.
    explains_steps: bool,
    recorded: Option<String>,
    not_utf8: bool,
    outputs: Vec<(Program, Output)>,
    /// What was wrong with the first run of each program that ran twice.
    first_runs: BTreeMap<Program, String>,
}

impl<'a> Judged<'a> {
    fn new(project: &Project, pair: &'a Pair, problems: &mut Vec<String>) -> Self {
        let mut judged = Self {
            pair,
            seconds: 0.0,
            compile_fail: None,
            explains_steps: false,
            recorded: None,
            not_utf8: false,
            outputs: Vec::new(),
            first_runs: BTreeMap::new(),
        };
        match pair.notes(&project.root) {
            Ok(notes) => {
                judged.seconds = notes.seconds;
                judged.explains_steps = notes.steps.is_some();
                let must_fail = pair.variants.contains(&Variant::CompileFail);
                if must_fail != notes.compile_fail.is_some() {
                    problems.push(format!(
                        "{}: {}",
                        pair.path(".toml"),
                        match must_fail {
                            true => "no `compile_fail.code`: name the error code that the variant must fail with",
                            false => "`compile_fail` names a code, and there is no _compile_fail variant: write it, or take the key out",
                        }
                    ));
                }
                judged.compile_fail = notes.compile_fail;
            }
            // A file that is not there at all is among the project's problems.
            Err(error) if project.root.join(pair.path(".toml")).is_file() => {
                problems.push(format!("{error:#}"));
            }
            Err(_) => {}
        }
        judged.read_recorded(project);
        judged
    }

    fn read_recorded(&mut self, project: &Project) {
        let text = fs::read_to_string(project.root.join(self.pair.path(".stdout")));
        self.not_utf8 = text.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidData);
        self.recorded = text.ok();
    }

    fn rows(&self, build: &Build, newer: Option<&str>, options: &Options, rows: &mut Vec<Row>) {
        let mut push = |program: &Program, verdict, seconds| {
            rows.push(Row {
                theme: self.pair.theme.clone(),
                stem: self.pair.stem.clone(),
                program: program.name(),
                verdict,
                seconds,
                first_run: self.first_runs.get(program).cloned(),
            });
        };
        let pythons = options.pythons.iter().map(|python| Program::Python(python.version.clone()));
        let rusts = self.pair.variants.iter().map(|variant| Program::Rust(*variant));
        for program in pythons.chain(rusts) {
            let output = self.outputs.iter().find(|(ran, _)| *ran == program);
            match (&program, output) {
                (Program::Rust(Variant::CompileFail), Some((_, output))) => {
                    push(&program, self.judge_compile_fail(output), None);
                }
                (_, Some((_, output))) => {
                    push(&program, self.judge(output), Some(output.wall.as_secs_f64()));
                }
                (Program::Rust(variant), None) if variant.compiles() => {
                    let stem = self.pair.variant_stem(variant);
                    push(&program, judge_refusal(*variant, build.refusals.get(&stem), newer), None);
                }
                // The file itself is missing: that is told among the problems.
                (_, None) => push(&program, Verdict::Wrong("missing", String::new()), None),
            }
        }
    }

    /// Compares what Python and the plain Rust program did, as it is recorded.
    fn steps(&self, project: &Project) -> Row {
        let verdict = match Recording::read(&project.root, self.pair) {
            Ok(recording) => self.judge_steps(&recording),
            Err(error) => {
                let is_there = project.root.join(Recording::path(self.pair)).is_file();
                let word = if is_there { "outdated" } else { "not recorded" };
                Verdict::Wrong(word, format!("{error:#}"))
            }
        };
        Row {
            theme: self.pair.theme.clone(),
            stem: self.pair.stem.clone(),
            program: STEPS.to_owned(),
            verdict,
            seconds: None,
            first_run: None,
        }
    }

    fn judge_steps(&self, recording: &Recording) -> Verdict {
        let notes = self.pair.path(".toml");
        let programs = (recording.program("python"), recording.variant(Variant::Plain));
        let (Some(python), Some(rust)) = programs else {
            return Verdict::Wrong("missing", "there is no plain twin to compare with".to_owned());
        };
        match (steps::difference(python, rust), self.explains_steps) {
            (None, false) => Verdict::Equal,
            (Some(_), true) => Verdict::Explained,
            (None, true) => {
                let why = format!(
                    "both programs take the same steps, and `steps` in {notes} says why they don't: take the key out"
                );
                Verdict::Wrong("no difference", why)
            }
            (Some((in_python, in_rust)), false) => {
                let say = |program, place: Option<usize>| {
                    place.map_or_else(
                        || "is at its end".to_owned(),
                        |place| steps::describe(program, place),
                    )
                };
                let why = format!(
                    "in Python {}, in Rust {}: take the same steps, or say in {notes} under `[steps]` why not; `cargo twins steps {}` shows all",
                    say(python, in_python),
                    say(rust, in_rust),
                    self.pair.stem
                );
                Verdict::Wrong("differs", why)
            }
        }
    }

    /// Judges one run of a program.
    fn judge(&self, output: &Output) -> Verdict {
        let printed = match text_of(output) {
            Ok(printed) => printed,
            Err((word, why)) => return Verdict::Wrong(word, why),
        };
        if self.recorded.is_none() {
            let what = match self.not_utf8 {
                true => format!("{} is not UTF-8", self.pair.path(".stdout")),
                false => "nothing is recorded".to_owned(),
            };
            let why = format!(
                "{what}: `cargo twins check {} --bless` writes what all programs print alike",
                self.pair.stem
            );
            return Verdict::Wrong("not recorded", why);
        }
        if let Some(difference) = self.difference(output, &printed) {
            let all_alike = self.agreed().is_ok();
            let remedy = match all_alike {
                true => format!(
                    "all programs print this alike: if it is right, `cargo twins check {} --bless` records it",
                    self.pair.stem
                ),
                false => "make the twins print the same".to_owned(),
            };
            return Verdict::Wrong("differs", format!("{difference}; {remedy}"));
        }
        let wall = output.wall.as_secs_f64();
        // A hundredth for the clocks' grain; never more than a program with fewer waits would gain.
        if wall < self.seconds * 0.99 {
            let why = format!(
                "ended after {wall:.2} s, and the waits of this pair add up to {} s: wait as the twin does, or correct `seconds` in {}",
                self.seconds,
                self.pair.path(".toml")
            );
            return Verdict::Wrong("too quick", why);
        }
        Verdict::Equal
    }

    /// Where and when a run printed something else than what is recorded.
    fn difference(&self, output: &Output, printed: &str) -> Option<String> {
        let difference = compare(self.recorded.as_deref()?, printed)?;
        let at = output
            .lines
            .iter()
            .filter(|line| line.stream == Stream::Stdout)
            .nth(difference.line - 1)
            .map_or(output.wall, |line| line.at);
        Some(format!("{difference}, {:.2} s after the start", at.as_secs_f64()))
    }

    /// The programs whose run was wrong in a way that a busy machine can bring about, and how:
    /// another order of lines, or an error for a deadline that was missed.
    fn maybe_late(&self) -> BTreeMap<Program, String> {
        let mut late = BTreeMap::new();
        for (program, output) in &self.outputs {
            let why = match text_of(output) {
                _ if *program == Program::Rust(Variant::CompileFail) => None,
                Ok(printed) => self.difference(output, &printed),
                Err(("crashed", why)) => Some(why),
                Err(_) => None,
            };
            late.extend(why.map(|why| (program.clone(), why)));
        }
        late
    }

    fn judge_compile_fail(&self, output: &Output) -> Verdict {
        if output.end == End::Exit(0) {
            let why = "the compiler accepts it: this is no _compile_fail program any more";
            return Verdict::Wrong("compiles", why.to_owned());
        }
        let refusal = Refusal::of(&output.stderr());
        let found: Vec<&str> = refusal.codes.iter().map(String::as_str).collect();
        match &self.compile_fail {
            Some(code) if found == [code] => Verdict::Refused(code.clone()),
            code => {
                let expected = code.as_deref().unwrap_or("a code in the .toml");
                let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
                Verdict::Wrong(
                    "other error",
                    format!("expected {expected}, found {found}:\n{}", refusal.rendered),
                )
            }
        }
    }

    /// What all programs that run print alike, or what speaks against it, in one line.
    fn agreed(&self) -> Result<String, String> {
        let mut agreed: Option<(String, String)> = None;
        for (program, output) in &self.outputs {
            if *program == Program::Rust(Variant::CompileFail) {
                continue;
            }
            let name = program.name();
            let printed = text_of(output).map_err(|(_, why)| format!("{name} {why}"))?;
            match &agreed {
                None => agreed = Some((name, printed)),
                Some((first, text)) => {
                    if let Some(difference) = compare(text, &printed) {
                        return Err(format!("{first} and {name} disagree: {difference}"));
                    }
                }
            }
        }
        agreed.map(|(_, text)| text).ok_or_else(|| "no program of the pair runs".to_owned())
    }
}

/// What a program printed, if it ended well; otherwise a word for the table and the reason.
fn text_of(output: &Output) -> Result<String, (&'static str, String)> {
    let with_stderr = |why: String| match output.stderr().trim_end() {
        "" => why,
        stderr => format!("{why}; it says:\n{stderr}"),
    };
    let printed = || {
        let text = String::from_utf8_lossy(&output.stdout()).into_owned();
        if text.is_empty() { "nothing".to_owned() } else { format!("\n{}", text.trim_end()) }
    };
    match output.end {
        End::Exit(0) => {}
        End::Exit(code) => {
            return Err(("crashed", with_stderr(format!("ended with exit code {code}"))));
        }
        End::Signal(signal) => {
            return Err(("crashed", with_stderr(format!("was ended by signal {signal}"))));
        }
        End::TimedOut(limit) => {
            let why = format!(
                "ran longer than {} s and was ended (a longer limit: --timeout SECONDS); it had printed {}",
                limit.as_secs_f64(),
                printed()
            );
            return Err(("timed out", with_stderr(why)));
        }
    }
    let bytes = output.stdout();
    if let Some((line, column, byte)) = not_utf8(&bytes) {
        let why =
            format!("line {line}, column {column}: the byte 0x{byte:02x} is not UTF-8: print text");
        return Err(("not UTF-8", why));
    }
    Ok(String::from_utf8(bytes).expect("looked at above"))
}

fn judge_refusal(variant: Variant, refusal: Option<&Refusal>, newer: Option<&str>) -> Verdict {
    let rendered = refusal.map_or("no program came of it", |refusal| refusal.rendered.trim_end());
    match (variant, newer) {
        (Variant::Native, Some(good)) => Verdict::NewerNightly(format!(
            "this nightly refuses its syntax; it is known to build with {good}"
        )),
        _ => Verdict::Wrong("not built", format!("the compiler refuses it:\n{rendered}")),
    }
}

fn plan(project: &Project, judged: &[Judged<'_>], build: &Build, options: &Options) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (index, Judged { pair, seconds, .. }) in judged.iter().enumerate() {
        let mut push = |program, command: Command| {
            jobs.push(Job { pair: index, program, command, seconds: *seconds });
        };
        let python = pair.path(".py");
        if project.root.join(&python).is_file() {
            for interpreter in &options.pythons {
                let mut command = interpreter.command(Path::new(&python));
                command.current_dir(&project.root);
                push(Program::Python(interpreter.version.clone()), command);
            }
        }
        for variant in &pair.variants {
            if !variant.compiles() {
                let source = pair.source(variant);
                let command = cargo::compile_fail(project, &source, build, "json");
                push(Program::Rust(*variant), command);
            } else if let Some(executable) = build.executables.get(&pair.variant_stem(variant)) {
                let mut command = Command::new(executable);
                command.current_dir(&project.root);
                push(Program::Rust(*variant), command);
            }
        }
    }
    jobs
}

/// Runs all jobs, a bounded number at a time: most of them wait most of the time.
fn run_all(
    mut jobs: Vec<Job>,
    options: &Options,
    progress: &mut Progress,
) -> Result<Vec<(usize, Program, Output)>> {
    // The longest first: then the whole takes about as long as the slowest program.
    jobs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let total = jobs.len();
    let mut waiting: VecDeque<(usize, Job)> = jobs.into_iter().enumerate().collect();
    let mut running: BTreeMap<usize, (Job, Vec<process::Line>)> = BTreeMap::new();
    let mut outputs = Vec::new();
    let (sender, receiver) = mpsc::channel();
    let started = Instant::now();
    while outputs.len() < total {
        while running.len() < options.jobs {
            let Some((id, mut job)) = waiting.pop_front() else { break };
            interrupt::check()?;
            let sender = sender.clone();
            let command = std::mem::replace(&mut job.command, Command::new(""));
            process::spawn(command, options.limit, move |event| drop(sender.send((id, event))))?;
            running.insert(id, (job, Vec::new()));
        }
        progress.show(outputs.len(), total, started.elapsed(), running.len());
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok((id, Event::Line(line))) => {
                running.get_mut(&id).expect("it runs").1.push(line);
            }
            Ok((id, Event::End(end, wall))) => {
                let (job, lines) = running.remove(&id).expect("it runs");
                outputs.push((job.pair, job.program, Output { lines, end, wall }));
                interrupt::check()?;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => unreachable!("this function holds a sender"),
        }
    }
    progress.clear();
    Ok(outputs)
}

/// Runs once more, one by one, what may only have been late.
fn run_again(
    project: &Project,
    judged: &mut [Judged<'_>],
    build: &Build,
    options: &Options,
    progress: &mut Progress,
) -> Result<()> {
    judged.iter_mut().for_each(|judged| judged.first_runs = judged.maybe_late());
    let mut again = plan(project, judged, build, options);
    again.retain(|job| judged[job.pair].first_runs.contains_key(&job.program));
    let alone = Options { jobs: 1, ..options.clone() };
    for (pair, program, output) in run_all(again, &alone, progress)? {
        let outputs = &mut judged[pair].outputs;
        let first = outputs.iter_mut().find(|(ran, _)| *ran == program);
        first.expect("it ran before").1 = output;
    }
    Ok(())
}

/// Records what all programs of a pair print alike. Where any pair disagrees, nothing is written.
fn bless(
    project: &Project,
    judged: &[Judged<'_>],
    build: &Build,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut refused = false;
    for judged in judged {
        let pair = judged.pair;
        let compiling = pair.variants.iter().filter(|variant| variant.compiles());
        let ran = judged.outputs.iter().filter(|(p, _)| *p != Program::Rust(Variant::CompileFail));
        let not_built = compiling.clone().find(|variant| {
            build.refusals.contains_key(&pair.variant_stem(variant)) && **variant != Variant::Native
        });
        let agreed = match not_built {
            Some(variant) => Err(format!("{} does not build", variant.name())),
            None if ran.clone().count() < 2 || options.pythons.is_empty() => {
                Err("Python and Rust must both run".to_owned())
            }
            None => judged.agreed(),
        };
        match agreed {
            Ok(text) => files.push((pair.path(".stdout"), text)),
            Err(why) => {
                refused = true;
                let why = why.replace('\n', " ");
                report.problems.push(format!("{}: not blessed: {why}", pair.stem));
            }
        }
        for (_, output) in
            judged.outputs.iter().filter(|(p, _)| *p == Program::Rust(Variant::CompileFail))
        {
            // A program that compiles, or fails for another reason, has no message to record.
            match judged.judge_compile_fail(output) {
                Verdict::Wrong(word, _) => {
                    refused = true;
                    let stem = pair.variant_stem(&Variant::CompileFail);
                    report.problems.push(format!("{stem}: not blessed: {word}"));
                }
                _ => {
                    let message = Refusal::of(&output.stderr()).rendered;
                    files.push((pair.path("_compile_fail.stderr"), message));
                }
            }
        }
    }
    if refused {
        report
            .problems
            .push("nothing was written: --bless records what all programs print alike".to_owned());
        return Ok(());
    }
    for (path, text) in files {
        let full = project.root.join(&path);
        if fs::read_to_string(&full).ok().as_deref() == Some(&text) {
            continue;
        }
        write_whole(&full, &text).with_context(|| format!("can't write {path}"))?;
        report.written.push(path);
    }
    Ok(())
}
