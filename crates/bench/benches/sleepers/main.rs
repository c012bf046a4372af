//! Ten thousand, a hundred thousand and a million sleepers: time, memory, bytes for each.
//!
//! `cargo bench -p twins-bench --bench sleepers`
//!
//! A sleeper sleeps 2 s and returns its index. It is a future, which its parent polls, or a task,
//! which its executor knows. Every contestant runs in a process of its own, one after the other;
//! all must give the same sum of indices.

use std::env;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::time::{ClockId, clock_gettime};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process;
use twins_bench::progress;
use twins_bench::python::{self, Interpreter};
use twins_bench::rounds::order;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod ours;
mod smol;
mod tokio;

const ROUNDS: usize = 5;
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
const SLEEP: Duration = Duration::from_secs(2);

/// What a contestant in Rust does: it gets how many sleepers there are and how long each sleeps,
/// and gives the sum of what they return.
type Contestant = fn(u64, Duration) -> u64;

const GATHER: &str = "twin-tasks, gather";
const GROUP: &str = "twin-tasks, TaskGroup";
const SPAWN: &str = "smol, LocalExecutor::spawn";
const BUFFERED: &str = "smol, futures-buffered join_all";
const CONCURRENCY: &str = "smol, futures-concurrency join";
const JOIN_SET: &str = "tokio, JoinSet";
const JOIN_ALL: &str = "tokio, futures-util join_all";

/// Those whose ratio matters stand together.
const CONTESTANTS: [(&str, Unit, Contestant); 7] = [
    (GATHER, Unit::Future, ours::gathered),
    (BUFFERED, Unit::Future, smol::buffered),
    (CONCURRENCY, Unit::Future, smol::concurrency),
    (JOIN_ALL, Unit::Future, tokio::join_all),
    (GROUP, Unit::Task, ours::task_group),
    (JOIN_SET, Unit::Task, tokio::join_set),
    (SPAWN, Unit::Task, smol::spawn),
];

/// What a sleeper is.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Future,
    Task,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Task => "task",
        }
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, who, sleepers, seconds] = arguments.as_slice()
        && flag == "--contestant"
    {
        return contend(who, sleepers.parse()?, Duration::from_secs_f64(seconds.parse()?));
    }
    let measures = arguments.iter().any(|argument| argument == "--bench");
    let (python, found) = fastest_python(if measures { SIZES[0] } else { 100 })?;
    let uvloop = python.with_uvloop()?;
    let contestants = contestants(&[&python].into_iter().chain(&uvloop).collect::<Vec<_>>());
    if measures {
        let facts = python::facts(&python, &found, uvloop.as_ref());
        return measure(&contestants, &python, uvloop.as_ref(), &facts);
    }
    for sleepers in [1, 1000] {
        for contestant in &contestants {
            contestant.run(sleepers, Duration::from_millis(20))?;
        }
    }
    println!("all contestants sleep and give the same; `cargo bench` measures them");
    Ok(())
}

/// Runs a contestant in this process and tells what it took.
fn contend(who: &str, sleepers: u64, time: Duration) -> Result<()> {
    let found = CONTESTANTS.iter().find(|contestant| contestant.0 == who);
    let (_, _, run) = found.with_context(|| format!("no contestant `{who}`"))?;
    let (start, processor) = (Instant::now(), process_time());
    let sum = black_box(run)(sleepers, time);
    let (elapsed, processor) = (start.elapsed(), process_time() - processor);
    println!("{} {} {sum}", elapsed.as_nanos(), processor.as_nanos());
    Ok(())
}

/// How long processors have worked for this process: smol has a thread for its timers.
fn process_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().expect("time does not run before zero")
}

/// What each contestant makes of its results.
fn sum(results: Vec<u64>) -> u64 {
    results.into_iter().sum()
}

