//! `record`: both programs of a pair, unmodified, each under a tracer, and what they did written
//! down in `recordings/`.

pub mod events;
pub mod python;
pub mod rust;

mod compare;

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    compare::{Locals, difference, forget_chance},
    events::Steps,
};
use crate::{
    cargo,
    file::write_whole,
    interrupt,
    pair::{Pair, Variant},
    process::{self, End, Output},
    progress::Progress,
    project::Project,
    python::Interpreter,
    recording::{Event, Program, Recording, fingerprint},
};

/// How often `--check` records a program before it calls it different: what waits for a socket may
/// now and then find it ready.
const ATTEMPTS: usize = 4;

/// How `record` works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The interpreter.
    pub python: Interpreter,
    /// Whether to compare with what is recorded, and to write nothing.
    pub check: bool,
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
}

/// One program to record.
struct Job<'a> {
    index: usize,
    pair: &'a Pair,
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
    let compiling = |pair: &Pair| -> Vec<Variant> {
        pair.variants.iter().copied().filter(Variant::compiles).collect()
    };
    let examples: Vec<String> = pairs
        .iter()
        .flat_map(|pair| compiling(pair).into_iter().map(|variant| pair.variant_stem(&variant)))
        .collect();
    let build = cargo::build(&project.root, &examples)?;

    let mut report = Report::default();
    let mut jobs = VecDeque::new();
    for (index, pair) in pairs.iter().enumerate() {
        let job = |name, source, executable| Job { index, pair, name, source, executable };
        jobs.push_back(job("python", pair.path(".py"), None));
        for variant in compiling(pair) {
            let stem = pair.variant_stem(&variant);
            match build.executables.get(&stem) {
                Some(path) => {
                    let source = pair.source(&variant);
                    jobs.push_back(job(variant.name(), source, Some(path.clone())));
                }
                None => report.problems.push(format!(
                    "{stem} does not build: `cargo build --example {stem}` says why"
                )),
            }
        }
    }
    report.programs = jobs.len();
    let mut programs: Vec<BTreeMap<String, Program>> = vec![BTreeMap::new(); pairs.len()];
    let mut left: Vec<usize> = vec![0; pairs.len()];
    jobs.iter().for_each(|job| left[job.index] += 1);
    // A pair is written when its last program has ended, and stays if a later one fails.
    record_all(project, jobs, options, progress, |job, program| {
        match program {
            Ok(program) => {
                programs[job.index].insert(job.name.to_owned(), program);
            }
            Err(error) => report.problems.push(format!("{}: {error:#}", job.source)),
        }
        left[job.index] -= 1;
        if left[job.index] > 0 {
            return Ok(());
        }
        let (pair, programs) = (pairs[job.index], std::mem::take(&mut programs[job.index]));
        let is_whole = programs.len() == 1 + compiling(pair).len();
        if options.check {
            match Recording::read(&project.root, pair) {
                Ok(recording) => hold(&project.root, pair, &recording, &programs, &mut report)?,
                Err(error) => report.problems.push(format!("{error:#}")),
            }
        } else if is_whole {
            write(project, pair, Recording { programs }, &mut report)?;
        }
        Ok(())
    })?;
    report.written.sort();
    report.problems.sort();
    Ok(report)
}

