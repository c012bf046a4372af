//! A pipeline of generators over a log file of 600 MB, beside the same work without generators.
//!
//! `cargo bench -p twins-bench --bench logs`
//!
//! find → open → cat → grep → count: how many lines hold `ERROR`? Every contestant answers in a
//! process of its own, and all must give the same answer. The file is made here and removed.

#![feature(coroutines)]

use std::env;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process::{self, Finished};
use twins_bench::progress;
use twins_bench::python::Interpreter;
use twins_bench::rounds::order;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod by_chunk;
mod by_line;
mod chunk;
mod loops;
mod stages;

const ROUNDS: usize = 15;
const BYTES: u64 = 600_000_000;
const PATTERN: &str = "ERROR";

/// What a contestant in Rust does: it gets the folder and gives the count.
type Contestant = fn(&Path) -> io::Result<u64>;

const BY_LINE: &str = "pipeline, by line, async block";
const BY_LINE_NATIVE: &str = "pipeline, by line, native";
const BY_CHUNK: &str = "pipeline, by chunk, async block";
const READ_UNTIL: &str = "one loop, read_until";
const LOOP_LINES: &str = "one loop, the pipeline's lines";
const LOOP_CHUNKS: &str = "one loop, the pipeline's chunks";
const GREP: &str = "grep -c";
const WC: &str = "wc -l";

const CONTESTANTS: [(&str, Contestant); 6] = [
    (BY_LINE, by_line::count),
    (BY_LINE_NATIVE, by_line::count_native),
    (BY_CHUNK, by_chunk::count),
    (READ_UNTIL, loops::read_until),
    (LOOP_LINES, loops::lines),
    (LOOP_CHUNKS, loops::chunks),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, who, folder] = arguments.as_slice()
        && flag == "--contestant"
    {
        let Some((_, count)) = CONTESTANTS.iter().find(|contestant| contestant.0 == who) else {
            bail!("no contestant `{who}`");
        };
        println!("{}", count(Path::new(folder))?);
        return Ok(());
    }

    if arguments.iter().any(|argument| argument == "--bench") {
        measure()
    } else {
        let logs = Logs::make("check", 1_000_000)?;
        for contestant in &contestants(&fastest_python(&logs)?.0) {
            ensure!(contestant.run(&logs)?.peak > 0, "{} held no memory", contestant.who);
        }
        println!("all contestants count the same; `cargo bench` measures them");
        Ok(())
    }
}

fn measure() -> Result<()> {
    eprintln!("writing {} MB", BYTES / 1_000_000);
    let small = Logs::make("small", BYTES / 10)?;
    let large = Logs::make("large", BYTES)?;
    let (python, found) = fastest_python(&small)?;
    let contestants = contestants(&python);
    let load = machine::load();

    // In a round that does not count, the file comes into the system's cache.
    let mut peaks = Vec::new();
    for contestant in &contestants {
        contestant.run(&large)?;
        peaks.push(contestant.run(&small)?.peak);
    }
    let mut series: Vec<Series> = contestants.iter().map(|_| Series::default()).collect();
    for round in 0..ROUNDS {
        for index in order(contestants.len(), round) {
            let finished = contestants[index].run(&large)?;
            let series = &mut series[index];
            series.elapsed.push(finished.elapsed.as_secs_f64());
            series.processor.push(finished.processor.as_secs_f64());
            series.peak = series.peak.max(finished.peak);
        }
        progress::show(&format!("round {} of {ROUNDS}", round + 1));
    }
    progress::end();

    println!("{}", machine::facts(&load, &["memchr"]));
    println!("- {}, the fastest of: {}", python.name(), found.join(", "));
    println!(
        "- {}; {}",
        machine::first_line("grep", "--version"),
        machine::first_line("wc", "--version")
    );
    println!(
        "- {} lines, {BYTES} bytes, {} lines with `{PATTERN}`; {ROUNDS} rounds\n",
        large.lines, large.matches
    );
    let find = |who: &str| {
        let index = contestants.iter().position(|contestant| contestant.who == who);
        &series[index.expect("every name is a contestant's")]
    };
    let ratio = |who, than| Spread::of_ratios(&find(who).processor, &find(than).processor);

    let headings = ["who", "elapsed, s", "processor, s", "ns per line", "× one loop", "peak, MiB"];
    let mut table = Table::new(
        headings
            .map(str::to_owned)
            .into_iter()
            .chain([format!("peak at {} MB, MiB", BYTES / 10_000_000)]),
    );
    for ((contestant, series), small_peak) in contestants.iter().zip(&series).zip(&peaks) {
        let processor = Spread::of(series.processor.iter().copied());
        table.row([
            contestant.who.clone(),
            short(Spread::of(series.elapsed.iter().copied()).median),
            processor.to_string(),
            short(processor.median * 1e9 / large.lines as f64),
            short(ratio(&contestant.who, READ_UNTIL).median),
            short(mebibytes(series.peak)),
            short(mebibytes(*small_peak)),
        ]);
    }
    println!("{table}");

    let mut bars = Vec::new();
    for who in [BY_LINE, BY_LINE_NATIVE, BY_CHUNK] {
        for (than, most) in [(READ_UNTIL, 1.3), (GREP, 2.0)] {
            bars.push(Bar::at_most(most, format!("{who} / {than}"), ratio(who, than)));
        }
        let peak = mebibytes(find(who).peak);
        let peak = Spread { low: peak, median: peak, high: peak };
        bars.push(Bar::at_most(16.0, format!("{who}: peak, MiB"), peak));
    }
    println!("{}", bar::table(&bars));
    println!("What the generators themselves cost:\n");
    let pairs = [(BY_LINE, LOOP_LINES), (BY_LINE_NATIVE, LOOP_LINES), (BY_CHUNK, LOOP_CHUNKS)];
    for (who, than) in pairs {
        println!("- {who} / {than}: {}", ratio(who, than));
    }
    Ok(())
}

