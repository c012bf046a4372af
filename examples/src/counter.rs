//! Python's `collections.Counter` for strings.

use std::collections::HashMap;

/// How often each string came up.
///
/// # Examples
///
/// ```
/// use twins_examples::counter::Counter;
///
/// let mut pots = Counter::default();
/// ["tea", "soup", "tea"].into_iter().for_each(|pot| pots.add(pot));
/// assert_eq!(pots.most_common(), [("tea", 2), ("soup", 1)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter(HashMap<String, u64>);

impl Counter {
    /// Counts one more of it: `counter[string] += 1`.
    pub fn add(&mut self, string: &str) {
        // Not by `entry`: it would take an owned string each time.
        match self.0.get_mut(string) {
            Some(times) => *times += 1,
            None => drop(self.0.insert(string.to_owned(), 1)),
        }
    }

    /// Adds what another has counted: `counter.update(other)`.
    pub fn update(&mut self, other: Self) {
        for (string, times) in other.0 {
            *self.0.entry(string).or_default() += times;
        }
    }

    /// The most common first; of those as common, the one that sorts
    /// first (in Python, the one that came first).
    pub fn most_common(&self) -> Vec<(&str, u64)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|(string, &times)| (&**string, times))
            .collect();
        all.sort_by(|(a, few), (b, many)| {
            many.cmp(few).then(a.cmp(b))
        });
        all
    }
}
