//! `record`: both programs of a pair, unmodified, each under a tracer, and what they did written
//! down in `recordings/`.

pub mod python;
pub mod raw;
pub mod rust;
pub mod steps;

mod clock;
mod compare;
mod fold;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    clock::Run,
    compare::{difference, forget_chance, forget_difference},
    fold::fold,
    steps::Steps,
};
use crate::{
    cargo,
    case::{self, Shown},
    file::{self, write_whole},
    interrupt, needs,
    pair::{Pair, Variant},
    pool, process,
    progress::Progress,
    project::{Project, is_course},
    python::Interpreter,
    recording::{Code, Event, Program, Recording},
    rules::{Case, Rules},
};

/// How often `--check` records a program before it calls it different: what waits for a socket may
/// now and then find it ready.
const ATTEMPTS: usize = 4;

/// How often a program is run anew, a few times each, where its times are far from each other.
const ROUNDS: usize = 6;

/// In how many rounds, the first ones, the runs go on at the same time.
const TOGETHER: usize = 2;

/// How much slower a program may be under its tracer.
const SLOWER: u32 = 5;

/// What two runs of a Rust program fill the memory with that it does not own.
const FILLINGS: [u8; 2] = [85, 170];

/// How `record` works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The interpreter.
    pub python: Interpreter,
    /// Whether to compare with what is recorded, and to write nothing.
    pub check: bool,
    /// Whether to install the Python packages that pairs need.
    pub install: bool,
    /// How long a program may run.
    pub limit: Duration,
    /// How many programs are recorded at the same time.
    pub jobs: usize,
}

/// What `record` did.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that were written.
    pub written: Vec<String>,
    /// What could not be recorded, or differs from what is recorded: one line each.
    pub problems: Vec<String>,
    /// How many programs ran.
    pub programs: usize,
    /// The pairs that were not held against their recordings: each with what it needs.
    pub untried: Vec<String>,
}

/// What a recording is of: a pair, or one of its cases.
struct Subject<'a> {
    pair: &'a Pair,
    case: Option<Case>,
    /// The exit code that the programs must end with.
    exit: i32,
    order_varies: bool,
    rules: Rules,
    /// The interpreter, with what the pair needs.
    python: Interpreter,
}

impl<'a> Subject<'a> {
    fn all(project: &Project, pair: &'a Pair, python: &Interpreter) -> Result<Vec<Self>> {
        let notes = pair.notes(&project.root)?;
        let subject = |case: Option<Case>| Self {
            pair,
            exit: case.as_ref().and_then(|case| case.exit).unwrap_or(notes.exit),
            case,
            order_varies: notes.order_varies.is_some() || !notes.unordered.is_empty(),
            rules: notes.rules(),
            python: python.clone(),
        };
        Ok(match &*notes.cases {
            [] => vec![subject(None)],
            cases => cases.iter().cloned().map(|case| subject(Some(case))).collect(),
        })
    }

    fn case_name(&self) -> Option<&str> {
        self.case.as_ref().map(|case| &*case.name)
    }

    /// `kitchen/tea`, or `kitchen/tea.two_cups`.
    fn name(&self) -> String {
        let case = self.case_name().map_or_else(String::new, |case| format!(".{case}"));
        format!("{}/{}{case}", self.pair.chapter, self.pair.stem)
    }

    fn path(&self) -> String {
        Recording::path(self.pair, self.case_name())
    }

    fn read(&self, root: &Path) -> Result<Recording> {
        Recording::read(root, self.pair, self.case_name())
    }
}

/// One program to record.
struct Job<'a> {
    index: usize,
    of: &'a Subject<'a>,
    /// Its name in the recording.
    name: &'static str,
    source: String,
    /// The built program; Python's has none.
    executable: Option<PathBuf>,
}

