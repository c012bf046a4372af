//! Async generators, loop by loop: ours on both engines, their peers, and CPython.
//!
//! `cargo bench -p twins-bench --bench async_generators`
//!
//! The same loops stand in each of the modules, and in `loops.py`:
//!
//! - `items` takes all items of an async generator of numbers that never waits;
//! - `wakes` the same of one that is woken once for each item;
//! - `asend` sends numbers to an async generator that yields each back;
//! - `delegate` takes all items through one that delegates to another, `deep` through a thousand;
//! - `channel_1` and `channel_64` take all items through a bounded channel, from a task of its own.
//!
//! Each item goes through `black_box`, so that every one is computed. A loop gives its last item.

#![feature(async_for_loop, async_iterator, gen_blocks)]

use std::hint::black_box;
use std::path::Path;
use std::pin::pin;

use anyhow::Result;
use futures_lite::{Stream, StreamExt};
use smol::LocalExecutor;
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::python::Interpreter;
use twins_bench::rounds::{self, Case, Rounds};

mod async_gen;
mod async_stream;
mod by_hand;
mod channel;
mod genawaiter;
mod ours;
mod ours_native;
mod ours_recursive;

const ROUNDS: usize = 41;

const OURS: &str = "twin-async-generators, async block";
const NATIVE: &str = "twin-async-generators, native";
const RECURSIVE: &str = "twin-async-generators, Recursive";
const ASYNC_GEN: &str = "async gen, polled directly";
const ASYNC_STREAM: &str = "async-stream";
const GENAWAITER: &str = "genawaiter::rc";
const BY_HAND: &str = "Stream by hand";
const CHANNEL: &str = "async-channel and a producer task";

/// The loops; all count items.
const LOOPS: [&str; 6] = ["items", "wakes", "asend", "delegate", "channel_1", "channel_64"];

/// One that ours alone have: nested, Python raises `RecursionError`, and the others overflow.
const DEEP: &str = "deep";

fn main() -> Result<()> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/async_generators/loops.py");
    let (python, found) = Interpreter::fastest(&program, &["items", "wakes"], 20_000)?;
    let worker = python.start(&program)?.shared();

    let mut cases = cases();
    for what in LOOPS {
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

    println!("{}", machine::facts(&load, &["async-stream", "genawaiter", "async-channel", "smol"]));
    println!("- {}, the fastest of: {}", python.name(), found.join(", "));
    println!("- {ROUNDS} rounds\n");
    let name = &python.name();
    let all =
        [NATIVE, ASYNC_GEN, OURS, RECURSIVE, GENAWAITER, ASYNC_STREAM, BY_HAND, CHANNEL, name];
    println!("{}", rounds.times(&all, &columns()));
    println!("{}\n", rounds.doubling());
    println!("{}", bar::table(&bars(&rounds, name)));
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
        NATIVE => ours_native: items wakes delegate channel_1 channel_64;
        ASYNC_GEN => async_gen: items wakes delegate;
        OURS => ours: items wakes asend delegate channel_1 channel_64;
        RECURSIVE => ours_recursive: delegate deep;
        ASYNC_STREAM => async_stream: items wakes delegate;
        GENAWAITER => genawaiter: items wakes;
        BY_HAND => by_hand: items wakes;
        CHANNEL => channel: channel_1 channel_64;
    }
}

/// A column for each loop, with its heading.
fn columns() -> Vec<(&'static str, String)> {
    let loops = LOOPS.into_iter().chain([DEEP]);
    loops.map(|what| (what, format!("{what}, ns per item"))).collect()
}

fn bars(rounds: &Rounds, python: &str) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (ours, peer, most) in [(NATIVE, ASYNC_GEN, 1.2), (OURS, ASYNC_STREAM, 1.5)] {
        for what in ["items", "wakes"] {
            let ratio = rounds.ratio((ours, what), (peer, what));
            bars.push(Bar::at_most(most, format!("{what}: {ours} / {peer}"), ratio));
        }
    }
    for (ours, most) in [(OURS, 1.4), (RECURSIVE, 1.3)] {
        let ratio = rounds.ratio((ours, "delegate"), (ASYNC_STREAM, "delegate"));
        bars.push(Bar::at_most(most, format!("delegate: {ours} / {ASYNC_STREAM}"), ratio));
    }
    let ratio = rounds.ratio((RECURSIVE, DEEP), (RECURSIVE, "delegate"));
    bars.push(Bar::at_most(1.1, format!("a thousand levels / one: {RECURSIVE}"), ratio));
    let ratio = rounds.ratio((OURS, "asend"), (OURS, "items"));
    bars.push(Bar::at_most(1.5, format!("asend / items: {OURS}"), ratio));
    for ours in [OURS, NATIVE] {
        let ratio = rounds.ratio((ours, "channel_64"), (CHANNEL, "channel_64"));
        bars.push(Bar::at_most(1.3, format!("channel_64: {ours} / {CHANNEL}"), ratio));
    }
    for (ours, least) in [(OURS, 15.0), (NATIVE, 60.0)] {
        let ratio = rounds.ratio((python, "items"), (ours, "items"));
        bars.push(Bar::at_least(least, format!("items: {python} / {ours}"), ratio));
    }
    bars
}

/// Runs a loop: nothing in it waits for anything outside its thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    futures_lite::future::block_on(future)
}

/// Takes all items and gives the last one.
async fn last(items: impl Stream<Item = u64>) -> u64 {
    let mut items = pin!(items);
    let mut last = 0;
    while let Some(item) = items.next().await {
        last = black_box(item);
    }
    last
}

/// Takes all items that a task sends through a channel, on one thread.
fn last_received(
    start: impl FnOnce(&LocalExecutor<'static>) -> async_channel::Receiver<u64>,
) -> u64 {
    let executor = LocalExecutor::new();
    let items = start(&executor);
    block_on(executor.run(last(items)))
}
