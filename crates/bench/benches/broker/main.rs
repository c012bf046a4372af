//! What an entry of a shared log costs the workers that process it: a consumer group on Redis Streams,
//! acknowledged one by one, and in batches of a hundred; one worker and two.
//!
//! `cargo bench -p twins-bench --bench broker`
//!
//! Every worker is a process. It reads until there is nothing left; all of a run together must have
//! got every entry once.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use redis::{Connection, cmd, pipe};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process;
use twins_bench::progress;
use twins_bench::python::{Interpreter, WITH_PACKAGES};
use twins_bench::rounds::order;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod ours;

const ROUNDS: usize = 5;
const ENTRIES: usize = 10_000;
pub(crate) const LOG: &str = "log";
pub(crate) const GROUP: &str = "workers";

const OURS: &str = "twin-async-generators, redis-rs";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--worker", path, name, batch] => {
            println!("{}", ours::work(path, name, batch.parse()?)?);
            Ok(())
        }
        _ if words.contains(&"--bench") => measure(),
        _ => {
            let Ok(server) = Server::start() else {
                println!("not tried: no redis-server: apt install redis-server");
                return Ok(());
            };
            let (contestants, _) = contestants()?;
            for contestant in &contestants {
                contestant.run(&server, 500)?;
            }
            println!("no worker loses an entry; `cargo bench` measures them");
            Ok(())
        }
    }
}

fn measure() -> Result<()> {
    let server = Server::start()?;
    let (contestants, versions) = contestants()?;
    let load = machine::load();
    for contestant in &contestants {
        contestant.run(&server, ENTRIES / 10)?;
    }
    let mut processor = vec![Vec::new(); contestants.len()];
    let mut elapsed = processor.clone();
    for round in 0..ROUNDS {
        for index in order(contestants.len(), round) {
            let ran = contestants[index].run(&server, ENTRIES)?;
            processor[index].push(ran.processor.as_secs_f64());
            elapsed[index].push(ran.elapsed.as_secs_f64());
        }
        progress::show(&format!("round {} of {ROUNDS}", round + 1));
    }
    progress::end();
    println!("{}", machine::facts(&load, &["redis", "smol"]));
    println!("- {}", machine::first_line("redis-server", "--version"));
    println!("- {versions}");
    println!("- {ENTRIES} entries; {ROUNDS} rounds\n");
    let headings =
        ["worker", "workers", "acknowledged by", "processor, µs an entry", "entries a second"];
    let mut table = Table::new(headings);
    for ((contestant, processor), elapsed) in contestants.iter().zip(&processor).zip(&elapsed) {
        let micro = processor.iter().map(|seconds| seconds * 1e6 / ENTRIES as f64);
        let second = elapsed.iter().map(|seconds| ENTRIES as f64 / seconds);
        table.row([
            contestant.who.clone(),
            contestant.workers.to_string(),
            contestant.batch.to_string(),
            Spread::of(micro).to_string(),
            short(Spread::of(second).median),
        ]);
    }
    println!("{table}");
    let find = |ours: bool, batch, workers| {
        let fits = |one: &&Contestant| {
            (one.who == OURS) == ours && one.batch == batch && one.workers == workers
        };
        contestants.iter().position(|one| fits(&one))
    };
    let ratio = |batch, workers| {
        let python = find(false, batch, workers)?;
        let ours = find(true, batch, workers).expect("it is one of them");
        Some(Spread::of_ratios(&processor[python], &processor[ours]))
    };
    if let Some(at_best) = ratio(100, 1) {
        let bars = [Bar::at_least(5.0, "Python / ours, batches of 100, one worker", at_best)];
        println!("{}", bar::table(&bars));
        println!("Without a bar, Python / ours:\n");
        for (batch, workers) in [(1, 1), (1, 2), (100, 2)] {
            if let Some(ratio) = ratio(batch, workers) {
                println!("- acknowledged by {batch}, workers: {workers}: {ratio}");
            }
        }
    }
    Ok(())
}

