//! Memory that stays behind: of waits that were given up, and of many that were alive at once.
//!
//! `cargo bench -p twins-bench --bench leaks`
//!
//! A million waits of each kind are begun and given up one after the other, in each way, after ten
//! thousand that warm up; and a million are alive at once and dropped, then a second million. Each
//! has a process of its own, so that none finds memory that another has left. Linux only: it
//! alone tells to a page how much is resident.

use std::env;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use twins_bench::bar::{self, Bar};
use twins_bench::machine;
use twins_bench::process;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

mod alive;
mod giving_up;
mod kinds;

const COUNT: u64 = 1_000_000;
const WARM_UP: u64 = 10_000;

/// How long a process may take.
const LIMIT: Duration = Duration::from_secs(180);

/// KiB.
const BAR: f64 = 64.0;
const KIB: f64 = 1024.0;

/// glibc's own thrift, off: what it keeps for the next small piece, and what it gives back when
/// nothing lies behind it. Then memory grows where more is in use than ever before, and only there.
const MALLOC: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.tcache_count=0:\
     glibc.malloc.mxfast=0:\
     glibc.malloc.mmap_threshold=131072:\
     glibc.malloc.trim_threshold=1000000000000",
);

const HOUR: Duration = Duration::from_secs(3600);
/// Lets all others run once.
const TURN: Duration = Duration::ZERO;

fn main() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("leaks measures nothing here: it reads /proc/self/smaps_rollup, which Linux has");
        return Ok(());
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--given-up", kind, way, warm_up, count] => {
            end_if_late();
            return give_up(kind, way, warm_up.parse()?, count.parse()?);
        }
        ["--alive", kind, count] => {
            end_if_late();
            return live(kind, count.parse()?);
        }
        _ => {}
    }
    let words: Vec<_> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    // Only those whose names contain one of the words on the command line, if there are any.
    let chosen = |kind: &&str| words.is_empty() || words.iter().any(|word| kind.contains(*word));
    let kinds: Vec<_> = kinds::KINDS.iter().map(|kind| kind.0).filter(chosen).collect();
    let alive: Vec<_> = alive::KINDS.iter().map(|kind| kind.0).filter(chosen).collect();
    if arguments.iter().any(|argument| argument == "--bench") {
        measure(&kinds, &alive);
        return Ok(());
    }
    for kind in kinds {
        for way in giving_up::WAYS {
            given_up(kind, way, 10, 100)?;
        }
    }
    for kind in alive {
        lived(kind, 100)?;
    }
    println!("all waits are given up; `cargo bench` measures what they leave");
    Ok(())
}

fn measure(kinds: &[&str], alive: &[&str]) {
    println!("- {}", machine::processor());
    println!("- {}", machine::first_line("rustc", "--version"));
    println!("- one run: memory has no moods\n");
    let mut bars = Vec::new();

    println!("What a million leave that were given up, by the way of the column, in KiB:\n");
    let mut table = Table::new(["kind"].into_iter().chain(giving_up::WAYS));
    for kind in kinds {
        eprintln!("{kind}");
        let cells = giving_up::WAYS.map(|way| left(kind, way));
        let most = cells.iter().map(|cell| cell.1).fold(f64::NEG_INFINITY, f64::max);
        table.row([(*kind).to_owned()].into_iter().chain(cells.map(|cell| cell.0)));
        bars.push(Bar::at_most(BAR, format!("{kind}: the most of a row"), Spread::of([most])));
    }
    println!("{table}");

    println!(
        "A million alive at once, in MiB, then dropped; what a second million adds, in KiB:\n"
    );
    let mut table = Table::new(["what", "alive", "added"]);
    for kind in alive {
        eprintln!("{kind}");
        let (alive, added) = match lived(kind, COUNT) {
            Ok(lived) => (short(lived.alive as f64 / KIB / KIB), lived.added as f64 / KIB),
            Err(error) => {
                eprintln!("{error:#}");
                ("—".to_owned(), f64::INFINITY)
            }
        };
        table.row([(*kind).to_owned(), alive, short(added)]);
        if *kind != alive::CONTROL {
            bars.push(Bar::at_most(BAR, format!("{kind}: added"), Spread::of([added])));
        }
    }
    println!("{table}");
    println!("The bars, in KiB:\n\n{}", bar::table(&bars));
}

/// What a million waits leave: a cell of the table, and KiB, without end where it was no million.
fn left(kind: &str, way: &str) -> (String, f64) {
    match given_up(kind, way, WARM_UP, COUNT) {
        Ok(waited) => {
            let growth = waited.growth as f64 / KIB;
            match waited.begun {
                COUNT => (short(growth), growth),
                begun => (format!("{} after {begun}", short(growth)), f64::INFINITY),
            }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ("fails".to_owned(), f64::INFINITY)
        }
    }
}

/// Gives up waits in this process, and tells what came of it.
fn give_up(kind: &str, way: &str, warm_up: u64, count: u64) -> Result<()> {
    let found = kinds::KINDS.iter().find(|found| found.0 == kind);
    let (_, kind) = found.with_context(|| format!("no kind `{kind}`"))?;
    let found = giving_up::WAYS.into_iter().find(|found| *found == way);
    let way = found.with_context(|| format!("no way `{way}`"))?;
    let waited = giving_up::waited(*kind, way, warm_up, count)?;
    println!("{} {} {}", waited.begun, waited.given_up, waited.growth);
    Ok(())
}

/// Makes many, twice, in this process, and tells what they took.
fn live(kind: &str, count: u64) -> Result<()> {
    let found = alive::KINDS.iter().find(|found| found.0 == kind);
    let (_, kind) = found.with_context(|| format!("no kind `{kind}`"))?;
    let lived = alive::lived(*kind, count)?;
    println!("{} {}", lived.alive, lived.added);
    Ok(())
}

/// Ends this process where it hangs, or what it does grows with the square.
fn end_if_late() {
    thread::spawn(|| {
        thread::sleep(LIMIT);
        eprintln!("it takes longer than {LIMIT:?}");
        std::process::exit(1);
    });
}

/// The same in a process of its own.
fn given_up(kind: &str, way: &str, warm_up: u64, count: u64) -> Result<giving_up::Waited> {
    let [begun, given_up, growth] =
        ask(&["--given-up", kind, way, &warm_up.to_string(), &count.to_string()])?;
    ensure!(begun == given_up, "{kind}, {way}: of {begun} waits {given_up} were given up");
    Ok(giving_up::Waited { begun: begun as u64, given_up: given_up as u64, growth })
}

fn lived(kind: &str, count: u64) -> Result<alive::Lived> {
    let [alive, added] = ask(&["--alive", kind, &count.to_string()])?;
    Ok(alive::Lived { alive, added })
}

/// Runs this program with arguments, and reads the numbers that it prints.
fn ask<const N: usize>(arguments: &[&str]) -> Result<[i64; N]> {
    let asking = || format!("asking for {}", arguments.join(" "));
    let mut command = Command::new(env::current_exe()?);
    command.args(arguments).env(MALLOC.0, MALLOC.1);
    let finished = process::run(&mut command).with_context(asking)?;
    let numbers = finished.stdout.split_whitespace().map(str::parse);
    let numbers: Vec<i64> = numbers.collect::<Result<_, _>>().with_context(asking)?;
    let told = |numbers| anyhow!("{}: it answers {numbers:?}", asking());
    numbers.try_into().map_err(told)
}
