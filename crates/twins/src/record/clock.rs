//! When the steps of a program happen where no tracer slows it down.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{python::MARK, steps::Steps};
use crate::{
    process::{End, Line, Output, Stream},
    recording::{Event, Untraced},
    rules::Rules,
};

/// How many runs must agree on the times.
pub(super) const RUNS: usize = 3;

/// How far a line may be from their median: this many milliseconds, or the 20th part of it.
const TOLERANCE: u64 = 30;
const TOLERANCE_SHARE: u64 = 20;

/// One run of a program without tracer: its lines on standard output, each with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    lines: Vec<(u64, Vec<u8>)>,
    end: u64,
}

impl Run {
    /// Reads a run, which must end with this `exit` code; where it `has_marks`, lines that begin
    /// with [`MARK`] stand before and after what is printed, and tell the time.
    ///
    /// # Errors
    ///
    /// When the program did not end well.
    pub(super) fn of(output: &Output, exit: i32, has_marks: bool) -> Result<Self> {
        if let End::TimedOut(limit) = output.end {
            bail!(
                "it ran longer than {} s (a longer limit: --timeout SECONDS)",
                limit.as_secs_f64()
            );
        }
        ensure!(
            output.end == End::Exit(exit),
            "it does not end well: `cargo twins check` says more"
        );
        ensure!(!output.paused, "it was stopped for a while: its times are not its own");
        let mut lines: Vec<Line> =
            output.lines.iter().filter(|line| line.stream == Stream::Stdout).cloned().collect();
        let (mut begin, mut end) = (Duration::ZERO, output.wall);
        if has_marks {
            ensure!(lines.len() > 1, "it does not come to its end");
            let (first, last) = (lines.remove(0), lines.pop().expect("there was another one"));
            let (nothing, from) = marked(&first).context("it prints before its first step")?;
            ensure!(nothing.is_empty(), "it prints before its first step");
            let (text, to) = marked(&last).context("it prints after its last step")?;
            // What is in front of it had no end of line.
            if !text.is_empty() {
                lines.push(Line { bytes: text.to_vec(), ended: false, ..last.clone() });
            }
            // Lines bear the time when they were read, marks also the one when they were written, on
            // another clock: the mark that was read with less delay tells how far that one is ahead.
            let ahead = |line: &Line, written: Duration| {
                line.at.as_nanos().cast_signed() - written.as_nanos().cast_signed()
            };
            let ahead = ahead(&first, from).min(ahead(&last, to));
            let read = |written: Duration| {
                let nanoseconds = written.as_nanos().cast_signed() + ahead;
                Duration::from_nanos(nanoseconds.try_into().unwrap_or_default())
            };
            (begin, end) = (read(from), read(to));
        }
        let millis =
            |at: Duration| u64::try_from(at.saturating_sub(begin).as_millis()).unwrap_or(u64::MAX);
        let line = |line: &Line| {
            let end = if line.ended { "\n" } else { "" };
            (millis(line.at), [&line.bytes, end.as_bytes()].concat())
        };
        Ok(Self { lines: lines.iter().map(line).collect(), end: millis(end) })
    }

    /// The same with the placeholders of filters.
    pub(super) fn filtered(mut self, rules: &Rules) -> Self {
        for (_, bytes) in &mut self.lines {
            if let Ok(line) = str::from_utf8(bytes) {
                *bytes = rules.filter(line).into_bytes();
            }
        }
        self
    }

    /// All that it printed.
    pub(super) fn stdout(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|(_, bytes)| bytes.clone()).collect()
    }

    /// When it printed each line, and its end.
    fn times(&self) -> impl Iterator<Item = u64> {
        self.lines.iter().map(|line| line.0).chain([self.end])
    }
}

/// A line that ends in a mark: what stands in front of it, and the time.
fn marked(line: &Line) -> Option<(&[u8], Duration)> {
    let place = line.bytes.iter().rposition(|byte| *byte == MARK)?;
    let (text, mark) = line.bytes.split_at(place);
    let nanoseconds = str::from_utf8(&mark[1..]).ok()?.parse().ok()?;
    Some((text, Duration::from_nanos(nanoseconds)))
}

