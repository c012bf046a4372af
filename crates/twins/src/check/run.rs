//! Which programs run, and how: all at the same time, and what was wrong once more, alone.

use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;

use super::{Options, Program, judge::Judged};
use crate::{
    cargo::{self, Build},
    case, interrupt, pool,
    process::{self, Output},
    progress::Progress,
    project::Project,
    python::Interpreter,
    rules::Case,
    venv,
};

/// One program to run, and what it is.
pub(super) struct Job {
    pair: usize,
    program: Program,
    command: Command,
    /// What it reads.
    input: Option<String>,
    /// The folder that it runs in, where that is its own: it goes with the job.
    _folder: Option<TempDir>,
    /// What its waits add up to: the longest starts first.
    seconds: f64,
}

/// The programs of all pairs, each with what it is started with. Where a file of a case can't be
/// copied, none of that case: it is told in its row.
///
/// # Errors
///
/// When it was interrupted.
pub(super) fn plan(
    project: &Project,
    judged: &mut [Judged<'_>],
    build: &Build,
    options: &Options,
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let tried = |judged: &&mut Judged<'_>| judged.missing.is_none();
    for (index, judged) in judged.iter_mut().enumerate().filter(|(_, judged)| tried(judged)) {
        let mut programs = Vec::new();
        for python in with_packages(project, judged, &judged.requirements.clone(), options)? {
            let program = Program::Python(python.version.clone());
            programs.push((program, python, judged.pair.path(".py")));
        }
        for (variant, requirements) in judged.variants_to_run() {
            for python in with_packages(project, judged, &requirements, options)? {
                let source = judged.pair.python(&variant);
                let program = Program::PythonVariant(variant.clone(), python.version.clone());
                programs.push((program, python, source));
            }
        }
        let python = programs.first().map(|(_, python, _)| python.clone());
        let Judged { pair, seconds, case, not_started, .. } = judged;
        let mut of_pair = Vec::new();
        let mut push = |program, mut command: Command, case: &Option<Case>| match case::set(
            &mut command,
            project,
            pair,
            case,
        ) {
            Ok((input, _folder)) => {
                let seconds = *seconds;
                of_pair.push(Job { pair: index, program, command, input, _folder, seconds });
            }
            Err(error) => *not_started = Some(format!("{error:#}")),
        };
        programs.retain(|(_, _, source)| project.root.join(source).is_file());
        for (program, interpreter, source) in programs {
            let source = case::source(project, &source, case);
            push(program, interpreter.command(&project.root, &source), case);
        }
        for variant in &pair.variants {
            if !variant.compiles() {
                let source = pair.source(variant);
                let command = cargo::compile_fail(project, &source, build, "json");
                push(Program::Rust(*variant), command, &None);
            } else if let Some(executable) = build.executables.get(&pair.variant_stem(variant)) {
                let mut command = match &python {
                    Some(python) => python.command_of_twin(executable, &project.root),
                    None => Command::new(executable),
                };
                command.current_dir(&project.root);
                push(Program::Rust(*variant), command, case);
            }
        }
        interrupt::check()?;
        if not_started.is_none() {
            jobs.append(&mut of_pair);
        }
    }
    Ok(jobs)
}

/// The interpreters with these packages; none where they can't be installed, which is told in the
/// pair's row.
fn with_packages(
    project: &Project,
    judged: &mut Judged<'_>,
    requirements: &[String],
    options: &Options,
) -> Result<Vec<Interpreter>> {
    let with = |python| venv::with_requirements(python, requirements, &project.root);
    let found: Result<Vec<Interpreter>> = options.pythons.iter().map(with).collect();
    found.or_else(|error| {
        interrupt::check()?;
        judged.not_installed = Some(format!("{error:#}"));
        Ok(Vec::new())
    })
}

/// Runs all jobs, a bounded number at a time: most of them wait most of the time.
pub(super) fn run_all(
    mut jobs: Vec<Job>,
    options: &Options,
    progress: &mut Progress,
) -> Result<Vec<(usize, Program, Result<Output>)>> {
    // The longest first: then the whole takes about as long as the slowest program.
    jobs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let mut outputs = Vec::new();
    let run = |job: &mut Job| {
        let command = std::mem::replace(&mut job.command, Command::new(""));
        process::run_with(command, job.input.as_deref(), options.limit, |_| {})
    };
    pool::run(jobs, options.jobs, progress, run, |job, output| {
        interrupt::check()?;
        outputs.push((job.pair, job.program, output));
        Ok(())
    })?;
    Ok(outputs)
}

/// Runs once more, one by one, what may only have been late.
pub(super) fn run_again(
    project: &Project,
    judged: &mut [Judged<'_>],
    build: &Build,
    options: &Options,
    progress: &mut Progress,
) -> Result<()> {
    judged.iter_mut().for_each(|judged| judged.first_runs = judged.maybe_late());
    let mut again = plan(project, judged, build, options)?;
    again.retain(|job| judged[job.pair].first_runs.contains_key(&job.program));
    let alone = Options { jobs: 1, ..options.clone() };
    for (pair, program, output) in run_all(again, &alone, progress)? {
        judged[pair].outputs.retain(|(ran, _)| *ran != program);
        judged[pair].take(program, output);
    }
    Ok(())
}
