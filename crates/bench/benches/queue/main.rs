//! A queue between a producer task and its consumer, with room for one item and for 64.
//!
//! `cargo bench -p twins-bench --bench queue`
//!
//! A producer puts numbers, the main task gets them; both run on one thread. Each number goes
//! through `black_box`. A loop gives the last one.

use std::path::Path;

use anyhow::Result;
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::python::{self, Interpreter};
use twins_bench::rounds::{self, Case};

mod channel;
mod ours;
mod tokio;

const ROUNDS: usize = 41;

const OURS: &str = "twin-tasks, Queue";
const CHANNEL: &str = "smol, async-channel";
const CHANNEL_HERE: &str = "twin-tasks, async-channel";
const TOKIO: &str = "tokio, mpsc";

/// The loops; all count items.
const LOOPS: [&str; 2] = ["capacity_1", "capacity_64"];

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/queue/loops.py");
    let (python, found) = Interpreter::fastest(&program, &LOOPS, 20_000)?;
    let uvloop = python.with_uvloop()?;
    let pythons: Vec<_> = [&python].into_iter().chain(&uvloop).collect();
    let asyncio: Vec<_> =
        pythons.iter().map(|python| format!("{}, asyncio.Queue", python.name())).collect();

    let mut cases = cases();
    for (python, who) in pythons.iter().zip(&asyncio) {
        let worker = python.start(&program)?.shared();
        for what in LOOPS {
            let worker = worker.clone();
            let run = move |units| worker.borrow_mut().run(what, units);
            cases.push(Case::timed(who, what, run));
        }
    }
    rounds::check(&mut cases)?;
    if !rounds::is_measured() {
        return Ok(());
    }

    let load = machine::load();
    let rounds = rounds::measure(cases, ROUNDS)?;

    println!("{}", machine::facts(&load, &["smol", "async-channel", "tokio"]));
    println!("{}", python::facts(&python, &found, uvloop.as_ref()));
    println!("- {ROUNDS} rounds\n");
    let columns = LOOPS.map(|what| (what, format!("{what}, ns per item")));
    let asyncio = asyncio.iter().map(String::as_str);
    let who: Vec<_> =
        [OURS, CHANNEL, CHANNEL_HERE, TOKIO].into_iter().chain(asyncio.clone()).collect();
    println!("{}", rounds.times(&who, &columns));
    println!("{}\n", rounds.doubling());
    let ratio = |what, who, than| rounds.ratio((who, what), (than, what));
    let what = format!("capacity_64: {OURS} / {CHANNEL}");
    let bars = [
        Bar::at_most(1.3, what, ratio("capacity_64", OURS, CHANNEL)),
        Bar::at_most(
            1.0,
            format!("capacity_1: {OURS} / {TOKIO}"),
            ratio("capacity_1", OURS, TOKIO),
        ),
    ];
    println!("{}", bar::table(&bars));
    println!("Without a bar:\n");
    for what in LOOPS {
        let asyncio = asyncio.clone().map(|who| (who, OURS));
        for (who, than) in [(OURS, CHANNEL_HERE), (OURS, TOKIO)].into_iter().chain(asyncio) {
            println!("- {what}: {who} / {than}: {}", ratio(what, who, than));
        }
    }
    Ok(())
}

/// The contestants in Rust. Those whose ratio matters stand together.
fn cases() -> Vec<Case<'static>> {
    let mut cases = Vec::new();
    for what in LOOPS {
        let [ours, channel, here, tokio]: [fn(u64) -> u64; 4] = match what {
            "capacity_1" => {
                [ours::last::<1>, channel::on_smol::<1>, channel::here::<1>, tokio::last::<1>]
            }
            _ => [ours::last::<64>, channel::on_smol::<64>, channel::here::<64>, tokio::last::<64>],
        };
        for (who, body) in [(OURS, ours), (CHANNEL, channel), (CHANNEL_HERE, here), (TOKIO, tokio)]
        {
            cases.push(Case::rust(who, what, body));
        }
    }
    cases
}
