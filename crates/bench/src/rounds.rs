//! Loops timed in interleaved rounds.

use std::env;
use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use anyhow::{Result, ensure};
use rustix::time::{ClockId, clock_gettime};

use crate::progress;
use crate::spread::{Spread, short};
use crate::table::Table;

/// How long a contestant runs in a round, at least: short against the machine's moods, long
/// against the clock's resolution.
const SLICE: Duration = Duration::from_millis(4);

/// One run of a loop.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// How long the processor worked on it.
    pub time: Duration,
    /// What it computed.
    pub result: u64,
}

impl Run {
    /// Reads what a contestant in another process answers: `NANOSECONDS RESULT`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twins_bench::rounds::Run;
    ///
    /// let run = Run::read("1500 42\n").unwrap();
    /// assert_eq!((run.time, run.result), (Duration::from_nanos(1500), 42));
    /// assert!(Run::read("Traceback").is_none());
    /// ```
    pub fn read(answer: &str) -> Option<Self> {
        let (nanoseconds, result) = answer.trim().split_once(' ')?;
        let time = Duration::from_nanos(nanoseconds.parse().ok()?);
        Some(Self { time, result: result.parse().ok()? })
    }
}

impl fmt::Display for Run {
    /// As [`read`](Self::read) takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.time.as_nanos(), self.result)
    }
}

/// A loop (`what`) as a contestant (`who`) runs it.
pub struct Case<'a> {
    pub(crate) who: String,
    pub(crate) what: &'static str,
    least: u64,
    pub(crate) most: u64,
    pub(crate) run: Box<dyn FnMut(u64) -> Result<Run> + 'a>,
}

impl<'a> Case<'a> {
    /// A loop in Rust: it gets the number of units and gives a result that proves its work.
    pub fn rust(who: &str, what: &'static str, body: fn(u64) -> u64) -> Self {
        Self::timed(who, what, move |units| Ok(run(body, units)))
    }

    /// A loop that is timed where it runs, as in another process, by its thread's processor time.
    pub fn timed(who: &str, what: &'static str, run: impl FnMut(u64) -> Result<Run> + 'a) -> Self {
        Self { who: who.to_owned(), what, least: 1, most: u64::MAX, run: Box::new(run) }
    }

    /// Measures it with a multiple of so many units: where many at once are the point.
    pub fn with_at_least(self, units: u64) -> Self {
        Self { least: units, ..self }
    }

    /// Never runs it with more units: where it can't, or would take too long.
    pub fn with_at_most(self, units: u64) -> Self {
        Self { most: units, ..self }
    }
}

/// Runs a loop in Rust once, by this thread's processor time.
pub fn run(body: fn(u64) -> u64, units: u64) -> Run {
    // The compiler knows neither what runs nor how often.
    let (body, units) = black_box((body, units));
    let start = thread_time();
    let result = black_box(body(units));
    Run { time: thread_time() - start, result }
}

/// How long the processor has worked for this thread. What other processes take in between does
/// not count, as it would on a clock on the wall.
fn thread_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("time does not run before zero")
}

