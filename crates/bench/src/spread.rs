//! What many rounds of a noisy measurement say together.

use std::fmt;

/// Median and quartiles of a sample: half of the values lie between `low` and `high`.
///
/// # Examples
///
/// ```
/// use twins_bench::spread::Spread;
///
/// // One round that the machine disturbed moves nothing.
/// let spread = Spread::of([3.0, 1.0, 2.0, 1000.0, 4.0]);
/// assert_eq!(spread, Spread { low: 2.0, median: 3.0, high: 4.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values are smaller.
    pub low: f64,
    /// Half of the values are smaller.
    pub median: f64,
    /// A quarter of the values are larger.
    pub high: f64,
}

impl Spread {
    /// The spread of a sample.
    ///
    /// # Panics
    ///
    /// If the sample is empty.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let quantile = |quarters: usize| {
            // Between two values, the nearer one: there are enough of them.
            values[((values.len() - 1) * quarters + 2) / 4]
        };
        Self { low: quantile(1), median: quantile(2), high: quantile(3) }
    }

    /// The spread of the ratios of two samples, round by round.
    ///
    /// # Examples
    ///
    /// ```
    /// use twins_bench::spread::Spread;
    ///
    /// // The machine slowed down threefold in the last round, for both sides alike.
    /// assert_eq!(Spread::of_ratios(&[2.0, 2.0, 6.0], &[1.0, 1.0, 3.0]).median, 2.0);
    /// ```
    pub fn of_ratios(left: &[f64], right: &[f64]) -> Self {
        Self::of(left.iter().zip(right).map(|(left, right)| left / right))
    }
}

impl fmt::Display for Spread {
    /// The median, and the quartiles in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}–{})", short(self.median), short(self.low), short(self.high))
    }
}

/// A number with three significant digits, or as many as stand before its point.
///
/// ```
/// use twins_bench::spread::short;
///
/// assert_eq!([0.5, 12.345, 678.9].map(short), ["0.50", "12.3", "679"]);
/// ```
pub fn short(number: f64) -> String {
    let digits = match number.abs() {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$}")
}