fn measure(
    contestants: &[Process],
    python: &Interpreter,
    uvloop: Option<&Interpreter>,
    facts: &str,
) -> Result<()> {
    let load = machine::load();
    let series = measure_rounds(contestants)?;

    let crates =
        ["smol", "async-io", "futures-buffered", "futures-concurrency", "tokio", "futures-util"];
    println!("{}", machine::facts(&load, &crates));
    println!("{facts}");
    println!("- {ROUNDS} rounds\n");
    for (size, series) in SIZES.iter().zip(&series) {
        println!("{size} sleepers:\n");
        println!("{}", times(*size, contestants, series));
    }
    let find = |size: usize, who: &str| {
        let index = contestants.iter().position(|contestant| contestant.who == who);
        &series[size][index.expect("every name is a contestant's")]
    };
    let [few, _, million] = [0, 1, 2];
    let over = |who: &str, than: &str| {
        Spread::of_ratios(&find(million, who).over, &find(million, than).over)
    };
    let peak = |who: &str, than: &str| {
        Spread::of_ratios(&find(million, who).peak, &find(million, than).peak)
    };

    let mut bars = Vec::new();
    let asyncio = [Asyncio::TaskGroup, Asyncio::Gather].map(|asyncio| asyncio.name(python));
    let pairs = [
        (GATHER, BUFFERED, 1.1, 1.1),
        (GROUP, JOIN_SET, 0.47, 0.77),
        (GROUP, &asyncio[0], 1.0 / 40.0, 1.0 / 4.5),
        (GROUP, &asyncio[1], 1.0 / 40.0, 1.0 / 4.5),
    ];
    for (who, than, time, memory) in pairs {
        // A bound below a half is told, and reached, by its inverse.
        if time < 0.4 {
            let what = format!("time over the sleep: {than} / {who}");
            bars.push(Bar::at_least(1.0 / time, what, over(than, who)));
            let what = format!("peak: {than} / {who}");
            bars.push(Bar::at_least(1.0 / memory, what, peak(than, who)));
        } else {
            let what = format!("time over the sleep: {who} / {than}");
            bars.push(Bar::at_most(time, what, over(who, than)));
            bars.push(Bar::at_most(memory, format!("peak: {who} / {than}"), peak(who, than)));
        }
    }
    for who in [GATHER, GROUP] {
        let per_sleeper = |size: usize| {
            let seconds = &find(size, who).processor;
            seconds.iter().map(|seconds| seconds / SIZES[size] as f64).collect::<Vec<_>>()
        };
        let ratio = Spread::of_ratios(&per_sleeper(million), &per_sleeper(few));
        let what = format!("processor time for one, a million / ten thousand: {who}");
        bars.push(Bar::at_most(1.5, what, ratio));
    }
    println!("{}", bar::table(&bars));
    println!("The processor time of a million, where other programs don't count:\n");
    for (who, than, ..) in pairs {
        let (left, right) = (&find(million, who).processor, &find(million, than).processor);
        println!("- {who} / {than}: {}", Spread::of_ratios(left, right));
    }
    if let Some(python) = uvloop {
        let than = Asyncio::TaskGroup.name(python);
        println!("\nWithout a bar, a million:\n");
        println!("- time over the sleep: {than} / {GROUP}: {}", over(&than, GROUP));
        println!("- peak: {than} / {GROUP}: {}", peak(&than, GROUP));
    }
    Ok(())
}

/// What one contestant took for one size, round by round.
#[derive(Default)]
struct Series {
    /// Seconds over the sleep.
    over: Vec<f64>,
    /// Seconds of processors.
    processor: Vec<f64>,
    /// Bytes.
    peak: Vec<f64>,
    /// The bytes of a process with a single sleeper.
    alone: f64,
}

/// Runs all contestants with each size in each round; gives a row for each size.
fn measure_rounds(contestants: &[Process]) -> Result<Vec<Vec<Series>>> {
    let mut all = Vec::new();
    for _ in SIZES {
        let mut row = Vec::new();
        for contestant in contestants {
            let alone = contestant.run(1, Duration::from_millis(20))?.peak;
            row.push(Series { alone: alone as f64, ..Series::default() });
        }
        all.push(row);
    }
    for round in 0..ROUNDS {
        for (size, row) in SIZES.iter().zip(&mut all) {
            for index in order(contestants.len(), round) {
                let took = contestants[index].run(*size, SLEEP)?;
                row[index].over.push((took.elapsed - SLEEP).as_secs_f64());
                row[index].processor.push(took.processor.as_secs_f64());
                row[index].peak.push(took.peak as f64);
            }
            progress::show(&format!("round {} of {ROUNDS}, {size} sleepers", round + 1));
        }
    }
    progress::end();
    Ok(all)
}

