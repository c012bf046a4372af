//! What must be reached, and whether it is.

use crate::spread::{Spread, short};
use crate::table::Table;

/// A ratio or an amount that must be reached.
#[derive(Clone, Debug)]
pub struct Bar {
    what: String,
    bound: Bound,
    measured: Spread,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Bar {
    /// A bar that is reached by a median of `most` or less.
    pub fn at_most(most: f64, what: impl Into<String>, measured: Spread) -> Self {
        Self { what: what.into(), bound: Bound::AtMost(most), measured }
    }

    /// A bar that is reached by a median of `least` or more.
    pub fn at_least(least: f64, what: impl Into<String>, measured: Spread) -> Self {
        Self { what: what.into(), bound: Bound::AtLeast(least), measured }
    }

    /// Whether the median reaches the bar.
    pub fn is_reached(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.measured.median <= most,
            Bound::AtLeast(least) => self.measured.median >= least,
        }
    }
}

/// The table of the bars: what, bar, median with quartiles, and the verdict.
pub fn table(bars: &[Bar]) -> Table {
    let mut table = Table::new(["what", "bar", "median", "quartiles", "reached"]);
    for bar in bars {
        let Spread { low, median, high } = bar.measured;
        table.row([
            bar.what.clone(),
            match bar.bound {
                Bound::AtMost(most) => format!("≤ {most}"),
                Bound::AtLeast(least) => format!("≥ {least}"),
            },
            short(median),
            format!("{}–{}", short(low), short(high)),
            if bar.is_reached() { "yes" } else { "**no**" }.to_owned(),
        ]);
    }
    table
}