/// What workers together took.
struct Ran {
    processor: Duration,
    elapsed: Duration,
}

struct Contestant {
    who: String,
    workers: usize,
    batch: usize,
    command: Box<dyn Fn() -> Command>,
}

impl Contestant {
    fn run(&self, server: &Server, entries: usize) -> Result<Ran> {
        server.fill(entries)?;
        let begin = Instant::now();
        let workers: Vec<_> = (0..self.workers)
            .map(|number| {
                let mut command = (self.command)();
                command.args([&server.path, &format!("w{number}"), &self.batch.to_string()]);
                thread::spawn(move || process::run(&mut command))
            })
            .collect();
        let mut ran = Ran { processor: Duration::ZERO, elapsed: Duration::ZERO };
        let mut count = 0;
        for worker in workers {
            let finished = worker.join().expect("waiting does not panic")?;
            ran.processor += finished.processor;
            count += finished.stdout.trim().parse::<usize>()?;
        }
        ran.elapsed = begin.elapsed();
        ensure!(count == entries, "{}: {count} of {entries}", self.who);
        let left: (usize, redis::Value, redis::Value, redis::Value) =
            cmd("XPENDING").arg(LOG).arg(GROUP).query(&mut server.connect()?)?;
        ensure!(left.0 == 0, "{}: {} are not acknowledged", self.who, left.0);
        Ok(ran)
    }
}

fn contestants() -> Result<(Vec<Contestant>, String)> {
    let newest = Interpreter::all().pop().context("no CPython: install 3.11 or newer")?;
    let mut kinds: Vec<(String, Box<dyn Fn() -> Command>)> = vec![(
        OURS.to_owned(),
        Box::new(|| {
            let mut command = Command::new(env::current_exe().expect("it runs"));
            command.arg("--worker");
            command
        }),
    )];
    let mut versions = newest.name();
    match newest.with_package("redis")? {
        Some((python, version)) => {
            versions += &format!(", redis {version}");
            let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/broker/worker.py");
            let command = move || python.command(&program);
            kinds.push((format!("{}, redis.asyncio", newest.name()), Box::new(command)));
        }
        None => versions += &format!(", no redis: {WITH_PACKAGES}=1 installs it"),
    }
    let mut all = Vec::new();
    for (who, command) in kinds {
        let command = std::rc::Rc::new(command);
        for (workers, batch) in [(1, 1), (1, 100), (2, 1), (2, 100)] {
            let (who, command) = (who.clone(), command.clone());
            all.push(Contestant { who, workers, batch, command: Box::new(move || command()) });
        }
    }
    Ok((all, versions))
}

/// The pair's server, which ends with its client.
struct Server {
    process: Child,
    path: String,
}

impl Server {
    fn start() -> Result<Self> {
        let program: PathBuf =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/real-work/stream/serve.py");
        let mut process = Command::new("python3")
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("can't start python3")?;
        let mut path = String::new();
        BufReader::new(process.stdout.take().context("no way out")?).read_line(&mut path)?;
        ensure!(!path.is_empty(), "no redis-server: apt install redis-server");
        Ok(Self { process, path: path.trim().to_owned() })
    }

    fn connect(&self) -> Result<Connection> {
        Ok(redis::Client::open(format!("unix://{}", self.path))?.get_connection()?)
    }

    /// A log of so many entries, none of which has been read.
    fn fill(&self, entries: usize) -> Result<()> {
        let mut redis = self.connect()?;
        let () = cmd("DEL").arg(LOG).query(&mut redis)?;
        let () = cmd("XGROUP").arg(&["CREATE", LOG, GROUP, "0", "MKSTREAM"]).query(&mut redis)?;
        for begin in (0..entries).step_by(1000) {
            let mut pipe = pipe();
            for number in begin..entries.min(begin + 1000) {
                let line = format!("GET /items/{number}");
                pipe.xadd(LOG, "*", &[("line", &*line), ("status", "200")]).ignore();
            }
            let () = pipe.query(&mut redis)?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