#[derive(Default)]
struct Series {
    elapsed: Vec<f64>,
    processor: Vec<f64>,
    peak: u64,
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Gives the command that runs a contestant over the logs.
type MakeCommand = Box<dyn Fn(&Logs) -> io::Result<Command>>;

/// A contestant in a process of its own, and what it counts.
struct Process {
    who: String,
    command: MakeCommand,
    counts: fn(&Logs) -> u64,
}

impl Process {
    fn new(
        who: impl Into<String>,
        command: impl Fn(&Logs) -> io::Result<Command> + 'static,
    ) -> Self {
        let counts = |logs: &Logs| logs.matches;
        Self { who: who.into(), command: Box::new(command), counts }
    }

    /// Runs it, and holds it against what was written into the file.
    fn run(&self, logs: &Logs) -> Result<Finished> {
        // The tools know no locale then, which suits them best.
        let finished = process::run((self.command)(logs)?.env("LC_ALL", "C"))?;
        let expected = (self.counts)(logs).to_string();
        let answer = finished.stdout.split_whitespace().next().unwrap_or_default();
        ensure!(answer == expected, "{} counts {answer}, and not {expected}", self.who);
        Ok(finished)
    }
}

fn contestants(python: &Interpreter) -> Vec<Process> {
    let mut all = Vec::new();
    for (who, _) in CONTESTANTS {
        all.push(Process::new(who, move |logs| {
            let mut command = Command::new(env::current_exe()?);
            command.args(["--contestant", who]).arg(&logs.folder);
            Ok(command)
        }));
    }
    all.push(python_process(python));
    all.push(Process::new(GREP, |logs| {
        let mut command = Command::new("grep");
        command.args(["-c", PATTERN]).arg(&logs.file);
        Ok(command)
    }));
    let wc = Process::new(WC, |logs| {
        let mut command = Command::new("wc");
        command.arg("-l").arg(&logs.file);
        Ok(command)
    });
    all.push(Process { counts: |logs| logs.lines, ..wc });
    all
}

fn python_process(python: &Interpreter) -> Process {
    let python = python.clone();
    Process::new(format!("{}, generators", python.name()), move |logs| {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/logs/pipeline.py");
        let mut command = python.command(&program);
        command.arg(PATTERN).arg(&logs.folder);
        Ok(command)
    })
}

/// The CPython that is fastest at this pipeline, and what there was to choose from.
fn fastest_python(logs: &Logs) -> Result<(Interpreter, Vec<String>)> {
    Interpreter::fastest_by(5, |python| Ok(python_process(python).run(logs)?.processor))
}

/// A folder with one log file, removed when dropped.
struct Logs {
    folder: PathBuf,
    file: PathBuf,
    lines: u64,
    matches: u64,
}

impl Logs {
    /// Writes lines of a web service until they are `bytes` long.
    fn make(name: &str, bytes: u64) -> Result<Self> {
        const WORDS: [&str; 8] =
            ["cart", "checkout", "invoice", "login", "orders", "profile", "search", "stock"];
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder)?;
        let mut logs = Self { file: folder.join("service.log"), folder, lines: 0, matches: 0 };
        let mut file = BufWriter::new(fs::File::create(&logs.file)?);
        // Knuth's linear congruential generator: the same file each time.
        let mut random: u64 = 1;
        let mut pick = |below: u64| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        let mut left = bytes;
        while left > 0 {
            let level = match pick(100) {
                0 => PATTERN,
                1..=4 => "WARN",
                _ => "INFO",
            };
            let (word, second) = (WORDS[pick(8) as usize], logs.lines / 100);
            let mut line = format!(
                "2024-05-17T{:02}:{:02}:{:02}.{:03}Z {level} {word}: GET /{word}/{} took {} ms",
                second / 3600 % 24,
                second / 60 % 60,
                second % 60,
                pick(1000),
                pick(1_000_000),
                pick(2000),
            );
            for _ in 0..pick(6) {
                line += " item=";
                line += WORDS[pick(8) as usize];
            }
            // The last line fills up what is left.
            line.truncate(usize::try_from(left - 1)?.min(line.len()));
            logs.lines += 1;
            logs.matches += u64::from(line.contains(PATTERN));
            left -= line.len() as u64 + 1;
            writeln!(file, "{line}")?;
        }
        // Written out now, the system has nothing to write during the measurement.
        file.into_inner()?.sync_all()?;
        Ok(logs)
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