/// The run that was disturbed least, if its times are right: each line near to the median of the
/// three runs that were disturbed least. Else which line is not, in words.
///
/// What a busy machine does to a run is to make it late: the earliest is the truest.
pub(super) fn truest(runs: &[Run]) -> Result<&Run, String> {
    let earliest: Vec<u64> = (0..=runs[0].lines.len())
        .filter_map(|place| runs.iter().filter_map(|run| run.times().nth(place)).min())
        .collect();
    let late = |run: &&Run| -> u64 {
        run.times().zip(&earliest).map(|(time, earliest)| time - earliest).max().unwrap_or_default()
    };
    let mut runs: Vec<&Run> = runs.iter().collect();
    runs.sort_by_key(late);
    runs.truncate(RUNS);
    let best = runs[0];
    for (place, time) in best.times().enumerate() {
        let mut times: Vec<u64> = runs.iter().filter_map(|run| run.times().nth(place)).collect();
        times.sort_unstable();
        let median = times[times.len() / 2];
        if is_near(time, median) {
            continue;
        }
        let what = best.lines.get(place).map_or_else(
            || "its end".to_owned(),
            |(_, bytes)| format!("`{}`", String::from_utf8_lossy(bytes).trim_end()),
        );
        return Err(format!(
            "{what} comes after {} ms, in other runs after {} ms: record it while the machine has \
             nothing else to do",
            time, median
        ));
    }
    Ok(best)
}

fn is_near(time: u64, median: u64) -> bool {
    time.abs_diff(median) <= TOLERANCE.max(median / TOLERANCE_SHARE)
}

/// Whether two runs that gave times are as near to each other as runs of one program must be.
pub(super) fn agree(old: &Option<Untraced>, new: &Option<Untraced>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            let times = |run: &Untraced| [&run.lines[..], &[run.end]].concat();
            let (old, new) = (times(old), times(new));
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_near(*old, new))
        }
        (old, new) => old == new,
    }
}

