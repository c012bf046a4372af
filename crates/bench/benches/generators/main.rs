//! Generators, loop by loop: ours on both engines, their peers, and CPython.
//!
//! `cargo bench -p twins-bench --bench generators`
//!
//! The same six loops stand in each of the modules, and in `loops.py`:
//!
//! - `iterate` takes all items of a generator of numbers;
//! - `send` sends numbers to a generator that yields each back;
//! - `delegate_1` and `delegate_10` take all items through one and through ten generators that
//!   delegate to the next;
//! - `create` makes a generator and drops it; `first` also takes its first item.
//!
//! Each item goes through `black_box`, so that every one is computed. A loop gives its last item.
//!
//! A loop of two or three instructions takes half as long again if it happens to lie across two
//! cache lines. `rustc_align` gives functions of the same instructions the same place.

#![feature(coroutines, coroutine_trait, fn_align, gen_blocks)]

use std::hint::black_box;
use std::path::Path;

use anyhow::Result;
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::python::Interpreter;
use twins_bench::rounds::{self, Case, Rounds};

/// Wraps a generator in ten others.
macro_rules! ten {
    ($wrap:ident, $inner:expr) => {
        $wrap($wrap($wrap($wrap($wrap($wrap($wrap($wrap($wrap($wrap($inner))))))))))
    };
}

mod by_hand;
mod corosensei;
mod coroutine;
mod gen_block;
mod genawaiter;
mod ours;
mod ours_boxed;
mod ours_native;
mod ours_over_gen;

const ROUNDS: usize = 41;

const OURS: &str = "twin-generators, genawaiter";
const GENAWAITER: &str = "genawaiter::rc";
const NATIVE: &str = "twin-generators, native";
const COROUTINE: &str = "#[coroutine]";
const OVER_GEN: &str = "twin-generators, over gen";
const GEN: &str = "gen block";
const BOXED: &str = "twin-generators, native, boxed";
const BY_HAND: &str = "by hand";
const COROSENSEI: &str = "corosensei";

/// The loops, and what each does once.
const LOOPS: [(&str, &str); 6] = [
    ("iterate", "item"),
    ("send", "send"),
    ("delegate_1", "item"),
    ("delegate_10", "item"),
    ("create", "generator"),
    ("first", "generator"),
];

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generators/loops.py");
    let (python, found) = Interpreter::fastest(&program, &["iterate", "send"], 100_000)?;
    let worker = python.start(&program)?.shared();

    let mut cases = cases();
    for (what, _) in LOOPS {
        let worker = worker.clone();
        cases.push(Case::timed(&python.name(), what, move |units| {
            worker.borrow_mut().run(what, units)
        }));
    }
    rounds::check(&mut cases)?;
    if !rounds::is_measured() {
        return Ok(());
    }

    let load = machine::load();
    let rounds = rounds::measure(cases, ROUNDS)?;

    println!("{}", machine::facts(&load, &["genawaiter", "corosensei"]));
    println!("- {}, the fastest of: {}", python.name(), found.join(", "));
    println!("- {ROUNDS} rounds\n");
    let name = &python.name();
    let all =
        [OURS, GENAWAITER, NATIVE, COROUTINE, BOXED, OVER_GEN, GEN, BY_HAND, COROSENSEI, name];
    println!("{}", rounds.times(&all, &columns()));
    println!("{}\n", rounds.doubling());
    println!("{}", bar::table(&bars(&rounds, name)));
    println!("What the genawaiter engine stands on:\n");
    for what in ["iterate", "send"] {
        let ratio = rounds.ratio((name, what), (GENAWAITER, what));
        println!("- {what}: {name} / {GENAWAITER}: {ratio}");
    }
    Ok(())
}

/// The contestants in Rust. Those whose ratio matters stand together.
fn cases() -> Vec<Case<'static>> {
    /// The loops that a module has.
    macro_rules! cases {
        ($($who:expr => $module:ident: $($what:ident)*;)*) => {
            vec![$($(Case::rust($who, stringify!($what), $module::$what),)*)*]
        };
    }
    cases! {
        NATIVE => ours_native: iterate send delegate_1 delegate_10 create first;
        COROUTINE => coroutine: iterate send delegate_1 delegate_10 create first;
        OURS => ours: iterate send delegate_1 delegate_10 create first;
        GENAWAITER => genawaiter: iterate send delegate_1 delegate_10 create first;
        OVER_GEN => ours_over_gen: iterate delegate_1 delegate_10 create first;
        GEN => gen_block: iterate delegate_1 delegate_10 create first;
        BOXED => ours_boxed: iterate send delegate_1 delegate_10 create first;
        BY_HAND => by_hand: iterate send delegate_1 delegate_10 create first;
        COROSENSEI => corosensei: iterate send delegate_1 delegate_10 create first;
    }
}

/// A column for each loop, with its heading.
fn columns() -> [(&'static str, String); 6] {
    LOOPS.map(|(what, unit)| (what, format!("{what}, ns per {unit}")))
}

fn bars(rounds: &Rounds, python: &str) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (ours, raw, most) in [(NATIVE, COROUTINE, 1.1), (OURS, GENAWAITER, 1.6)] {
        for what in ["iterate", "send"] {
            let ratio = rounds.ratio((ours, what), (raw, what));
            bars.push(Bar::at_most(most, format!("{what}: {ours} / {raw}"), ratio));
        }
    }
    let ratio = rounds.ratio((OVER_GEN, "iterate"), (GEN, "iterate"));
    bars.push(Bar::at_most(1.1, format!("iterate: {OVER_GEN} / {GEN}"), ratio));
    for who in [NATIVE, BOXED] {
        let ratio = rounds.ratio((who, "delegate_10"), (who, "delegate_1"));
        bars.push(Bar::at_most(10.0, format!("ten levels / one level: {who}"), ratio));
    }
    for (ours, least) in [(OURS, 10.0), (NATIVE, 60.0)] {
        for what in ["iterate", "send"] {
            let ratio = rounds.ratio((python, what), (ours, what));
            bars.push(Bar::at_least(least, format!("{what}: {python} / {ours}"), ratio));
        }
    }
    bars
}

/// Takes all items and gives the last one.
fn last(items: impl IntoIterator<Item = u64>) -> u64 {
    let mut last = 0;
    for item in items {
        last = black_box(item);
    }
    last
}