/// Records the pairs with these names, or all pairs; or holds what is recorded against new runs.
///
/// # Errors
///
/// When nothing can be recorded at all: an unknown name, no gdb, no compiler. What goes wrong with
/// one program is in the [`Report`].
pub fn record(
    project: &Project,
    names: &[String],
    options: &Options,
    progress: &mut Progress,
) -> Result<Report> {
    let pairs = project.select(names)?;
    project.require_sources()?;
    rust::require_gdb("gdb")?;
    let recorded = |pair: &Pair| -> Vec<Variant> {
        pair.variants.iter().copied().filter(Variant::takes_steps).collect()
    };
    let examples: Vec<String> = pairs
        .iter()
        .flat_map(|pair| recorded(pair).into_iter().map(|variant| pair.variant_stem(&variant)))
        .collect();
    let build = cargo::build(&project.root, &examples)?;

    let mut report = Report::default();
    let mut subjects = Vec::new();
    for pair in &pairs {
        match needs::interpreter_for("record", project, pair, &options.python, options.install) {
            Ok(python) => match Subject::all(project, pair, &python) {
                Ok(all) => subjects.extend(all),
                Err(error) => report.problems.push(format!("{error:#}")),
            },
            Err(missing) => {
                let told = if options.check { &mut report.untried } else { &mut report.problems };
                told.push(format!("{missing:#}"));
            }
        }
    }
    if options.check && !is_course(&project.root) {
        // As `check` has it: outside a course nobody has to record.
        let is_there = |of: &Subject<'_>| project.root.join(of.path()).is_file();
        for of in subjects.extract_if(.., |of| !is_there(of)) {
            let stem = &of.pair.stem;
            let record =
                format!("{}: nothing is recorded (`cargo twins record {stem}`)", of.name());
            report.untried.push(record);
        }
    }
    let mut jobs = Vec::new();
    for (index, of) in subjects.iter().enumerate() {
        let pair = of.pair;
        let job = |name, source, executable| Job { index, of, name, source, executable };
        jobs.push(job("python", pair.path(".py"), None));
        for variant in recorded(pair) {
            let stem = pair.variant_stem(&variant);
            match build.executables.get(&stem) {
                Some(path) => {
                    let source = pair.source(&variant);
                    jobs.push(job(variant.name(), source, Some(path.clone())));
                }
                None => report.problems.push(format!(
                    "{stem} does not build: `cargo build --example {stem}` says why"
                )),
            }
        }
    }
    report.programs = jobs.len();
    let mut programs: Vec<BTreeMap<String, Program>> = vec![BTreeMap::new(); subjects.len()];
    let mut left: Vec<usize> = vec![0; subjects.len()];
    jobs.iter().for_each(|job| left[job.index] += 1);
    // A recording is written when its last program has ended, and stays if a later one fails.
    let mut on_end = |report: &mut Report, job: &Job<'_>, program: Result<Program>| {
        match program {
            Ok(program) => {
                programs[job.index].insert(job.name.to_owned(), program);
            }
            Err(error) => {
                let case = job.of.case_name();
                let case = case.map_or_else(String::new, |case| format!(", case `{case}`"));
                report.problems.push(format!("{}{case}: {error:#}", job.source));
            }
        }
        left[job.index] -= 1;
        if left[job.index] > 0 {
            return Ok(());
        }
        let programs = std::mem::take(&mut programs[job.index]);
        let is_whole = programs.len() == 1 + recorded(job.of.pair).len();
        if options.check {
            match job.of.read(&project.root) {
                Ok(recording) => hold(job.of, &recording, &programs, report),
                Err(error) => report.problems.push(format!("{error:#}")),
            }
        } else if is_whole {
            write(project, job.of, Recording { programs }, report)?;
        }
        Ok(())
    };
    if options.check {
        let again = |job: &mut Job<'_>| record_again(project, job, options);
        pool::run(jobs, options.jobs, progress, again, |job, program| {
            on_end(&mut report, &job, program)
        })?;
    } else {
        // The tracers take all of the machine: nothing is timed beside them.
        let mut traced = Vec::new();
        let trace = |job: &mut Job<'_>| record_program(project, job, options);
        pool::run(jobs, options.jobs, progress, trace, |job, steps| {
            match steps {
                Ok(steps) => traced.push((job, steps)),
                Err(error) => on_end(&mut report, &job, Err(error))?,
            }
            Ok(())
        })?;
        let time = |(job, steps): &mut (Job<'_>, _)| time_program(project, job, options, steps);
        pool::run(traced, options.jobs, progress, time, |(job, _), program| {
            on_end(&mut report, &job, program)
        })?;
    }
    report.written.sort();
    report.problems.sort();
    Ok(report)
}

/// Runs a program under its tracer.
fn trace(project: &Project, job: &Job<'_>, options: &Options, filling: u8) -> Result<Steps> {
    let Subject { pair, case, rules, .. } = job.of;
    let (root, limit) = (&project.root, options.limit.saturating_mul(SLOWER));
    let mut steps = Steps::of(&match &job.executable {
        None => {
            let source = case::source(project, &job.source, case);
            let set = |python: &mut Command| case::set(python, project, pair, case);
            python::record(&job.of.python, &source, root, limit, job.of.exit, set)?
        }
        Some(path) => {
            let set = |gdb: &mut Command| {
                job.of.python.tell(gdb);
                case::set_under_gdb(gdb, project, pair, case)
            };
            rust::record(path, Path::new(&job.source), root, limit, filling, set)?
        }
    })?;
    let text = file::read(&root.join(&job.source)).context("can't read its source")?;
    source::explain(&mut steps, &text, job.executable.is_none());
    for step in &mut steps.steps {
        if let Event::Print(text) = &mut step.event {
            *text = rules.filter(text);
        }
    }
    fold(&mut steps);
    Ok(steps)
}

