//! The command line of the harness.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};
use twins::python::Interpreter;
use twins::screen::Screen;

use crate::compare::{Sides, at_program};
use crate::faults;
use crate::page;
use crate::program::{Kind, Program};
use crate::rules::{self, RULES, Treatment};
use crate::run::{self, Difference, Plan, Report};
use crate::saved;
use crate::show;
use crate::shrink::shrink;

/// Random programs, run by CPython and by the three libraries: both must do the same.
#[derive(Parser)]
#[command(
    name = "twins-random",
    after_help = "Exit codes: 0 both do the same, 1 they differ, 2 the command line is wrong, 3 the \
                  machine is not in order, or a side has died or never ended."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// A CPython 3.11 or newer; defaults to TWINS_PYTHON, a CPython 3.13 at hand or python3.
    #[arg(long, global = true, value_name = "PATH")]
    python: Option<PathBuf>,
    /// How long one program may take.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    limit: u64,
}

#[derive(Subcommand)]
enum Command {
    /// Run many programs and compare what both sides do.
    Run {
        /// How many of each kind.
        #[arg(long, default_value_t = 10_000)]
        count: u64,
        /// The first seed; defaults to one that was not used before.
        #[arg(long, value_parser = seed)]
        seed: Option<u64>,
        /// Only of this kind.
        #[arg(long, value_enum)]
        kind: Option<Kind>,
        /// Stop when a program differs.
        #[arg(long)]
        first: bool,
        /// How many processes of Python; defaults to one per processor.
        #[arg(long)]
        workers: Option<usize>,
    },
    /// Show the program of a seed in both languages, and what both do.
    Show {
        /// The seed.
        #[arg(value_parser = seed)]
        seed: u64,
        /// Of which kind.
        #[arg(long, value_enum, default_value_t = Kind::Tasks)]
        kind: Kind,
    },
    /// Shrink the program of a seed and save it, to be run ever after.
    Save {
        /// The seed.
        #[arg(value_parser = seed)]
        seed: u64,
        /// A name for it.
        name: String,
        /// What it shows, in a sentence.
        why: String,
        /// Of which kind.
        #[arg(long, value_enum, default_value_t = Kind::Tasks)]
        kind: Kind,
    },
    /// Run the saved programs.
    Saved {
        /// Only those of these files.
        files: Vec<PathBuf>,
    },
    /// Write anew what the book says of random programs.
    Page,
    /// Plant faults in a copy of the repository, one by one, and look for them.
    Faults {
        /// Only these.
        names: Vec<String>,
        /// Within how many programs each must be found.
        #[arg(long, default_value_t = 100_000)]
        count: u64,
    },
    /// List the known differences; with a name, show the smallest program that shows one.
    Rules {
        /// The name of a rule.
        name: Option<String>,
        /// Save the program that shows it.
        #[arg(long)]
        save: bool,
        /// Where to begin the search for one.
        #[arg(long, value_parser = seed, default_value = "0")]
        seed: u64,
    },
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a seed is a whole number from 0 to 18446744073709551615".to_owned())
}

/// Runs the harness with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // Panics are what programs are made of.
    std::panic::set_hook(Box::new(|_| {}));
    match execute(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn execute(cli: Cli) -> Result<bool> {
    let python = Interpreter::find_recorder(cli.python.as_deref())?;
    let limit = Duration::from_secs(cli.limit);
    let out = &mut io::stdout().lock();
    match cli.command {
        Command::Run { count, seed, kind, first, workers } => {
            let workers =
                workers.unwrap_or_else(|| thread::available_parallelism().map_or(2, usize::from));
            let start = seed.unwrap_or_else(new_seed);
            let mut same = true;
            for kind in Kind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one)) {
                let seeds = start..start.saturating_add(count);
                let plan = Plan { kind, seeds, first, workers, limit };
                let report = run::run(&plan, &python)?;
                write_report(out, &plan, &report, &python)?;
                same &= report.differing == 0;
            }
            Ok(same)
        }
        Command::Show { seed, kind } => {
            let program = Program::of_seed(kind, seed);
            show_program(out, &program, &mut Sides::start(&python, limit)?)
        }
        Command::Save { seed, name, why, kind } => {
            let difference = run::smallest(kind, seed, &mut Sides::start(&python, limit)?)?;
            let path = saved::save(&name, &why, &difference.program)?;
            writeln!(out, "saved {}", path.display())?;
            Ok(true)
        }
        Command::Saved { files } => {
            let mut sides = Sides::start(&python, limit)?;
            let mut same = true;
            let paths = if files.is_empty() { saved::paths()? } else { files };
            for path in paths {
                let (name, saved) = (path.display(), saved::read(&path)?);
                if rules::change(&saved.program, run::version(&python)).is_some() {
                    continue;
                }
                let traces = sides
                    .traces(std::slice::from_ref(&saved.program), &[])
                    .map_err(|error| at_program(error, |_| name.to_string()))?
                    .remove(0);
                if traces.difference().is_some() {
                    same = false;
                    writeln!(out, "{name} differs: {}", saved.why)?;
                    show::traces(out, &traces, Screen::stdout())?;
                }
            }
            if same {
                writeln!(out, "all saved programs do the same in both")?;
            }
            Ok(same)
        }
        Command::Page => {
            let path = page::path();
            fs::write(&path, page::make(&mut Sides::start(&python, limit)?)?)
                .with_context(|| format!("can't write {}", path.display()))?;
            writeln!(out, "wrote {}", path.display())?;
            Ok(true)
        }
        Command::Faults { names, count } => look_for_faults(out, &names, count, &python, limit),
        Command::Rules { name: None, .. } => {
            for rule in RULES {
                let treatment = match rule.treatment {
                    Treatment::NotWritten => "not written",
                    Treatment::Followed => "followed",
                    Treatment::Excused => "excused",
                };
                writeln!(out, "{} ({}, {treatment}): {}", rule.name, rule.kind, rule.row)?;
            }
            Ok(true)
        }
        Command::Rules { name: Some(name), save, seed } => {
            let rule = RULES
                .iter()
                .find(|rule| rule.name == name)
                .with_context(|| format!("no rule `{name}`: `twins-random rules` lists them"))?;
            let mut sides = Sides::start(&python, limit)?;
            let program = witness(rule, seed, &mut sides)?.with_context(|| {
                format!("no program shows the rule `{name}`: it is not needed, or not written")
            })?;
            if save {
                let path = saved::save(&file_of(rule), rule.row, &program)?;
                writeln!(out, "saved {}", path.display())?;
                return Ok(true);
            }
            show::sources(out, &program, Screen::stdout())?;
            let traces = sides.traces(&[program], &[rule.name])?.remove(0);
            show::traces(out, &traces, Screen::stdout())?;
            Ok(true)
        }
    }
}

