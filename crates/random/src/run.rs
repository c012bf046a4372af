//! Many programs, on all processors.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use twins::python::Interpreter;

use crate::compare::{Sides, Traces, at_program};
use crate::program::{Kind, Program};
use crate::rules;
use crate::shrink::{shrink, signature};

/// How many programs a worker takes at once.
const AT_ONCE: u64 = 250;
/// How many different differences are shrunk and shown.
const MOST_SHOWN: usize = 5;

/// What to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The kind of the programs.
    pub kind: Kind,
    /// Their seeds.
    pub seeds: Range<u64>,
    /// Whether to stop when a program differs.
    pub first: bool,
    /// How many workers; each is a Python process and a thread of ours.
    pub workers: usize,
    /// How long one program may take.
    pub limit: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// How many programs were run by both.
    pub ran: u64,
    /// How many lines they had.
    pub lines: u64,
    /// How many were not run, since this CPython is too old for them.
    pub skipped: BTreeMap<&'static str, u64>,
    /// How many differ as a rule allows, by the rule's name.
    pub excused: BTreeMap<String, u64>,
    /// What differs otherwise.
    pub differences: Vec<Difference>,
    /// How many programs differ otherwise.
    pub differing: u64,
    /// How long it took.
    pub took: Duration,
}

/// A program that CPython and we do not do alike.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The seed that makes it.
    pub seed: u64,
    /// The smallest one like it.
    pub program: Program,
    /// What both did with that.
    pub traces: Traces,
}

/// Runs a plan. `progress` is told how many have run, and of how many.
///
/// # Errors
///
/// When one of the sides dies or never ends.
pub fn run(plan: &Plan, python: &Interpreter) -> Result<Report> {
    let began = Instant::now();
    let total = plan.seeds.end - plan.seeds.start;
    let next = AtomicU64::new(plan.seeds.start);
    let over = AtomicBool::new(false);
    let report = Mutex::new(Report::default());
    // The differing programs by their signatures: the shortest of each, and how many.
    let found: Mutex<BTreeMap<String, (usize, u64)>> = Mutex::default();
    let work = || -> Result<()> {
        let mut sides = Sides::start(python, plan.limit)?;
        while !over.load(Ordering::Relaxed) {
            let start = next.fetch_add(AT_ONCE, Ordering::Relaxed);
            if start >= plan.seeds.end {
                break;
            }
            let seeds = start..plan.seeds.end.min(start + AT_ONCE);
            let part = run_part(plan.kind, seeds, &mut sides, python, &found)?;
            let mut report = report.lock().expect("no worker panics under the lock");
            report.add(part);
            over.fetch_or(plan.first && report.differing > 0, Ordering::Relaxed);
            show_progress(plan.kind, report.ran, total, began.elapsed());
        }
        Ok(())
    };
    let results: Vec<Result<()>> = thread::scope(|scope| {
        let worker = || {
            let result = work();
            over.fetch_or(result.is_err(), Ordering::Relaxed);
            result
        };
        let workers: Vec<_> = (0..plan.workers.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    clear_progress();
    results.into_iter().collect::<Result<()>>()?;

    let mut report = report.into_inner().expect("no worker panics under the lock");
    let mut found: Vec<(String, (usize, u64))> =
        found.into_inner().expect("no worker panics under the lock").into_iter().collect();
    found.sort_by_key(|(_, (length, _))| *length);
    if !found.is_empty() {
        let mut sides = Sides::start(python, plan.limit)?;
        for (_, (_, seed)) in found.into_iter().take(MOST_SHOWN) {
            report.differences.push(smallest(plan.kind, seed, &mut sides)?);
        }
    }
    report.took = began.elapsed();
    Ok(report)
}

fn run_part(
    kind: Kind,
    seeds: Range<u64>,
    sides: &mut Sides,
    python: &Interpreter,
    found: &Mutex<BTreeMap<String, (usize, u64)>>,
) -> Result<Report> {
    let mut part = Report::default();
    let version = version(python);
    let mut programs = Vec::new();
    for seed in seeds {
        let program = Program::of_seed(kind, seed);
        match rules::change(&program, version) {
            Some(change) => *part.skipped.entry(change.name).or_default() += 1,
            None => programs.push((seed, program)),
        }
    }
    let (seeds, programs): (Vec<u64>, Vec<Program>) = programs.into_iter().unzip();
    let traces = sides.traces(&programs, &[]).map_err(|error| {
        at_program(error, |place| format!("twins-random show {} --kind {kind}", seeds[place]))
    })?;
    for ((seed, program), traces) in seeds.iter().zip(&programs).zip(&traces) {
        part.ran += 1;
        part.lines += traces.python.len() as u64;
        if let Some(rule) = traces.excused() {
            *part.excused.entry(rule.to_owned()).or_default() += 1;
        } else if let Some(signature) = signature(traces) {
            part.differing += 1;
            let length = serde_json::to_string(program)?.len();
            let mut found = found.lock().expect("no worker panics under the lock");
            let entry = found.entry(signature).or_insert((length, *seed));
            *entry = (*entry).min((length, *seed));
        }
    }
    Ok(part)
}

/// Shrinks the program of a seed that shows a difference.
///
/// # Errors
///
/// When one of the sides dies or never ends.
pub fn smallest(kind: Kind, seed: u64, sides: &mut Sides) -> Result<Difference> {
    let program = Program::of_seed(kind, seed);
    let traces = sides.traces(std::slice::from_ref(&program), &[])?.remove(0);
    let Some(wanted) = signature(&traces) else {
        return Ok(Difference { seed, program, traces });
    };
    let program = shrink(program, |programs| {
        let traces = sides.traces(programs, &[]).map_err(|error| {
            at_program(error, |place| {
                let smaller = serde_json::to_string(&programs[place]).expect("a program is data");
                format!("seed {seed} of {kind}, shrunk to {smaller}")
            })
        })?;
        Ok(traces.iter().position(|traces| signature(traces).as_ref() == Some(&wanted)))
    })?;
    let traces = sides.traces(std::slice::from_ref(&program), &[])?.remove(0);
    Ok(Difference { seed, program, traces })
}

/// The version of an interpreter.
#[must_use]
pub fn version(python: &Interpreter) -> (u32, u32) {
    let mut parts = python.version.split('.').map(|part| part.parse().unwrap_or_default());
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

impl Report {
    fn add(&mut self, part: Self) {
        self.ran += part.ran;
        self.lines += part.lines;
        self.differing += part.differing;
        for (name, count) in part.skipped {
            *self.skipped.entry(name).or_default() += count;
        }
        for (name, count) in part.excused {
            *self.excused.entry(name).or_default() += count;
        }
    }
}

fn show_progress(kind: Kind, ran: u64, total: u64, took: Duration) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // A terminal that is gone is no reason to stop.
        let _ = write!(
            stderr,
            "\r\x1b[2K{kind}: {ran} of {total} programs, {:.0} a second",
            ran as f64 / took.as_secs_f64()
        );
    }
}

fn clear_progress() {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\x1b[2K");
    }
}
