//! Which programs run, and how: all at the same time, and what was wrong once more, alone.

use std::{path::Path, process::Command};

use anyhow::Result;

use super::{Options, Program, judge::Judged};
use crate::{
    cargo::{self, Build},
    pool,
    process::{self, Output},
    progress::Progress,
    project::Project,
};

/// One program to run, and what it is.
pub(super) struct Job {
    pair: usize,
    program: Program,
    command: Command,
    /// What its waits add up to: the longest starts first.
    seconds: f64,
}

pub(super) fn plan(
    project: &Project,
    judged: &[Judged<'_>],
    build: &Build,
    options: &Options,
) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (index, Judged { pair, seconds, .. }) in judged.iter().enumerate() {
        let mut push = |program, command: Command| {
            jobs.push(Job { pair: index, program, command, seconds: *seconds });
        };
        let python = pair.path(".py");
        if project.root.join(&python).is_file() {
            for interpreter in &options.pythons {
                let command = interpreter.command(&project.root, Path::new(&python));
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
pub(super) fn run_all(
    mut jobs: Vec<Job>,
    options: &Options,
    progress: &mut Progress,
) -> Result<Vec<(usize, Program, Output)>> {
    // The longest first: then the whole takes about as long as the slowest program.
    jobs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let mut outputs = Vec::new();
    let run = |job: &mut Job| {
        let command = std::mem::replace(&mut job.command, Command::new(""));
        process::run(command, options.limit, |_| {})
    };
    pool::run(jobs, options.jobs, progress, run, |job, output| {
        outputs.push((job.pair, job.program, output?));
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