/// The name of the saved program that shows a rule.
#[must_use]
pub fn file_of(rule: &rules::Rule) -> String {
    format!("rule-{}", rule.name.replace([' ', '_'], "-"))
}

/// The smallest program that differs without the rule, and with it does not.
fn witness(rule: &rules::Rule, seed: u64, sides: &mut Sides) -> Result<Option<Program>> {
    const MOST: u64 = 40_000;
    let mut needs = |programs: &[Program]| -> Result<Option<usize>> {
        let without = sides.traces(programs, &[rule.name])?;
        let with = sides.traces(programs, &[])?;
        let both = without.iter().zip(&with);
        Ok(both.into_iter().position(|(without, with)| {
            without.difference().is_some() && with.difference().is_none()
        }))
    };
    for start in (seed..seed.saturating_add(MOST)).step_by(250) {
        let programs: Vec<Program> =
            (start..start + 250).map(|seed| Program::of_seed(rule.kind, seed)).collect();
        if let Some(found) = needs(&programs)? {
            return shrink(programs[found].clone(), needs).map(Some);
        }
    }
    Ok(None)
}

fn look_for_faults(
    out: &mut impl Write,
    names: &[String],
    count: u64,
    python: &Interpreter,
    limit: Duration,
) -> Result<bool> {
    let faults = faults::all()?;
    for name in names {
        ensure!(
            faults.iter().any(|fault| fault.name == *name),
            "no planted fault `{name}`: crates/random/faults has them"
        );
    }
    let copy = faults::Copy::new()?;
    let mut all = true;
    for fault in faults {
        if !names.is_empty() && !names.contains(&fault.name) {
            continue;
        }
        let search = copy.search(&fault, count, python, limit)?;
        all &= search.found;
        let found = if search.found { "found" } else { "NOT FOUND" };
        let seconds = search.took.as_secs_f64();
        writeln!(out, "{}: {found} in {seconds:.1} s: {}", fault.name, fault.says)?;
        writeln!(out, "  {}", search.said)?;
        out.flush()?;
    }
    Ok(all)
}

fn show_program(out: &mut impl Write, program: &Program, sides: &mut Sides) -> Result<bool> {
    show::sources(out, program, Screen::stdout())?;
    let traces = sides.traces(std::slice::from_ref(program), &[])?.remove(0);
    show::traces(out, &traces, Screen::stdout())?;
    let same = traces.difference().is_none();
    match traces.excused() {
        Some(rule) => writeln!(out, "They differ as the rule `{rule}` allows.")?,
        None if same => writeln!(out, "Both do the same, line by line.")?,
        None => writeln!(out, "They differ.")?,
    }
    Ok(same)
}

/// Seeds that were not run before, and are found again: the time in seconds, with room for as many
/// programs as one likes.
fn new_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() * 1_000_000
}

fn write_report(
    out: &mut impl Write,
    plan: &Plan,
    report: &Report,
    python: &Interpreter,
) -> Result<()> {
    let seconds = report.took.as_secs_f64();
    writeln!(
        out,
        "{}: seeds {} to {}: {} programs with {} lines under CPython {}, {} differ; {seconds:.1} s, \
         {:.0} a second",
        plan.kind,
        plan.seeds.start,
        plan.seeds.end - 1,
        report.ran,
        report.lines,
        python.version,
        report.differing,
        report.ran as f64 / seconds,
    )?;
    for (rule, count) in &report.excused {
        writeln!(out, "  {count} differ as the rule `{rule}` allows")?;
    }
    for (change, count) in &report.skipped {
        writeln!(out, "  {count} need {change}, which this CPython has not")?;
    }
    for Difference { seed, program, traces } in &report.differences {
        writeln!(out, "\nseed {seed}, shrunk:\n{}", serde_json::to_string(program)?)?;
        show::sources(out, program, Screen::stdout())?;
        show::traces(out, traces, Screen::stdout())?;
        writeln!(
            out,
            "show it whole: twins-random show {seed} --kind {kind}\n\
             save it:       twins-random save {seed} NAME 'WHAT IT SHOWS' --kind {kind}",
            kind = plan.kind,
        )?;
    }
    Ok(())
}
