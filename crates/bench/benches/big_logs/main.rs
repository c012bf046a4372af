//! A web server's log, counted by status and path: the pair `big_logs`, beside the same without
//! generators, in Python, and by the tools at hand; on one core, and on two.
//!
//! `cargo bench -p twins-bench --bench big_logs`
//!
//! Every contestant answers in a process of its own, and all that count the same must give the same
//! answer. The files are made here and removed.

#![feature(gen_blocks)]

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process::{self, Finished};
use twins_bench::progress;
use twins_bench::python::Interpreter;
use twins_bench::rounds::order;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod loops;
mod ours;
/// What the pair itself has beside its programs; its lines are as long as a projector takes.
#[allow(dead_code, reason = "what its own tests use, which run where it is")]
#[rustfmt::skip]
#[path = "../../../../examples/real-work/web/mod.rs"]
mod web;

use web::counts::Counts;

const ROUNDS: usize = 7;
/// As small as rounds need it, and as large as memory is asked for.
const MB: u64 = 50;
const GB: u64 = 1000;

/// What a contestant in Rust does: it gets the log and the number of cores.
type Contestant = fn(&Path, usize) -> io::Result<Counts>;

const OURS: &str = "twin-generators";
const GEN: &str = "gen blocks";
const ADAPTORS: &str = "adaptors";
const LOOP: &str = "one loop, read_until";
const PYTHON: &str = "generators";
const GREP: &str = "grep -c";
const AWK: &str = "awk";

const CONTESTANTS: [(&str, Contestant); 4] = [
    (OURS, ours::count),
    (GEN, loops::gen_blocks),
    (ADAPTORS, loops::adaptors),
    (LOOP, loops::read_until),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, who, log, cores] = arguments.as_slice()
        && flag == "--contestant"
    {
        let Some((_, count)) = CONTESTANTS.iter().find(|contestant| contestant.0 == who) else {
            bail!("no contestant `{who}`");
        };
        count(Path::new(log), cores.parse()?)?.show();
        return Ok(());
    }
    if arguments.iter().any(|argument| argument == "--bench") {
        measure()
    } else {
        let log = Log::write("check", 1)?;
        let python = Interpreter::all().into_iter().next().context("no CPython")?;
        for contestant in contestants(&python) {
            contestant.run(&log)?;
        }
        println!("all contestants count the same; `cargo bench` measures them");
        Ok(())
    }
}

fn measure() -> Result<()> {
    let log = Log::write("log", MB)?;
    let (python, found) = fastest_python(&log)?;
    let contestants = contestants(&python);
    let load = machine::load();
    let mut series: Vec<Series> = contestants.iter().map(|_| Series::default()).collect();
    // In a round that does not count, the file comes into the system's cache.
    for contestant in &contestants {
        contestant.run(&log)?;
    }
    for round in 0..ROUNDS {
        for index in order(contestants.len(), round) {
            let finished = contestants[index].run(&log)?;
            series[index].elapsed.push(finished.elapsed.as_secs_f64());
            series[index].processor.push(finished.processor.as_secs_f64());
        }
        progress::show(&format!("round {} of {ROUNDS}", round + 1));
    }
    progress::end();
    drop(log);
    let large = Log::write("large", GB)?;
    for (contestant, series) in contestants.iter().zip(&mut series) {
        // In Python that would take longer than all the rest.
        if CONTESTANTS.iter().any(|(who, _)| *who == contestant.who) {
            series.peak = Some(contestant.run(&large)?.peak);
        }
    }
    drop(large);

    println!("{}", machine::facts(&load, &["genawaiter"]));
    println!("- {}, the fastest of: {}", python.name(), found.join(", "));
    let awk = fs::canonicalize("/usr/bin/awk").unwrap_or_default();
    println!("- {}; awk: {}", machine::first_line("grep", "--version"), awk.display());
    println!("- {MB} MB of log, {GB} MB for the peaks of those in Rust; {ROUNDS} rounds\n");
    let find = |who: &str, cores| {
        let found = |one: &&Process| one.who.starts_with(who) && one.cores == cores;
        let index = contestants.iter().position(|one| found(&one));
        &series[index.expect("every name is a contestant's")]
    };
    let plain = find(LOOP, 1);
    let headings =
        ["who", "cores", "elapsed, s", "processor, s", "× one loop", "peak at 1 GB, MiB"];
    let mut table = Table::new(headings);
    for (contestant, series) in contestants.iter().zip(&series) {
        table.row([
            contestant.who.clone(),
            contestant.cores.to_string(),
            short(Spread::of(series.elapsed.iter().copied()).median),
            Spread::of(series.processor.iter().copied()).to_string(),
            short(Spread::of_ratios(&series.processor, &plain.processor).median),
            series.peak.map_or("—".to_owned(), |peak| short(mebibytes(peak))),
        ]);
    }
    println!("{table}");
    let peak = |cores| {
        let peak = find(OURS, cores).peak.expect("it has run over the large log");
        let peak = mebibytes(peak) / cores as f64;
        Spread { low: peak, median: peak, high: peak }
    };
    let (one, two) = (find(OURS, 1), find(OURS, 2));
    let bars = [
        Bar::at_most(
            1.2,
            format!("{OURS} / {LOOP}, one core"),
            Spread::of_ratios(&one.processor, &plain.processor),
        ),
        Bar::at_least(
            1.8,
            format!("{OURS}: elapsed on one core / on two"),
            Spread::of_ratios(&one.elapsed, &two.elapsed),
        ),
        Bar::at_most(16.0, format!("{OURS}, one core: peak at 1 GB, MiB"), peak(1)),
        Bar::at_most(16.0, format!("{OURS}, two cores: peak at 1 GB, MiB a core"), peak(2)),
    ];
    println!("{}", bar::table(&bars));
    Ok(())
}

