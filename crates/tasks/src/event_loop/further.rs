//! Requests that come to a task that was asked already, and has had no turn since.
//!
//! The answer would be the same, so nobody is asked again; but they count, for it and for all to whom
//! it has handed the first one on.

use std::collections::HashMap;

use super::edges::Edges;

/// How often each task is reached further on, of those to which `met` leads: tasks, and how many
/// requests have come to them. What goes in a circle does not count, nor what goes on from `last`:
/// however many requests come to who makes them in its turn, they go on as one.
pub(super) fn on_from(edges: &Edges, met: &[(u32, u32)], last: Option<u32>) -> HashMap<u32, u32> {
    let mut came: HashMap<u32, u32> = HashMap::new();
    for (key, times) in met {
        add(&mut came, *key, *times);
    }
    // How many edges to each have not been gone along.
    let mut before: HashMap<u32, usize> = HashMap::new();
    for (from, to) in edges.all() {
        before.entry(*from).or_default();
        *before.entry(*to).or_default() += 1;
    }
    let mut next: Vec<u32> =
        before.iter().filter(|(_, count)| **count == 0).map(|(key, _)| *key).collect();
    let mut further = HashMap::new();
    while let Some(key) = next.pop() {
        let reached = [&came, &further].map(|times| times.get(&key).copied().unwrap_or_default());
        let reached = reached[0].saturating_add(reached[1]);
        for to in edges.from(key) {
            if reached > 0 && last != Some(key) {
                add(&mut further, to, reached);
            }
            let left = before.get_mut(&to).expect("the end of an edge");
            *left -= 1;
            if *left == 0 {
                next.push(to);
            }
        }
    }
    further
}

fn add(sums: &mut HashMap<u32, u32>, key: u32, times: u32) {
    let sum = sums.entry(key).or_default();
    *sum = sum.saturating_add(times);
}

#[cfg(test)]
mod tests {
    use super::{Edges, on_from};

    #[track_caller]
    fn check(edges: &[(u32, u32)], met: &[(u32, u32)], further: &[(u32, u32)]) {
        let reached = on_from(&Edges::new(edges.to_vec()), met, Some(9));
        assert_eq!(reached, further.iter().copied().collect());
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