/// A row for each contestant.
fn times(sleepers: u64, contestants: &[Process], series: &[Series]) -> Table {
    let headings = [
        "who",
        "a sleeper is a",
        "over the sleep, s",
        "processor, s",
        "processor, ns for one",
        "peak, MiB",
        "bytes for one",
    ];
    let mut table = Table::new(headings);
    for (contestant, series) in contestants.iter().zip(series) {
        let spread = |values: &[f64]| Spread::of(values.iter().copied()).to_string();
        let median = |values: &[f64]| Spread::of(values.iter().copied()).median;
        let peak = median(&series.peak);
        table.row([
            contestant.who.clone(),
            contestant.unit.name().to_owned(),
            spread(&series.over),
            spread(&series.processor),
            short(median(&series.processor) * 1e9 / sleepers as f64),
            short(peak / (1024.0 * 1024.0)),
            short((peak - series.alone) / sleepers as f64),
        ]);
    }
    table
}

/// Gives the command that runs a contestant, without its last two arguments.
type MakeCommand = Box<dyn Fn() -> Result<Command>>;

/// A contestant in a process of its own.
struct Process {
    who: String,
    unit: Unit,
    command: MakeCommand,
}

/// What a process took.
struct Took {
    elapsed: Duration,
    processor: Duration,
    peak: u64,
}

impl Process {
    /// Runs it, and holds its answer against the sum of the indices.
    fn run(&self, sleepers: u64, time: Duration) -> Result<Took> {
        let mut command = (self.command)()?;
        command.arg(sleepers.to_string()).arg(time.as_secs_f64().to_string());
        let finished = process::run(&mut command)?;
        let mut numbers = finished.stdout.split_whitespace().map(str::parse::<u64>);
        let (Some(Ok(elapsed)), Some(Ok(processor)), Some(Ok(sum))) =
            (numbers.next(), numbers.next(), numbers.next())
        else {
            bail!("{} answers {:?}", self.who, finished.stdout);
        };
        let expected = sleepers * (sleepers - 1) / 2;
        ensure!(sum == expected, "{} gives {sum}, and not {expected}", self.who);
        let [elapsed, processor] = [elapsed, processor].map(Duration::from_nanos);
        ensure!(elapsed >= time, "{} sleeps {elapsed:?}, and not {time:?}", self.who);
        Ok(Took { elapsed, processor, peak: finished.peak })
    }
}

fn contestants(pythons: &[&Interpreter]) -> Vec<Process> {
    let mut all = Vec::new();
    for (who, unit, _) in CONTESTANTS {
        let command = Box::new(move || {
            let mut command = Command::new(env::current_exe()?);
            command.args(["--contestant", who]);
            Ok(command)
        });
        all.push(Process { who: who.to_owned(), unit, command });
    }
    for python in pythons {
        all.extend([Asyncio::Gather, Asyncio::TaskGroup].map(|asyncio| asyncio.process(python)));
    }
    all
}

/// asyncio's two ways; both make tasks.
#[derive(Clone, Copy)]
enum Asyncio {
    Gather,
    TaskGroup,
}

impl Asyncio {
    fn name(self, python: &Interpreter) -> String {
        let way = match self {
            Self::Gather => "gather",
            Self::TaskGroup => "TaskGroup",
        };
        format!("{}, {way}", python.name())
    }

    fn process(self, python: &Interpreter) -> Process {
        let who = self.name(python);
        let python = python.clone();
        let command = Box::new(move || {
            let program =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/sleepers/sleepers.py");
            let mut command = python.command(&program);
            command.arg(match self {
                Self::Gather => "gather",
                Self::TaskGroup => "task_group",
            });
            Ok(command)
        });
        Process { who, unit: Unit::Task, command }
    }
}

/// The CPython whose asyncio is fastest, and what there was to choose from.
fn fastest_python(sleepers: u64) -> Result<(Interpreter, Vec<String>)> {
    Interpreter::fastest_by(5, |python| {
        let took = |asyncio: Asyncio| {
            let took = asyncio.process(python).run(sleepers, Duration::from_millis(50))?;
            Ok(took.processor)
        };
        [Asyncio::Gather, Asyncio::TaskGroup].into_iter().map(took).sum()
    })
}