/// A program that runs under its tracer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tracee<'a> {
    /// By this interpreter.
    Python(&'a Interpreter),
    /// This debug build.
    Rust(&'a Path),
}

/// What one program does in a case of a pair, which is in no recording, such as a learner's; without
/// its times. `python` is the interpreter that a Rust program may start.
///
/// # Errors
///
/// When it can't be traced, or does not end as it should.
pub(crate) fn observe(
    tracee: Tracee<'_>,
    python: &Interpreter,
    project: &Project,
    pair: &Pair,
    shown: &Shown,
    source: &Path,
    limit: Duration,
) -> Result<Program> {
    let root = &project.root;
    let limit = limit.saturating_mul(SLOWER);
    let mut steps = Steps::of(&match tracee {
        Tracee::Python(python) => {
            let set = |python: &mut Command| case::set(python, project, pair, &shown.case);
            python::record(python, source, root, limit, shown.exit, set)?
        }
        Tracee::Rust(executable) => {
            let set = |gdb: &mut Command| {
                python.tell(gdb);
                case::set_under_gdb(gdb, project, pair, &shown.case)
            };
            rust::record(executable, source, root, limit, FILLINGS[0], set)?
        }
    })?;
    interrupt::check()?;
    fold(&mut steps);
    program(root, source, &steps)
}

/// What is recorded of a program, but for its times.
fn program(root: &Path, source: &Path, steps: &Steps) -> Result<Program> {
    let text = file::read(&root.join(source)).context("can't read its source")?;
    let code = Code::of(&text, source);
    Ok(Program {
        source: code.fingerprints(),
        code: code.ranges(),
        activations: steps.activations.clone(),
        steps: steps.steps.clone(),
        times: None,
        untraced: None,
    })
}

/// Records a program that is recorded already: as often as it takes to see it do the same.
fn record_again(project: &Project, job: &Job<'_>, options: &Options) -> Result<Program> {
    let order_varies = job.of.order_varies;
    let recorded = job.of.read(&project.root).ok();
    let recorded = recorded.as_ref().and_then(|recording| recording.program(job.name));
    let mut again = 0..ATTEMPTS - 1;
    let mut before: Option<Program> = None;
    loop {
        let new = trace(project, job, options, FILLINGS[1])
            .and_then(|steps| program(&project.root, job.source.as_ref(), &steps));
        interrupt::check()?;
        if let (Ok(new), Some(recorded)) = (&new, recorded) {
            let is_as_recorded = differs(recorded, new, order_varies).is_none();
            let is_chance = |before: &Program| {
                let [mut old, mut now] = [recorded, new].map(Clone::clone);
                forget_difference(&mut old, before, new);
                forget_difference(&mut now, before, new);
                differs(&old, &now, order_varies).is_none()
            };
            if is_as_recorded || before.as_ref().is_some_and(is_chance) {
                return Ok(recorded.clone());
            }
        }
        if recorded.is_none() || again.next().is_none() {
            return new;
        }
        before = new.ok().or(before);
    }
}

/// Records a program under its tracer, twice: what differs between the two is left to chance.
fn record_program(project: &Project, job: &Job<'_>, options: &Options) -> Result<(Steps, Program)> {
    let order_varies = job.of.order_varies;
    let mut traced: Vec<(Steps, Program)> = Vec::new();
    let mut difference = String::new();
    for attempt in 0..ATTEMPTS {
        let steps = trace(project, job, options, FILLINGS[attempt % FILLINGS.len()])?;
        interrupt::check()?;
        let new = program(&project.root, job.source.as_ref(), &steps)?;
        if order_varies {
            return Ok((steps, new));
        }
        // What the values are may be up to chance, what happens may not. Two runs with another
        // filling each are of one mind.
        for (at, (steps, old)) in traced.iter().enumerate().rev() {
            if at % FILLINGS.len() == attempt % FILLINGS.len() {
                continue;
            }
            let mut old = old.clone();
            forget_chance(&mut old, &new);
            match differs(&old, &new, order_varies) {
                None => return Ok((steps.clone(), old)),
                Some(found) => difference = found,
            }
        }
        traced.push((steps, new));
    }
    bail!("two runs of it differ, {difference}: choose the order, leave nothing to chance")
}

/// Runs a recorded program without a tracer, for the times of its steps.
fn time_program(
    project: &Project,
    job: &Job<'_>,
    options: &Options,
    (steps, program): &(Steps, Program),
) -> Result<Program> {
    let Subject { pair, case, exit, rules, python, .. } = job.of;
    let source = case::source(project, &job.source, case);
    let run = || -> Result<Run> {
        let mut command = match &job.executable {
            None => python::untraced(python, &source, &project.root),
            Some(path) => python.command_of_twin(path, &project.root),
        };
        command.current_dir(&project.root);
        let (input, _folder) = case::set(&mut command, project, pair, case)?;
        let output = process::run_with(command, input.as_deref(), options.limit, |_| {})?;
        Ok(Run::of(&output, *exit, job.executable.is_none())?.filtered(rules))
    };
    let mut refused = String::new();
    let mut runs: Vec<Run> = Vec::new();
    for round in 0..ROUNDS {
        let more: Vec<Run> = if round < TOGETHER {
            // Most of them wait: at the same time they take the time of one.
            thread::scope(|scope| {
                let runs: Vec<_> = (0..clock::RUNS).map(|_| scope.spawn(run)).collect();
                let join = |handle: thread::ScopedJoinHandle<'_, Result<Run>>| {
                    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                };
                runs.into_iter().map(join).collect::<Result<_>>()
            })?
        } else {
            // One that computes needs a processor for itself.
            (0..clock::RUNS).map(|_| run()).collect::<Result<_>>()?
        };
        interrupt::check()?;
        must_print(steps, &more, rules)?;
        runs.extend(more);
        // What makes one late makes those late that run with it: only another round confirms them.
        if round + 1 < TOGETHER {
            continue;
        }
        match clock::truest(&runs) {
            Ok(run) => {
                let (times, untraced) = clock::times(steps, run).unzip();
                return Ok(Program { times, untraced, ..program.clone() });
            }
            Err(why) => refused = why,
        }
    }
    bail!("{refused}")
}

