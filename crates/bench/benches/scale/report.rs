//! What is told of the ways: their times, and their bars.

use twins_bench::bar::{self, Bar};
use twins_bench::growth::Growth;
use twins_bench::spread::{Spread, short};
use twins_bench::table::Table;

use crate::{Asyncio, BESIDE, DEEP, OURS, SIZES, Way};

/// What was not measured reaches nothing.
const NEVER: Spread = Spread { low: f64::INFINITY, median: f64::INFINITY, high: f64::INFINITY };

/// Prints all tables. The first of `pythons` is CPython as it is, the others are under no bar.
pub(crate) fn print(ways: &[&Way], growth: &Growth, pythons: &[&str]) {
    println!("Nanoseconds for one of so many waiters:\n");
    println!("{}", times(ways, growth, pythons));
    println!("And of more, where chains and trees must not be recursed into:\n");
    println!("{}", deep(ways, growth));
    for way in ways {
        if let Some(why) = growth.stopped((OURS, way.name)) {
            println!("- {}, larger ones left out: {why}", way.name);
        }
    }
    println!("\nTwice the waiters, to the number for which that takes longest:\n");
    println!("{}", bar::table(&doublings(ways, growth)));
    println!("{OURS} / {}, at {BESIDE}:\n", pythons[0]);
    println!("{}", bar::table(&beside(ways, growth, pythons[0])));
    for who in &pythons[1..] {
        println!("Without a bar, {OURS} / {who}, at {BESIDE}:\n");
        for way in linear(ways) {
            if let Some(ratio) = growth.ratio((OURS, way.name), (who, way.name), BESIDE) {
                println!("- {}: {ratio}", way.name);
            }
        }
        println!();
    }
}

fn linear<'a>(ways: &'a [&Way]) -> impl Iterator<Item = &'a Way> {
    ways.iter().copied().filter(|way| way.asyncio() == Asyncio::Linear)
}

/// A row for each way: ours at each size, asyncio beside one of them.
fn times(ways: &[&Way], growth: &Growth, pythons: &[&str]) -> Table {
    let headings = ["way".to_owned()].into_iter().chain(SIZES.map(|size| size.to_string()));
    let beside = pythons.iter().map(|who| format!("{who} at {BESIDE}"));
    let mut table = Table::new(headings.chain(beside));
    for way in ways {
        let ours = SIZES.map(|size| cell(growth, (OURS, way.name), size));
        let asyncio = pythons.iter().map(|who| match way.asyncio() {
            Asyncio::Linear => cell(growth, (who, way.name), BESIDE),
            left_out => left_out.name().to_owned(),
        });
        table.row([way.name.to_owned()].into_iter().chain(ours).chain(asyncio));
    }
    table
}

fn deep(ways: &[&Way], growth: &Growth) -> Table {
    let headings = ["way".to_owned()].into_iter().chain(DEEP.map(|size| size.to_string()));
    let mut table = Table::new(headings);
    for way in ways.iter().filter(|way| way.is_deep()) {
        let cells = DEEP.map(|size| cell(growth, (OURS, way.name), size));
        table.row([way.name.to_owned()].into_iter().chain(cells));
    }
    table
}

fn cell(growth: &Growth, who: (&str, &str), size: u64) -> String {
    growth.per_unit(who, size).map_or("—".to_owned(), |spread| short(spread.median))
}

/// How many times as long twice the waiters take, to the size for which that is most.
fn doublings(ways: &[&Way], growth: &Growth) -> Vec<Bar> {
    const MOST: f64 = 2.3;
    let bar = |way: &&Way| {
        let doublings = growth.doublings((OURS, way.name)).into_iter();
        let most = doublings.max_by(|left, right| left.1.median.total_cmp(&right.1.median));
        let stopped = growth.stopped((OURS, way.name)).is_some();
        match most {
            // What has grown too much tells more than that it was stopped.
            Some((size, spread)) if !stopped || spread.median > MOST => {
                Bar::at_most(MOST, format!("{}, {size}", way.name), spread)
            }
            _ => Bar::at_most(MOST, format!("{}, stopped", way.name), NEVER),
        }
    };
    ways.iter().map(bar).collect()
}

fn beside(ways: &[&Way], growth: &Growth, python: &str) -> Vec<Bar> {
    let bar = |way: &Way| {
        let ratio = growth.ratio((OURS, way.name), (python, way.name), BESIDE);
        Bar::at_most(0.1, way.name, ratio.unwrap_or(NEVER))
    };
    linear(ways).map(bar).collect()
}
