//! Generators, loop by loop: ours on both engines, their peers, and CPython.
//!
//! `cargo bench -p twins-bench --bench generators`
//!
//! The same loops stand in the modules, and in `loops.py`:
//!
//! - `iterate` takes all items of a generator of numbers;
//! - `send` sends numbers to a generator that yields each back;
//! - `delegate_1` and `delegate_10` take all items through one and through ten generators that
//!   delegate to the next;
//! - `create` makes a generator and drops it; `first` also takes its first item;
//! - `walk` takes all leaves of a balanced tree, of which each node is a generator that delegates
//!   to those of its two halves.
//!
//! What is for recursion takes items through a thousand levels too.
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
mod ours_recursive;
mod ours_recursive_native;

const ROUNDS: usize = 21;

const OURS: &str = "twin-generators, async block";
const GENAWAITER: &str = "genawaiter::rc";
const NATIVE: &str = "twin-generators, native";
const COROUTINE: &str = "#[coroutine]";
const OVER_GEN: &str = "twin-generators, over gen";
const GEN: &str = "gen block";
const BOXED: &str = "twin-generators, native, boxed";
const RECURSIVE: &str = "twin-generators, recursive";
const RECURSIVE_NATIVE: &str = "twin-generators, native, recursive";
const BY_HAND: &str = "by hand";
const COROSENSEI: &str = "corosensei";

/// The loops, and what each does once.
const LOOPS: [(&str, &str); 8] = [
    ("iterate", "item"),
    ("send", "send"),
    ("delegate_1", "item"),
    ("delegate_10", "item"),
    ("delegate_1000", "item"),
    ("create", "generator"),
    ("first", "generator"),
    ("walk", "leaf"),
];

/// The leaves of the larger tree that `walk` takes, in the larger of a round's two runs.
const LEAVES: u64 = 1 << 20;

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generators/loops.py");
    let (python, found) = Interpreter::fastest(&program, &["iterate", "send"], 100_000)?;
    let worker = python.start(&program)?.shared();

    let mut cases = cases();
    // A thousand levels are more than Python has: RecursionError.
    for (what, _) in LOOPS.into_iter().filter(|(what, _)| *what != "delegate_1000") {
        let worker = worker.clone();
        cases.push(sized(
            Case::timed(&python.name(), what, move |units| worker.borrow_mut().run(what, units)),
            what,
        ));
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
    let all = [
        OURS,
        GENAWAITER,
        NATIVE,
        COROUTINE,
        BOXED,
        RECURSIVE,
        RECURSIVE_NATIVE,
        OVER_GEN,
        GEN,
        BY_HAND,
        COROSENSEI,
        name,
    ];
    println!("{}", rounds.times(&all, &columns()));
    println!("{}\n", rounds.doubling());
    println!("{}", bar::table(&bars(&rounds, name)));
    println!("What raw genawaiter does:\n");
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
            vec![$($(sized(Case::rust($who, stringify!($what), $module::$what), stringify!($what)),)*)*]
        };
    }
    cases! {
        NATIVE => ours_native: iterate send delegate_1 delegate_10 create first;
        COROUTINE => coroutine: iterate send delegate_1 delegate_10 create first;
        OURS => ours: iterate send delegate_1 delegate_10 create first walk;
        GENAWAITER => genawaiter: iterate send delegate_1 delegate_10 create first;
        OVER_GEN => ours_over_gen: iterate delegate_1 delegate_10 create first;
        GEN => gen_block: iterate delegate_1 delegate_10 create first;
        BOXED => ours_boxed: iterate send delegate_1 delegate_10 create first walk;
        RECURSIVE => ours_recursive: iterate delegate_1 delegate_10 delegate_1000 walk;
        RECURSIVE_NATIVE => ours_recursive_native: iterate delegate_1 delegate_10 delegate_1000 walk;
        BY_HAND => by_hand: iterate send delegate_1 delegate_10 create first;
        COROSENSEI => corosensei: iterate send delegate_1 delegate_10 create first;
    }
}

/// With as many units as the loop is about: a tree of a million leaves, and items enough that a
/// thousand new levels don't count.
fn sized<'a>(case: Case<'a>, what: &str) -> Case<'a> {
    match what {
        "walk" => case.with_at_least(LEAVES / 2),
        "delegate_1000" => case.with_at_least(1 << 21),
        _ => case,
    }
}

/// A column for each loop, with its heading.
fn columns() -> [(&'static str, String); 8] {
    LOOPS.map(|(what, unit)| (what, format!("{what}, ns per {unit}")))
}

fn bars(rounds: &Rounds, python: &str) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (ours, raw, loops) in [
        (NATIVE, COROUTINE, &[("iterate", 1.1), ("send", 1.1)][..]),
        (OURS, GENAWAITER, &[("iterate", 1.6), ("send", 1.25), ("create", 1.5)]),
    ] {
        for &(what, most) in loops {
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
    for who in [RECURSIVE, RECURSIVE_NATIVE] {
        for (levels, what) in [("ten", "delegate_10"), ("a thousand", "delegate_1000")] {
            let ratio = rounds.ratio((who, what), (who, "delegate_1"));
            bars.push(Bar::at_most(1.1, format!("{levels} levels / one level: {who}"), ratio));
        }
    }
    for (ours, least) in [(RECURSIVE, 2.0), (RECURSIVE_NATIVE, 3.0)] {
        let ratio = rounds.ratio((python, "walk"), (ours, "walk"));
        bars.push(Bar::at_least(least, format!("walk: {python} / {ours}"), ratio));
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