/// Runs all jobs, a bounded number at a time.
fn record_all(
    project: &Project,
    jobs: VecDeque<Job<'_>>,
    options: &Options,
    progress: &mut Progress,
    mut on_end: impl FnMut(&Job<'_>, Result<Program>) -> Result<()>,
) -> Result<()> {
    let total = jobs.len();
    let waiting = Mutex::new(jobs);
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let (sender, receiver) = mpsc::channel();
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..options.jobs.min(total) {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some(job) = take() {
                    if interrupt::check().is_err() {
                        break;
                    }
                    let program = record_program(project, &job, options);
                    drop(sender.send((job, program)));
                }
            });
        }
        drop(sender);
        let mut ended = 0;
        loop {
            let running = options.jobs.min(total - ended);
            progress.show(ended, total, started.elapsed(), running);
            match receiver.recv_timeout(Duration::from_millis(100)) {
                Ok((job, program)) => {
                    ended += 1;
                    let result = interrupt::check().and_then(|()| on_end(&job, program));
                    if result.is_err() {
                        // What runs is waited for; nothing else starts.
                        waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
                        return result;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        progress.clear();
        interrupt::check()
    })
}

/// Records one program: under its tracer for the steps, and alone for the times.
fn record_program(project: &Project, job: &Job<'_>, options: &Options) -> Result<Program> {
    let (root, source) = (&project.root, Path::new(&job.source));
    let text = fs::read_to_string(root.join(source)).context("can't read it")?;
    let order_varies = job.pair.notes(root)?.order_varies;
    let traced = || -> Result<Steps> {
        Steps::of(&match &job.executable {
            None => python::record(&options.python, source, root, options.limit)?,
            Some(path) => rust::record(path, source, root, options.limit)?,
        })
    };
    let program = |steps: Steps, times| Program {
        source: fingerprint(&text),
        complete: steps.complete,
        activations: steps.activations,
        steps: steps.steps,
        times,
    };
    if options.check {
        let recorded = Recording::read(root, job.pair).ok();
        let recorded = recorded.as_ref().and_then(|recording| recording.program(job.name));
        let mut again = 0..ATTEMPTS - 1;
        return loop {
            let new = traced().map(|steps| program(steps, None));
            let differs = match (&new, recorded) {
                (Ok(new), Some(recorded)) => {
                    differs(recorded, new, job.name, order_varies).is_some()
                }
                (Ok(_), None) => false,
                (Err(_), _) => true,
            };
            interrupt::check()?;
            if !differs || again.next().is_none() {
                break new;
            }
        };
    }
    let mut alone = match &job.executable {
        None => options.python.command(root, source),
        Some(path) => Command::new(path),
    };
    alone.current_dir(root);
    // They mostly wait: at the same time they take the time of one.
    let (first, second, alone) = thread::scope(|scope| {
        let first = scope.spawn(traced);
        // Only Python's locals are compared, so only they can show what is left to chance.
        let second = job.executable.is_none().then(|| scope.spawn(traced));
        let alone = process::run(alone, options.limit, |_| {});
        let join = |handle: thread::ScopedJoinHandle<'_, Result<Steps>>| {
            handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        (join(first), second.map(join), alone)
    });
    interrupt::check()?;
    let (first, alone) = (first?, alone?);
    let (printed, times) = (must_print(&first, &alone), first.times(&alone.lines));
    let mut first = program(first, times);
    if let Some(second) = second {
        let second = program(second?, None);
        if let Some(difference) = differs(&first, &second, "", order_varies) {
            bail!("two runs of it differ, {difference}: choose the order, leave nothing to chance");
        }
        if !order_varies {
            forget_chance(&mut first, &second);
        }
    }
    printed.map(|()| first)
}

/// All that a program prints must be among its steps: readers see the output grow.
fn must_print(steps: &Steps, alone: &Output) -> Result<()> {
    ensure!(alone.end == End::Exit(0), "it does not end well: `cargo twins check` says more");
    let mut printed = Vec::new();
    for step in &steps.steps {
        if let Event::Print(text) = &step.event {
            printed.extend_from_slice(text.as_bytes());
        }
    }
    let stdout = alone.stdout();
    let fits = if steps.complete { stdout == printed } else { stdout.starts_with(&printed) };
    ensure!(fits, "it prints something that the tracer did not see, or not in this order");
    Ok(())
}

/// What tells two runs of a program apart, in words.
///
/// Rust's locals are what the debugger can read: nobody compares them. Where the order of the steps
/// varies, the same functions must run and the same lines be printed.
fn differs(recorded: &Program, new: &Program, name: &str, order_varies: bool) -> Option<String> {
    if order_varies {
        let others = "other functions run, or other lines are printed";
        return (deeds(recorded) != deeds(new)).then(|| others.to_owned());
    }
    let locals = if name == "python" { Locals::Compared } else { Locals::Ignored };
    difference(recorded, new, locals)
}

/// Which functions a program runs and what it prints, in no order.
fn deeds(program: &Program) -> Vec<&str> {
    let functions = program.activations.iter().map(|activation| &*activation.function);
    let prints = program.steps.iter().filter_map(|step| match &step.event {
        Event::Print(text) => Some(&**text),
        _ => None,
    });
    let mut deeds: Vec<&str> = functions.chain(prints).collect();
    deeds.sort_unstable();
    deeds
}

/// Holds a pair's recording against new runs of its programs.
fn hold(
    root: &Path,
    pair: &Pair,
    recording: &Recording,
    programs: &BTreeMap<String, Program>,
    report: &mut Report,
) -> Result<()> {
    let order_varies = pair.notes(root)?.order_varies;
    for (name, new) in programs {
        let Some(recorded) = recording.program(name) else { continue };
        if let Some(difference) = differs(recorded, new, name, order_varies) {
            report.problems.push(format!(
                "{}/{}, {name}: {difference}; `cargo twins record {}` records it anew",
                pair.chapter, pair.stem, pair.stem
            ));
        }
    }
    Ok(())
}

/// Writes a pair's recording, unless only the clock would change in it.
fn write(project: &Project, pair: &Pair, new: Recording, report: &mut Report) -> Result<()> {
    let timeless = |recording: &Recording| {
        let mut recording = recording.clone();
        for program in recording.programs.values_mut() {
            program.times = program.times.take().map(|_| Vec::new());
        }
        recording
    };
    let path = Recording::path(pair);
    if Recording::read(&project.root, pair).is_ok_and(|old| timeless(&old) == timeless(&new)) {
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
