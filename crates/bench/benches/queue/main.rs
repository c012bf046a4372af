//! A queue between a producer task and its consumer, with room for one item and for 64.
//!
//! `cargo bench -p twins-bench --bench queue`
//!
//! A producer puts numbers, the main task gets them; both run on one thread. Each number goes
//! through `black_box`. A loop gives the last one.

use std::env;
use std::path::Path;

use anyhow::Result;
use twins_bench::bar::{self, Bar, short};
use twins_bench::machine;
use twins_bench::python::Interpreter;
use twins_bench::rounds::{self, Case, Rounds};
use twins_bench::spread::Spread;
use twins_bench::table::Table;

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
    let worker = python.start(&program)?.shared();
    let asyncio = format!("{}, asyncio.Queue", python.name());

    let mut cases = cases();
    for what in LOOPS {
        let worker = worker.clone();
        cases.push(Case::timed(&asyncio, what, move |units| worker.borrow_mut().run(what, units)));
    }
    rounds::check(&mut cases)?;
    if !env::args().any(|argument| argument == "--bench") {
        println!("all contestants compute the same; `cargo bench` measures them");
        return Ok(());
    }

    let load = machine::load();
    let rounds = rounds::measure(cases, ROUNDS)?;

    println!("- processor: {}", machine::processor());
    println!("- load averages before: {load}; after: {}", machine::load());
    println!("- {}", machine::first_line("rustc", "--version"));
    println!("- {}", ["smol", "async-channel", "tokio"].map(machine::crate_version).join(", "));
    println!("- {}, the fastest of: {}", python.name(), found.join(", "));
    println!("- {ROUNDS} rounds\n");
    println!("{}", times(&rounds, &asyncio));
    if let Some([(least, least_at), (most, most_at)]) = rounds.doubling() {
        println!(
            "Twice the units take {} ({least_at}) to {} ({most_at}) times as long.\n",
            short(least),
            short(most)
        );
    }
    let ratio = |what, who, than| rounds.ratio((who, what), (than, what));
    let what = format!("capacity_64: {OURS} / {CHANNEL}");
    let bar = Bar::at_most(1.3, what, ratio("capacity_64", OURS, CHANNEL));
    println!("{}", bar::table(&[bar]));
    println!("Without a bar:\n");
    for what in LOOPS {
        for (who, than) in [(OURS, CHANNEL_HERE), (OURS, TOKIO), (&asyncio, OURS)] {
            let Spread { low, median, high } = ratio(what, who, than);
            println!(
                "- {what}: {who} / {than}: {} ({}–{})",
                short(median),
                short(low),
                short(high)
            );
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

/// Nanoseconds for an item: a row for each contestant, a column for each loop.
fn times(rounds: &Rounds, asyncio: &str) -> Table {
    let headings = LOOPS.map(|what| format!("{what}, ns per item"));
    let mut table = Table::new(["who".to_owned()].into_iter().chain(headings));
    for who in [OURS, CHANNEL, CHANNEL_HERE, TOKIO, asyncio] {
        let cells = LOOPS.map(|what| {
            let ns = rounds.per_unit(who, what).expect("each runs both loops");
            format!("{} ({}–{})", short(ns.median), short(ns.low), short(ns.high))
        });
        table.row([who.to_owned()].into_iter().chain(cells));
    }
    table
}