#[derive(Default)]
struct Series {
    elapsed: Vec<f64>,
    processor: Vec<f64>,
    peak: Option<u64>,
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// What a contestant's answer must be.
enum Answer {
    /// The busiest statuses and paths, as the pair prints them.
    Counts,
    /// How many requests were answered 404.
    NotFound,
}

/// A contestant in a process of its own, on so many cores.
struct Process {
    who: String,
    cores: usize,
    answer: Answer,
    command: Box<dyn Fn(&Log) -> Command>,
}

impl Process {
    fn run(&self, log: &Log) -> Result<Finished> {
        // The tools know no locale then, which suits them best.
        let finished = process::run((self.command)(log).env("LC_ALL", "C"))?;
        let answer = finished.stdout.trim();
        let right = match self.answer {
            Answer::Counts => answer == log.counts.trim(),
            Answer::NotFound => log.counts.contains(&format!("status 404: {answer} times")),
        };
        ensure!(right, "{} counts {answer}, and not {}", self.who, log.counts);
        Ok(finished)
    }
}

fn contestants(python: &Interpreter) -> Vec<Process> {
    let mut all = Vec::new();
    for cores in [1, 2] {
        for (who, _) in CONTESTANTS {
            let command = move |log: &Log| {
                let mut command = Command::new(env::current_exe().expect("it runs"));
                command.args(["--contestant", who]).arg(&log.file).arg(cores.to_string());
                command
            };
            let who = who.to_owned();
            all.push(Process { who, cores, answer: Answer::Counts, command: Box::new(command) });
        }
        all.push(python_process(python, cores));
    }
    let tool = |who: &str, words: &'static [&str]| {
        let command = move |log: &Log| {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).arg(&log.file);
            command
        };
        let (who, answer) = (who.to_owned(), Answer::NotFound);
        Process { who, cores: 1, answer, command: Box::new(command) }
    };
    all.push(tool(GREP, &["grep", "-c", "-a", "\" 404 "]));
    // It counts statuses and paths, too, and tells one.
    const COUNT: &str = "{ split($2, a, \" \"); split($3, b, \" \"); paths[a[2]]++; times[b[1]]++ } \
               END { print times[404] }";
    all.push(tool(AWK, &["awk", "-F\"", COUNT]));
    all
}

fn python_process(python: &Interpreter, cores: usize) -> Process {
    let interpreter = python.clone();
    let command = move |log: &Log| {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/big_logs/pipeline.py");
        let mut command = interpreter.command(&program);
        command.arg(&log.file).arg(cores.to_string());
        command
    };
    let who = format!("{}, {PYTHON}", python.name());
    Process { who, cores, answer: Answer::Counts, command: Box::new(command) }
}

/// The CPython that is fastest at this, and what there was to choose from.
fn fastest_python(log: &Log) -> Result<(Interpreter, Vec<String>)> {
    Interpreter::fastest_by(3, |python| Ok(python_process(python, 1).run(log)?.processor))
}

/// A log in a folder of its own, removed when dropped; and what all must count in it.
struct Log {
    folder: PathBuf,
    file: PathBuf,
    counts: String,
}

impl Log {
    fn write(name: &str, mb: u64) -> Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("big-logs-{name}"));
        fs::create_dir_all(&folder)?;
        let file = folder.join("access.log");
        web::log::write_log(fs::File::create(&file)?, mb)?;
        // Written out now, the system has nothing to write during the measurement.
        fs::File::open(&file)?.sync_all()?;
        let mut log = Self { folder, file, counts: String::new() };
        let mut plain = Command::new(env::current_exe()?);
        plain.args(["--contestant", LOOP]).arg(&log.file).arg("1");
        log.counts = process::run(&mut plain)?.stdout;
        Ok(log)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