/// All that a program prints must be among its steps: readers see the output grow.
fn must_print(steps: &Steps, runs: &[Run], rules: &Rules) -> Result<()> {
    let mut printed = String::new();
    for step in &steps.steps {
        if let Event::Print(text) = &step.event {
            printed.push_str(text);
        }
    }
    let printed = rules.apply_to_text(&printed);
    let is_it = |text: Vec<u8>| {
        String::from_utf8(text).is_ok_and(|text| rules.apply_to_text(&text) == printed)
    };
    ensure!(
        runs.iter().all(|run| is_it(run.stdout())),
        "it prints something that the tracer did not see, or not in this order"
    );
    Ok(())
}

/// What tells two runs of a program apart, in words.
///
/// Where the order of the steps varies, the same functions must run and the same lines be printed.
fn differs(recorded: &Program, new: &Program, order_varies: bool) -> Option<String> {
    if order_varies {
        let others = "other functions run, or other lines are printed";
        return (deeds(recorded) != deeds(new)).then(|| others.to_owned());
    }
    difference(recorded, new)
}

/// Which functions a program runs, and what it prints, in no order. How often a function runs is not
/// among it: where a loop is folded, that depends on how far each of those at once has come.
fn deeds(program: &Program) -> (BTreeSet<&str>, Vec<&str>) {
    let functions = program.activations.iter().map(|activation| &*activation.function);
    let prints = program.steps.iter().filter_map(|step| match &step.event {
        Event::Print(text) => Some(&**text),
        _ => None,
    });
    let mut prints: Vec<&str> = prints.collect();
    prints.sort_unstable();
    (functions.collect(), prints)
}

/// Holds a recording against new runs of its programs.
fn hold(
    of: &Subject<'_>,
    recording: &Recording,
    programs: &BTreeMap<String, Program>,
    report: &mut Report,
) {
    for (name, new) in programs {
        let Some(recorded) = recording.program(name) else { continue };
        if let Some(difference) = differs(recorded, new, of.order_varies) {
            report.problems.push(format!(
                "{}, {name}: {difference}; `cargo twins record {}` records it anew",
                of.name(),
                of.pair.stem
            ));
        }
    }
}

/// Writes a recording, unless nothing would change in it but times that are as true as before.
fn write(project: &Project, of: &Subject<'_>, new: Recording, report: &mut Report) -> Result<()> {
    let timeless = |recording: &Recording| {
        let mut recording = recording.clone();
        for program in recording.programs.values_mut() {
            program.times = program.times.take().map(|_| Vec::new());
            program.untraced = None;
        }
        recording
    };
    let path = of.path();
    let is_as_before = |old: &Recording| {
        let mut both = old.programs.values().zip(new.programs.values());
        timeless(old) == timeless(&new)
            && both.all(|(old, new)| clock::agree(&old.untraced, &new.untraced))
    };
    if of.read(&project.root).is_ok_and(|old| is_as_before(&old)) {
        return Ok(());
    }
    let full = project.root.join(&path);
    let folder = full.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| write_whole(&full, &new.to_text()))
        .with_context(|| format!("can't write {path}"))?;
    report.written.push(path);
    Ok(())
}
