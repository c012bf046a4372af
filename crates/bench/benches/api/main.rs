//! What a request costs its client: the processor's time of five thousand to an HTTP API, 50 at once,
//! each with a limit.
//!
//! `cargo bench -p twins-bench --bench api`
//!
//! The server is a process of its own, the same for all, and every client is one. All must get every
//! answer.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process;
use twins_bench::progress;
use twins_bench::python::{Interpreter, WITH_PACKAGES};
use twins_bench::rounds::order;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod ours;
mod server;
mod tokio;

use server::Server;

const ROUNDS: usize = 7;
const REQUESTS: u32 = 5_000;
const AT_ONCE: usize = 50;

/// What a client in Rust does: it asks the server of this port for so many items, and gives how many
/// answers were right.
type Client = fn(u16, u32) -> usize;

const OURS: &str = "twin-tasks, hyper";
const TOKIO: &str = "tokio (current-thread), hyper";
const AIOHTTP: &str = "aiohttp";

const CLIENTS: [(&str, Client); 2] = [(OURS, ours::fetch_all), (TOKIO, tokio::fetch_all)];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--server"] => server::serve(),
        ["--client", who, port, requests] => {
            let Some((_, fetch_all)) = CLIENTS.iter().find(|client| client.0 == who) else {
                bail!("no client `{who}`");
            };
            println!("{}", fetch_all(port.parse()?, requests.parse()?));
            Ok(())
        }
        _ if words.contains(&"--bench") => measure(),
        _ => {
            let python = Interpreter::all().into_iter().next().context("no CPython")?;
            let server = Server::start()?;
            for client in contestants(&python)?.0 {
                client.run(&server, 200)?;
            }
            println!("all clients get all answers; `cargo bench` measures them");
            Ok(())
        }
    }
}

fn measure() -> Result<()> {
    let all = Interpreter::all();
    // With the newest: what aiohttp is built for.
    let python = all.last().context("no CPython: install 3.11 or newer, or name it")?;
    let (contestants, versions) = contestants(python)?;
    let server = Server::start()?;
    let load = machine::load();
    for client in &contestants {
        client.run(&server, REQUESTS)?;
    }
    let mut times = vec![Vec::new(); contestants.len()];
    let mut elapsed = times.clone();
    for round in 0..ROUNDS {
        for index in order(contestants.len(), round) {
            let finished = contestants[index].run(&server, REQUESTS)?;
            times[index].push(finished.processor.as_secs_f64());
            elapsed[index].push(finished.elapsed.as_secs_f64());
        }
        progress::show(&format!("round {} of {ROUNDS}", round + 1));
    }
    progress::end();
    println!("{}", machine::facts(&load, &["hyper", "smol", "tokio"]));
    println!("- {versions}");
    println!("- {REQUESTS} requests, {AT_ONCE} at once; {ROUNDS} rounds\n");
    let of = |who: &str| {
        let index = contestants.iter().position(|client| client.who == who);
        index.map(|index| &times[index])
    };
    let ours = of(OURS).expect("it is one of them");
    let mut table =
        Table::new(["client", "processor, µs a request", "× ours", "elapsed, µs a request"]);
    for ((client, times), elapsed) in contestants.iter().zip(&times).zip(&elapsed) {
        let each = |times: &[f64]| {
            Spread::of(times.iter().map(|seconds| seconds * 1e6 / f64::from(REQUESTS)))
        };
        table.row([
            client.who.clone(),
            each(times).to_string(),
            Spread::of_ratios(times, ours).to_string(),
            short(each(elapsed).median),
        ]);
    }
    println!("{table}");
    let tokio = of(TOKIO).expect("it is one of them");
    let mut bars =
        vec![Bar::at_most(1.1, format!("{OURS} / {TOKIO}"), Spread::of_ratios(ours, tokio))];
    if let Some(aiohttp) = of(AIOHTTP) {
        let ratio = Spread::of_ratios(aiohttp, ours);
        bars.push(Bar::at_least(7.0, format!("{AIOHTTP} / {OURS}"), ratio));
    }
    println!("{}", bar::table(&bars));
    Ok(())
}

/// A client in a process of its own.
struct Contestant {
    who: String,
    command: Box<dyn Fn() -> Command>,
}

impl Contestant {
    fn new(who: impl Into<String>, command: impl Fn() -> Command + 'static) -> Self {
        Self { who: who.into(), command: Box::new(command) }
    }

    fn run(&self, server: &Server, requests: u32) -> Result<process::Finished> {
        let mut command = (self.command)();
        command.args([server.port.to_string(), requests.to_string()]);
        let finished = process::run(&mut command)?;
        let right = finished.stdout.trim();
        ensure!(right == requests.to_string(), "{} got {right} of {requests}", self.who);
        Ok(finished)
    }
}

/// All clients, and the versions of those in Python.
fn contestants(python: &Interpreter) -> Result<(Vec<Contestant>, String)> {
    let mut all: Vec<_> = CLIENTS
        .iter()
        .map(|(who, _)| {
            Contestant::new(*who, || {
                let mut command = Command::new(env::current_exe().expect("it runs"));
                command.args(["--client", who]);
                command
            })
        })
        .collect();
    let in_python = |interpreter: &Interpreter, how: &'static str| {
        let interpreter = interpreter.clone();
        move || {
            let mut command = interpreter
                .command(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/api/clients.py"));
            command.arg(how);
            command
        }
    };
    let mut versions = vec![python.name()];
    all.push(Contestant::new("asyncio, by hand", in_python(python, "by_hand")));
    match python.with_uvloop()? {
        Some(uvloop) => {
            versions.push(uvloop.name());
            all.push(Contestant::new("uvloop, by hand", in_python(&uvloop, "by_hand")));
        }
        None => versions.push("no uvloop: TWINS_UVLOOP=1 installs it".to_owned()),
    }
    match python.with_package(AIOHTTP)? {
        Some((with_aiohttp, version)) => {
            versions.push(format!("{AIOHTTP} {version}"));
            all.push(Contestant::new(AIOHTTP, in_python(&with_aiohttp, "by_aiohttp")));
        }
        None => versions.push(format!("no {AIOHTTP}: {WITH_PACKAGES}=1 installs it")),
    }
    Ok((all, versions.join(", ")))
}
