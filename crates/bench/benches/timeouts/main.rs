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

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::python::{self, Interpreter};
use twins_bench::rounds::{self, Case};

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
    let uvloop = python.with_uvloop()?;
    let pythons: Vec<_> = [&python].into_iter().chain(&uvloop).collect();
    let asyncio: Vec<_> =
        pythons.iter().map(|python| format!("{}, asyncio.timeout", python.name())).collect();

    let mut cases = cases();
    for (python, who) in pythons.iter().zip(&asyncio) {
        let worker = python.start(&program)?.shared();
        for what in LOOPS {
            let worker = worker.clone();
            let run = move |units| worker.borrow_mut().run(what, units);
            cases.push(Case::timed(who, what, run).with_at_least(WIDTH));
        }
    }
    rounds::check(&mut cases)?;
    if !rounds::is_measured() {
        return Ok(());
    }

    let load = machine::load();
    let rounds = rounds::measure(cases, ROUNDS)?;

    println!("{}", machine::facts(&load, &["smol", "async-io", "tokio"]));
    println!("{}", python::facts(&python, &found, uvloop.as_ref()));
    println!("- {ROUNDS} rounds\n");
    let columns = LOOPS.map(|what| (what, format!("{what}, ns")));
    let asyncio = asyncio.iter().map(String::as_str);
    let who: Vec<_> = [OURS, SMOL, TOKIO].into_iter().chain(asyncio.clone()).collect();
    println!("{}", rounds.times(&who, &columns));
    println!("{}\n", rounds.doubling());
    let ratio = |what, who, than| rounds.ratio((who, what), (than, what));
    let bars = LOOPS.map(|what| {
        Bar::at_most(1.0, format!("{what}: {OURS} / {TOKIO}"), ratio(what, OURS, TOKIO))
    });
    println!("{}", bar::table(&bars));
    println!("Without a bar:\n");
    for what in LOOPS {
        let asyncio = asyncio.clone().map(|who| (who, OURS));
        for (who, than) in [(OURS, SMOL)].into_iter().chain(asyncio) {
            println!("- {what}: {who} / {than}: {}", ratio(what, who, than));
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

/// How many limits expire at once, group after group.
fn widths(units: u64) -> impl Iterator<Item = u64> {
    (0..units).step_by(WIDTH as usize).map(move |start| WIDTH.min(units - start))
}

/// What is done in time.
async fn leaf(number: u64) -> u64 {
    futures_lite::future::yield_now().await;
    number
}
