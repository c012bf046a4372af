//! The time for many waiters and for twice as many: each way to wait, to cancel, to end.
//!
//! `cargo bench -p twins-bench --bench scale`
//!
//! A unit is one who waits: a task, nearly everywhere. All wait before anything happens. Ours runs
//! each time in a process of its own, on a stack of 2 MiB, so that no size finds what another has
//! left in memory, and a crash ends a row and not the report.

use std::env;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use twin_tasks::{Failure, Task, sleep, spawn};
use twins_bench::growth;
use twins_bench::machine;
use twins_bench::process;
use twins_bench::python::{self, Interpreter};
use twins_bench::rounds::{self, Case, Run};

mod cancelling;
mod giving_up;
mod report;
mod together;
mod waiting;

const ROUNDS: usize = 5;
const SIZES: [u64; 5] = [20_000, 40_000, 80_000, 160_000, 320_000];
/// What a chain is long, or a tree large, that must not be recursed into.
const DEEP: [u64; 2] = [500_000, 1_000_000];
/// Where ours stands beside asyncio.
const BESIDE: u64 = 40_000;
/// As a thread of Rust has it.
const STACK: usize = 2 * 1024 * 1024;

const HOUR: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(1);
/// Lets all others run once.
const TURN: Duration = Duration::ZERO;
const PERMITS: usize = 8;

const OURS: &str = "twin-tasks";

/// A way to wait, to cancel or to end.
struct Way {
    name: &'static str,
    body: fn(u64) -> u64,
}

/// The ways that the modules have.
macro_rules! ways {
    ($($module:ident: $($name:ident)*;)*) => {
        [$($(Way { name: stringify!($name), body: $module::$name },)*)*]
    };
}

const WAYS: &[Way] = &ways! {
    waiting: event_set lock_handover semaphore_handover condition_notify_all condition_notify_each
        barrier queue_getters queue_putters queue_join promise_set task_joined_by_many
        tasks_joined_in_a_chain;
    together: wait_all wait_first as_completed gather_tasks gather_futures group_ends;
    cancelling: cancel_each cancel_sleepers cancel_chain group_fails cancel_group_tree
        cancel_group_chain timeouts_in_time timeouts_expire end_of_run;
    giving_up: event_given_up lock_given_up condition_given_up barrier_given_up getters_given_up
        putters_given_up shields_given_up waits_given_up;
};

impl Way {
    fn is_deep(&self) -> bool {
        let deep =
            ["tasks_joined_in_a_chain", "cancel_chain", "cancel_group_tree", "cancel_group_chain"];
        deep.contains(&self.name)
    }

    fn asyncio(&self) -> Asyncio {
        match self.name {
            "cancel_chain" => Asyncio::Recursive,
            name if name.ends_with("_given_up") => Asyncio::Quadratic,
            _ => Asyncio::Linear,
        }
    }

    /// Ours, in a process of its own.
    fn ours(&self) -> Case<'static> {
        let name = self.name;
        let case = Case::timed(OURS, name, move |units| {
            let mut command = Command::new(env::current_exe()?);
            let finished = process::run(command.args(["--way", name]).arg(units.to_string()))?;
            let answer = finished.stdout;
            Run::read(&answer).with_context(|| format!("ours answers {answer:?}"))
        });
        case.with_at_most(if self.is_deep() { DEEP[1] } else { SIZES[SIZES.len() - 1] })
    }
}

/// How asyncio does a way.
#[derive(Clone, Copy, PartialEq)]
enum Asyncio {
    Linear,
    /// Who gives up is looked for, from the front: `deque.remove`, `Future.remove_done_callback`.
    Quadratic,
    /// `Task.cancel` calls itself along the chain.
    Recursive,
}

impl Asyncio {
    /// The most waiters that it is asked for.
    fn most(self) -> u64 {
        match self {
            Self::Linear => BESIDE,
            Self::Quadratic => 1000,
            Self::Recursive => 100,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Quadratic => "quadratic",
            Self::Recursive => "recursive",
        }
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, name, units] = arguments.as_slice()
        && flag == "--way"
    {
        return go(name, units.parse()?);
    }
    let ways = chosen(&arguments);
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scale/loops.py");
    let linear = ways.iter().filter(|way| way.asyncio() == Asyncio::Linear);
    let linear: Vec<_> = linear.map(|way| way.name).collect();
    let measures = arguments.iter().any(|argument| argument == "--bench");
    let units = if measures { BESIDE } else { 100 };
    let (python, found) = Interpreter::fastest(&program, &linear, units)?;
    let uvloop = python.with_uvloop()?;
    let mut workers = Vec::new();
    for python in [&python].into_iter().chain(&uvloop) {
        workers.push((python.name(), python.start(&program)?.shared()));
    }

    let mut cases = Vec::new();
    for way in &ways {
        cases.push(way.ours());
        for (who, worker) in &workers {
            let worker = worker.clone();
            let run = move |units| worker.borrow_mut().run(way.name, units);
            let case = Case::timed(who, way.name, run);
            cases.push(case.with_at_most(way.asyncio().most()));
        }
    }
    rounds::check(&mut cases)?;
    if !rounds::is_measured() {
        return Ok(());
    }

    let load = machine::load();
    let sizes: Vec<u64> = SIZES.into_iter().chain(DEEP).collect();
    let growth = growth::measure(cases, &sizes, ROUNDS)?;

    println!("{}", machine::facts(&load, &["smol", "async-task", "slab"]));
    println!("{}", python::facts(&python, &found, uvloop.as_ref()));
    println!("- {ROUNDS} rounds\n");
    let pythons: Vec<_> = workers.iter().map(|worker| worker.0.as_str()).collect();
    report::print(&ways, &growth, &pythons);
    Ok(())
}

/// The ways whose names contain one of the words on the command line; all, if there is no word.
fn chosen(arguments: &[String]) -> Vec<&'static Way> {
    let words: Vec<_> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let named = |way: &&Way| words.is_empty() || words.iter().any(|word| way.name.contains(*word));
    WAYS.iter().filter(named).collect()
}

/// Runs a way in this process and tells what it took the second time: asyncio's process, too, has
/// long had its memory from the system.
fn go(name: &str, units: u64) -> Result<()> {
    let way = WAYS.iter().find(|way| way.name == name);
    let body = way.with_context(|| format!("no way `{name}`"))?.body;
    let twice = move || {
        rounds::run(body, units);
        rounds::run(body, units)
    };
    let run = thread::Builder::new().stack_size(STACK).spawn(twice)?.join();
    println!("{}", run.map_err(|_| anyhow!("`{name}` of {units} panicked"))?);
    Ok(())
}

/// Tasks that have had their first turn: all wait.
async fn started<F>(waiters: impl Iterator<Item = F>) -> Vec<Task<F::Output>>
where
    F: Future<Output: 'static> + 'static,
{
    let tasks = waiters.map(spawn).collect();
    sleep(TURN).await;
    tasks
}

async fn total(tasks: Vec<Task<u64>>) -> u64 {
    let mut sum = 0;
    for task in tasks {
        sum += task.await;
    }
    sum
}

/// The indices of those that were cancelled, added up.
async fn cancelled<T: 'static>(tasks: impl IntoIterator<Item = Task<T>>) -> u64 {
    let mut sum = 0;
    for (index, task) in tasks.into_iter().enumerate() {
        if let Err(Failure::Cancelled(_)) = task.outcome().await {
            sum += index as u64;
        }
    }
    sum
}
