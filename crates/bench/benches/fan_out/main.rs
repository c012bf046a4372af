//! A fan-out: ten thousand futures, or tasks, that yield once.
//!
//! `cargo bench -p twins-bench --bench fan_out`
//!
//! Each gives way once, to all others, and returns its index. It is a future, which its parent
//! polls, or a task, which its executor knows. A loop gives the sum of the indices.

use std::path::Path;

use anyhow::Result;
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::python::{self, Interpreter};
use twins_bench::rounds::{self, Case, Rounds};
use twins_bench::table::Table;

mod ours;
mod smol;
mod tokio;

const ROUNDS: usize = 41;
const WIDTH: u64 = 10_000;
const LOOP: &str = "fan_out";

const GATHER: &str = "twin-tasks, gather";
const GATHER_TASKS: &str = "twin-tasks, gather of spawned";
const GROUP: &str = "twin-tasks, TaskGroup";
const SPAWN: &str = "smol, LocalExecutor::spawn";
const BUFFERED: &str = "smol, futures-buffered join_all";
const CONCURRENCY: &str = "smol, futures-concurrency join";
const JOIN_SET: &str = "tokio, JoinSet";
const JOIN_ALL: &str = "tokio, futures-util join_all";

/// A loop of a contestant in Rust.
type Loop = fn(u64) -> u64;

/// Those whose ratio matters stand together: who, what it makes, and its loop.
const CONTESTANTS: [(&str, &str, Loop); 8] = [
    (GATHER, "future", ours::gathered),
    (BUFFERED, "future", smol::buffered),
    (CONCURRENCY, "future", smol::concurrency),
    (JOIN_ALL, "future", tokio::join_all),
    (GATHER_TASKS, "task", ours::gathered_tasks),
    (GROUP, "task", ours::task_group),
    (SPAWN, "task", smol::spawn),
    (JOIN_SET, "task", tokio::join_set),
];

/// asyncio's ways; both make tasks.
const ASYNCIO: [&str; 2] = ["gather", "task_group"];

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/fan_out/loops.py");
    let (python, found) = Interpreter::fastest(&program, &ASYNCIO, WIDTH)?;
    let uvloop = python.with_uvloop()?;
    let pythons: Vec<_> = [&python].into_iter().chain(&uvloop).collect();

    let mut cases: Vec<Case<'_>> = Vec::new();
    for (who, _, body) in CONTESTANTS {
        cases.push(Case::rust(who, LOOP, body).with_at_least(WIDTH));
    }
    for python in &pythons {
        let worker = python.start(&program)?.shared();
        for way in ASYNCIO {
            let worker = worker.clone();
            let run = move |units| worker.borrow_mut().run(way, units);
            cases.push(Case::timed(&asyncio(python, way), LOOP, run).with_at_least(WIDTH));
        }
    }
    rounds::check(&mut cases)?;
    if !rounds::is_measured() {
        return Ok(());
    }

    let load = machine::load();
    let rounds = rounds::measure(cases, ROUNDS)?;

    println!(
        "{}",
        machine::facts(
            &load,
            &["smol", "futures-buffered", "futures-concurrency", "tokio", "futures-util"]
        )
    );
    println!("{}", python::facts(&python, &found, uvloop.as_ref()));
    println!("- {ROUNDS} rounds\n");
    println!("{}", times(&rounds, &pythons));
    println!("{}\n", rounds.doubling());
    let ratio = |who: &str, than: &str| rounds.ratio((who, LOOP), (than, LOOP));
    let bar = |most, who: &str, than: &str| {
        Bar::at_most(most, format!("{who} / {than}"), ratio(who, than))
    };
    println!("{}", bar::table(&[bar(1.2, GATHER, BUFFERED), bar(1.0, GROUP, SPAWN)]));
    println!("What tasks cost:\n");
    println!("- {GROUP} / {JOIN_SET}: {}", ratio(GROUP, JOIN_SET));
    for python in pythons {
        let asyncio = asyncio(python, "task_group");
        println!("- {asyncio} / {GROUP}: {}", ratio(&asyncio, GROUP));
    }
    Ok(())
}

fn asyncio(python: &Interpreter, way: &str) -> String {
    format!("{}, {}", python.name(), if way == "gather" { "gather" } else { "TaskGroup" })
}

/// A row for each contestant.
fn times(rounds: &Rounds, pythons: &[&Interpreter]) -> Table {
    let mut table = Table::new(["who", "unit", "ns per unit"]);
    let rust = CONTESTANTS.map(|(who, unit, _)| (who.to_owned(), unit));
    let asyncio =
        pythons.iter().flat_map(|python| ASYNCIO.map(|way| (asyncio(python, way), "task")));
    for (who, unit) in rust.into_iter().chain(asyncio) {
        let ns = rounds.per_unit(&who, LOOP).expect("each runs the one loop");
        table.row([who, unit.to_owned(), ns.to_string()]);
    }
    table
}

/// The widths of the fan-outs that make so many units, one after the other.
fn widths(units: u64) -> impl Iterator<Item = u64> {
    (0..units).step_by(WIDTH as usize).map(move |start| WIDTH.min(units - start))
}

/// What each contestant makes of its results.
fn sum(results: Vec<u64>) -> u64 {
    results.into_iter().sum()
}

/// What is fanned out.
async fn leaf(index: u64) -> u64 {
    futures_lite::future::yield_now().await;
    index
}
