//! Timeouts: a limit on the time of a future, loop by loop.
//!
//! `cargo bench -p twins-bench --bench timeouts`
//!
//! - `ready` limits a future that has its value at once;
//! - `in_time` one that yields once;
//! - `nested` the same, under two limits;
//! - `expired` lets the limits of a thousand futures expire that would wait for ever.
//!
//! The limits that do not expire are an hour. A loop gives the sum of what its futures return; a
//! limit that expires counts one.

use std::env;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use twins_bench::bar::short;
use twins_bench::machine;
use twins_bench::python::Interpreter;
use twins_bench::rounds::{self, Case, Rounds};
use twins_bench::spread::Spread;
use twins_bench::table::Table;

mod ours;
mod smol;
mod tokio;

const ROUNDS: usize = 41;
/// How many expire at once.
const WIDTH: u64 = 1000;
const HOUR: Duration = Duration::from_secs(3600);
/// What expires.
const SHORT: Duration = Duration::from_millis(1);

const OURS: &str = "twin-tasks, timeout";
const SMOL: &str = "smol, or with a Timer";
const TOKIO: &str = "tokio, timeout";

/// The loops; all count limits, or pairs of them.
const LOOPS: [&str; 4] = ["ready", "in_time", "nested", "expired"];

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/timeouts/loops.py");
    let (python, found) = Interpreter::fastest(&program, &LOOPS, WIDTH)?;
    let worker = python.start(&program)?.shared();
    let asyncio = format!("{}, asyncio.timeout", python.name());

    let mut cases = cases();
    for what in LOOPS {
        let worker = worker.clone();
        let run = move |units| worker.borrow_mut().run(what, units);
        cases.push(Case::timed(&asyncio, what, run).with_at_least(WIDTH));
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
    println!("- {}", ["smol", "async-io", "tokio"].map(machine::crate_version).join(", "));
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
    for what in LOOPS {
        for (who, than) in [(OURS, SMOL), (OURS, TOKIO), (&asyncio, OURS)] {
            let Spread { low, median, high } = rounds.ratio((who, what), (than, what));
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
    /// The loops that a module has.
    macro_rules! cases {
        ($($who:expr => $module:ident: $($what:ident)*;)*) => {
            vec![$($(
                Case::rust($who, stringify!($what), $module::$what).with_at_least(WIDTH),
            )*)*]
        };
    }
    cases! {
        OURS => ours: ready in_time nested expired;
        SMOL => smol: ready in_time nested expired;
        TOKIO => tokio: ready in_time nested expired;
    }
}

/// Nanoseconds for a limit: a row for each contestant, a column for each loop.
fn times(rounds: &Rounds, asyncio: &str) -> Table {
    let headings = LOOPS.map(|what| format!("{what}, ns"));
    let mut table = Table::new(["who".to_owned()].into_iter().chain(headings));
    for who in [OURS, SMOL, TOKIO, asyncio] {
        let cells = LOOPS.map(|what| {
            let ns = rounds.per_unit(who, what).expect("each runs all loops");
            format!("{} ({}–{})", short(ns.median), short(ns.low), short(ns.high))
        });
        table.row([who.to_owned()].into_iter().chain(cells));
    }
    table
}

/// How many limits expire at once, group after group.
fn widths(units: u64) -> impl Iterator<Item = u64> {
    (0..units).step_by(WIDTH as usize).map(move |start| WIDTH.min(units - start))
}

/// What is done in time.
async fn leaf(number: u64) -> u64 {
    futures_lite::future::yield_now().await;
    number
}