/// Holds the contestants of each loop against each other: all must compute the same.
///
/// # Errors
///
/// When two of them differ, or one can't run.
///
/// # Examples
///
/// ```
/// use twins_bench::rounds::{Case, check};
///
/// let mut cases = [Case::rust("a", "double", |n| n + n), Case::rust("b", "double", |n| 2 * n)];
/// assert!(check(&mut cases).is_ok());
/// cases[1] = Case::rust("b", "double", |n| n * n);
/// assert!(check(&mut cases).is_err());
/// ```
pub fn check(cases: &mut [Case<'_>]) -> Result<()> {
    for units in [1, 2, 1000] {
        let mut results: Vec<(&'static str, &str, u64)> = Vec::new();
        for Case { who, what, run, .. } in cases.iter_mut().filter(|case| units <= case.most) {
            let result = run(units)?.result;
            if let Some((_, first, expected)) = results.iter().find(|row| row.0 == *what) {
                ensure!(
                    result == *expected,
                    "`{what}` of {units}: {who} gives {result}, and {first} {expected}"
                );
            } else {
                results.push((what, who, result));
            }
        }
    }
    Ok(())
}

/// Whether `cargo bench` runs this. If not (`cargo test --benches`), says that the contestants were
/// held against each other, and that is all.
pub fn is_measured() -> bool {
    let measured = env::args().any(|argument| argument == "--bench");
    if !measured {
        println!("all contestants compute the same; `cargo bench` measures them");
    }
    measured
}

/// The order in which a round takes its contestants: there, and the next time back.
pub fn order(contestants: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..contestants)
        .map(move |index| if round.is_multiple_of(2) { index } else { contestants - 1 - index })
}

/// Runs every loop once for each round, at `n` units and at twice as many.
///
/// `n` is chosen for each loop so that a run takes some milliseconds.
///
/// # Errors
///
/// When a contestant can't run.
pub fn measure(mut cases: Vec<Case<'_>>, rounds: usize) -> Result<Rounds> {
    let mut series = Vec::new();
    for case in &mut cases {
        let mut units = case.least;
        while (case.run)(units)?.time < SLICE {
            units *= 2;
        }
        let (who, what) = (case.who.clone(), case.what);
        series.push(Series { who, what, units, once: Vec::new(), twice: Vec::new() });
    }
    for round in 0..rounds {
        for index in order(cases.len(), round) {
            let (run, series) = (&mut cases[index].run, &mut series[index]);
            series.once.push(run(series.units)?.time.as_secs_f64());
            series.twice.push(run(2 * series.units)?.time.as_secs_f64());
        }
        progress::show(&format!("round {} of {rounds}", round + 1));
    }
    progress::end();
    Ok(Rounds(series))
}

/// What [`measure`] has measured.
#[derive(Debug)]
pub struct Rounds(Vec<Series>);

#[derive(Debug)]
struct Series {
    who: String,
    what: &'static str,
    units: u64,
    /// Seconds for `units`, one value for each round.
    once: Vec<f64>,
    /// Seconds for twice as many.
    twice: Vec<f64>,
}

impl Series {
    fn per_unit(&self) -> Vec<f64> {
        let units = (2 * self.units) as f64;
        self.twice.iter().map(|seconds| seconds * 1e9 / units).collect()
    }
}

impl Rounds {
    fn find(&self, who: &str, what: &str) -> Option<&Series> {
        self.0.iter().find(|series| series.who == who && series.what == what)
    }

    /// Nanoseconds for a unit, or `None` if the contestant doesn't run this loop.
    pub fn per_unit(&self, who: &str, what: &str) -> Option<Spread> {
        self.find(who, what).map(|series| Spread::of(series.per_unit()))
    }

    /// How many times as long the left one takes for a unit, from two pairs of who and what.
    ///
    /// # Panics
    ///
    /// If one of the two has not been measured.
    pub fn ratio(&self, left: (&str, &str), right: (&str, &str)) -> Spread {
        let [left, right] = [left, right].map(|(who, what)| {
            let series = self.find(who, what);
            series.unwrap_or_else(|| panic!("`{who}` does not run `{what}`")).per_unit()
        });
        Spread::of_ratios(&left, &right)
    }

    /// Nanoseconds for a unit: a row for each of `who`, a column for each loop with its heading.
    pub fn times(&self, who: &[&str], loops: &[(&str, String)]) -> Table {
        let headings = loops.iter().map(|(_, heading)| heading.clone());
        let mut table = Table::new(["who".to_owned()].into_iter().chain(headings));
        for who in who {
            let cells = loops.iter().map(|(what, _)| match self.per_unit(who, what) {
                Some(ns) => ns.to_string(),
                None => "—".to_owned(),
            });
            table.row([(*who).to_owned()].into_iter().chain(cells));
        }
        table
    }

    /// How many times as long twice the units take, over all loops: the smallest median and the
    /// largest, with the loops they come from. Where nothing is optimised away, both are near 2.
    pub fn doubling(&self) -> String {
        let median = |series: &Series| Spread::of_ratios(&series.twice, &series.once).median;
        let mut medians: Vec<_> =
            self.0.iter().map(|series| (median(series), &series.who, series.what)).collect();
        medians.sort_by(|left, right| left.0.total_cmp(&right.0));
        let [Some(least), Some(most)] = [medians.first(), medians.last()] else {
            return "Nothing was measured.".to_owned();
        };
        let told = |(median, who, what): &(f64, &String, &str)| {
            format!("{} ({who}, {what})", short(*median))
        };
        format!("Twice the units take {} to {} times as long.", told(least), told(most))
    }
}