/// When each step happens: measured at the printed lines; between two of them as long after the
/// first one as on the program's own clock under the tracer, and not after the second one.
///
/// Nothing where the two runs did not print the same, as where the system chooses the order.
pub(super) fn times(steps: &Steps, run: &Run) -> Option<(Vec<u64>, Untraced)> {
    let mut lines = run.lines.iter();
    let traced = |place: usize| steps.at[place];
    // A known moment: under the tracer, and without it.
    let mut known = (steps.at.first().copied()?, 0);
    let mut times: Vec<u64> = Vec::with_capacity(steps.at.len());
    let between = |(from, real): (u64, u64), at: u64, end: u64| {
        (real + at.saturating_sub(from)).min(end.max(real))
    };
    for (place, step) in steps.steps.iter().enumerate() {
        let Event::Print(text) = &step.event else { continue };
        let (at, bytes) = lines.next()?;
        (text.as_bytes() == bytes).then_some(())?;
        let last = times.last().copied().unwrap_or_default();
        let at = (*at).max(last);
        times.extend((times.len()..place).map(|step| between(known, traced(step), at)));
        times.push(at);
        known = (traced(place), at);
    }
    lines.next().is_none().then_some(())?;
    let end = run.end.max(times.last().copied().unwrap_or_default());
    times.extend((times.len()..steps.at.len()).map(|step| between(known, traced(step), end)));
    // What starts first ends last, and nothing comes after it.
    if let Some(last) = times.last_mut() {
        *last = end;
    }
    let lines = run.lines.iter().map(|line| line.0).collect();
    Some((times, Untraced { lines, end }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::steps::tests::events;

    fn run(lines: &[(u64, &str)], end: u64) -> Run {
        let line = |(at, text): &(u64, &str)| (*at, format!("{text}\n").into_bytes());
        Run { lines: lines.iter().map(line).collect(), end }
    }

    fn steps(at: [u64; 6]) -> Steps {
        let mut raw = events(
            "main() start 1
            main() line 2
            main() print 2 a\\n
            main() line 3
            main() print 3 b\\n
            main() return 3",
        );
        for (event, at) in raw.iter_mut().zip(at) {
            event.at = at;
        }
        Steps::of(&raw).unwrap()
    }

    #[test]
    fn what_the_tracer_takes_is_no_share_of_a_wait() {
        // It begins late, and is slow where it does most.
        let steps = steps([900, 950, 2000, 2050, 4100, 4105]);
        let (times, untraced) = times(&steps, &run(&[(1000, "a"), (3000, "b")], 3002)).unwrap();
        assert_eq!(times, [0, 50, 1000, 1050, 3000, 3002]);
        assert_eq!(untraced, Untraced { lines: vec![1000, 3000], end: 3002 });
    }

    #[test]
    fn a_step_is_never_later_than_the_line_after_it() {
        let steps = steps([0, 500, 600, 700, 800, 900]);
        let (times, _) = times(&steps, &run(&[(10, "a"), (20, "b")], 25)).unwrap();
        assert_eq!(times, [0, 10, 10, 20, 20, 25]);
    }

    #[test]
    fn runs_that_print_something_else_give_no_times() {
        let steps = steps([0, 1, 2, 3, 4, 5]);
        for lines in
            [&[(10, "a"), (20, "other")][..], &[(10, "a")], &[(10, "a"), (20, "b"), (30, "c")]]
        {
            assert_eq!(times(&steps, &run(lines, 50)), None);
        }
    }

    #[test]
    fn the_earliest_run_is_kept_and_one_that_no_other_confirms_is_refused() {
        let runs = [1020, 1012, 1090].map(|at| run(&[(at, "tea")], at + 1));
        assert_eq!(truest(&runs), Ok(&runs[1]));
        let runs = [1000, 1100, 1300].map(|at| run(&[(10, "a"), (at, "tea")], at + 1));
        let refused = truest(&runs).unwrap_err();
        assert!(refused.starts_with("`tea` comes after 1000 ms, in other runs after 1100 ms"));
        // More runs find out.
        let runs = [1000, 1100, 1300, 1010, 1020].map(|at| run(&[(at, "tea")], at + 1));
        assert_eq!(truest(&runs), Ok(&runs[0]));
    }

    #[test]
    fn times_are_kept_while_new_ones_are_near_to_them() {
        let run = |lines: &[u64], end| Some(Untraced { lines: lines.to_vec(), end });
        let old = run(&[100, 1000], 1010);
        assert!(agree(&old, &run(&[130, 1050], 1010)));
        assert!(!agree(&old, &run(&[131, 1000], 1010)));
        assert!(!agree(&old, &run(&[100], 1010)));
        assert!(!agree(&old, &None));
        assert!(agree(&None, &None));
    }

    #[test]
    fn marks_are_no_output() {
        let line = |at, bytes: &[u8]| Line {
            stream: Stream::Stdout,
            at: Duration::from_millis(at),
            bytes: bytes.to_vec(),
            ended: true,
        };
        let mark = line(75, b"\x0070000000");
        let lines = vec![mark.clone(), line(170, b"tea"), line(190, b"cup\x00180000000")];
        let wall = Duration::from_millis(200);
        let output = Output { lines, end: End::Exit(0), wall, paused: false };
        let read = Run::of(&output, 0, true).unwrap();
        assert_eq!((read.stdout(), read.end), (b"tea\ncup".to_vec(), 110));
        // The first mark was read 5 ms after it was written.
        assert_eq!(read.times().collect::<Vec<_>>(), [95, 115, 110]);
        let none = Run::of(&Output { lines: vec![line(1, b"tea"), mark], ..output }, 0, true);
        assert_eq!(none.unwrap_err().to_string(), "it prints before its first step");
    }
}
