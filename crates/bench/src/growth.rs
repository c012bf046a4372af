//! Loops timed at growing sizes: how much longer twice the units take.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::progress;
use crate::rounds::{Case, Run, order};
use crate::spread::Spread;

/// A run that takes longer is a series' last: what grows with the square would take hours.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs every loop once for each round at each of the sizes, which grow.
///
/// A case runs its sizes one after the other, so that a size stands beside its double. Where it
/// fails at a size, or a run takes longer than 10 s, its larger sizes are left out.
///
/// # Errors
///
/// When two contestants of a loop give different results for a size.
///
/// # Examples
///
/// ```
/// use twins_bench::growth::measure;
/// use twins_bench::rounds::Case;
///
/// let sum = Case::rust("a", "sum", |n| (0..n).sum());
/// let growth = measure(vec![sum.with_at_most(2000)], &[1000, 2000, 4000], 3)?;
/// assert!(growth.per_unit(("a", "sum"), 2000).is_some());
/// assert!(growth.per_unit(("a", "sum"), 4000).is_none());
/// assert_eq!(growth.doublings(("a", "sum")).len(), 1);
/// # anyhow::Ok(())
/// ```
pub fn measure(mut cases: Vec<Case<'_>>, sizes: &[u64], rounds: usize) -> Result<Growth> {
    let mut all: Vec<Series> = Vec::new();
    for Case { who, what, most, .. } in &cases {
        let sizes = sizes.iter().filter(|size| *size <= most);
        let sizes = sizes.map(|size| (*size, Vec::new())).collect();
        all.push(Series { who: who.clone(), what, sizes, stopped: None });
    }
    let mut results: HashMap<(&'static str, u64), u64> = HashMap::new();
    for round in 0..rounds {
        for index in order(cases.len(), round) {
            let (case, series) = (&mut cases[index], &mut all[index]);
            let mut next = 0;
            while let Some((size, seconds)) = series.sizes.get_mut(next) {
                let size = *size;
                next += 1;
                match (case.run)(size) {
                    Ok(Run { time, result }) => {
                        seconds.push(time.as_secs_f64());
                        let expected = *results.entry((case.what, size)).or_insert(result);
                        ensure!(
                            result == expected,
                            "`{}` of {size}: {} gives {result}, and another {expected}",
                            case.what,
                            case.who
                        );
                        if time > LIMIT && next < series.sizes.len() {
                            series.stop(next, format!("{size} take {time:.1?}"));
                        }
                    }
                    Err(error) => series.stop(next - 1, format!("{size} fail: {error:#}")),
                }
            }
            let (who, what) = (&case.who, case.what);
            progress::show(&format!("round {} of {rounds}: {what}, {who:30}", round + 1));
        }
    }
    progress::end();
    Ok(Growth(all))
}

/// What [`measure`] has measured. A loop of a contestant is a pair of who and what.
#[derive(Debug)]
pub struct Growth(Vec<Series>);

#[derive(Debug)]
struct Series {
    who: String,
    what: &'static str,
    /// Each size with its seconds, one value for each round.
    sizes: Vec<(u64, Vec<f64>)>,
    stopped: Option<String>,
}

impl Series {
    /// Leaves out the sizes from this one on.
    fn stop(&mut self, from: usize, why: String) {
        self.sizes.truncate(from);
        self.stopped = Some(why);
    }
}

impl Growth {
    fn find(&self, (who, what): (&str, &str)) -> Option<&Series> {
        self.0.iter().find(|series| series.who == who && series.what == what)
    }

    fn seconds(&self, who: (&str, &str), size: u64) -> Option<&[f64]> {
        let sizes = &self.find(who)?.sizes;
        sizes.iter().find(|sized| sized.0 == size).map(|(_, seconds)| seconds.as_slice())
    }

    /// Nanoseconds for a unit at a size, or `None` if the contestant does not run it.
    pub fn per_unit(&self, who: (&str, &str), size: u64) -> Option<Spread> {
        let seconds = self.seconds(who, size)?.iter();
        Some(Spread::of(seconds.map(|seconds| seconds * 1e9 / size as f64)))
    }

    /// How many times as long the left one takes at a size, if both run it.
    pub fn ratio(&self, left: (&str, &str), right: (&str, &str), size: u64) -> Option<Spread> {
        Some(Spread::of_ratios(self.seconds(left, size)?, self.seconds(right, size)?))
    }

    /// How many times as long twice the units take: each size whose half was measured, too.
    pub fn doublings(&self, who: (&str, &str)) -> Vec<(u64, Spread)> {
        let sizes = self.find(who).map_or(&[][..], |series| &series.sizes);
        let doubled = sizes.iter().filter_map(|(size, seconds)| {
            let half = self.seconds(who, size / 2)?;
            Some((*size, Spread::of_ratios(seconds, half)))
        });
        doubled.collect()
    }

    /// Why sizes are left out that should have been measured.
    pub fn stopped(&self, who: (&str, &str)) -> Option<&str> {
        self.find(who)?.stopped.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_failing_size_is_the_end_of_its_series() {
        let fragile = Case::timed("a", "break", |units| match units {
            ..=2 => Ok(Run { time: Duration::from_nanos(units), result: units }),
            _ => bail!("too many"),
        });
        let growth = measure(vec![fragile], &[1, 2, 4, 8], 2).unwrap();
        let who = ("a", "break");
        assert_eq!(growth.doublings(who).len(), 1);
        assert_eq!(growth.per_unit(who, 4), None);
        assert_eq!(growth.stopped(who), Some("4 fail: too many"));
    }

    #[test]
    fn contestants_must_agree_at_each_size() {
        let cases =
            vec![Case::rust("a", "double", |n| n + n), Case::rust("b", "double", |n| n * n)];
        assert!(measure(cases, &[2, 4], 1).is_err());
    }
}
