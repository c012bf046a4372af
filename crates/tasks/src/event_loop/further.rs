//! Requests that come to a task that was asked already, and has had no turn since.
//!
//! The answer would be the same, so nobody is asked again; but they count, for it and for all to whom
//! it has handed the first one on.

use std::collections::HashMap;

/// How often each task is reached further on, of those to which `met` leads: tasks, and how many
/// requests have come to them. What goes in a circle does not count, nor what goes on from `last`:
/// however many requests come to who makes them in its turn, they go on as one.
///
/// `edges` lead from who waits to whom it waits for. They are sorted, each is there once.
pub(super) fn on_from(
    edges: &[(u32, u32)],
    met: &[(u32, u32)],
    last: Option<u32>,
) -> Vec<(u32, u32)> {
    let from = |key: u32| {
        let first = edges.partition_point(|(from, _)| *from < key);
        edges[first..].iter().take_while(move |(from, _)| *from == key).map(|(_, to)| *to)
    };
    let mut times: HashMap<u32, u32> = HashMap::new();
    for (key, count) in met {
        let sum = times.entry(*key).or_default();
        *sum = sum.saturating_add(*count);
    }
    let mut before: HashMap<u32, usize> = HashMap::new();
    for (from, to) in edges {
        before.entry(*from).or_default();
        *before.entry(*to).or_default() += 1;
    }
    let mut next: Vec<u32> =
        before.iter().filter(|(_, count)| **count == 0).map(|(key, _)| *key).collect();
    let mut further: HashMap<u32, u32> = HashMap::new();
    while let Some(key) = next.pop() {
        let goes_on = last != Some(key);
        let reached = times.get(&key).copied().filter(|_| goes_on).unwrap_or_default();
        for to in from(key) {
            if reached > 0 {
                for counts in [&mut times, &mut further] {
                    let sum = counts.entry(to).or_default();
                    *sum = sum.saturating_add(reached);
                }
            }
            let left = before.get_mut(&to).expect("the end of an edge");
            *left -= 1;
            if *left == 0 {
                next.push(to);
            }
        }
    }
    let mut further: Vec<_> = further.into_iter().collect();
    further.sort_unstable();
    further
}

#[cfg(test)]
mod tests {
    use super::on_from;

    #[track_caller]
    fn check(edges: &[(u32, u32)], met: &[(u32, u32)], further: &[(u32, u32)]) {
        assert_eq!(on_from(edges, met, Some(9)), further);
    }

    #[test]
    fn requests_count_along_the_whole_way() {
        check(&[], &[], &[]);
        check(&[(0, 1), (1, 2)], &[(1, 1)], &[(2, 1)]);
        check(&[(0, 1), (1, 2), (2, 3)], &[(1, 2), (2, 1)], &[(2, 2), (3, 3)]);
        // A diamond reaches its end by two ways.
        check(&[(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)], &[(1, 1)], &[(2, 1), (3, 1), (4, 2)]);
        check(&[(0, 1), (1, 2), (2, 1)], &[(1, 1)], &[]);
        check(&[(0, 1), (1, 9), (9, 2)], &[(1, 1)], &[(9, 1)]);
        // It has handed nothing on.
        check(&[(0, 1)], &[(1, 1)], &[]);
        check(&[(0, 1), (1, 2), (2, 3)], &[(1, u32::MAX), (2, 1)], &[(2, u32::MAX), (3, u32::MAX)]);
    }
}
