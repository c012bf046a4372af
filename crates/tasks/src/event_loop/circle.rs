//! Circles of tasks that wait for each other.

use std::collections::HashMap;

use super::edges::Edges;

/// One member of each circle in a graph, of those whose nodes all stand in `holders`.
pub(super) fn in_each(edges: &Edges, holders: &[u32]) -> Vec<u32> {
    /// How far a node is looked at.
    #[derive(Clone, Copy, PartialEq)]
    enum Look {
        New,
        OnPath,
        Over,
    }
    let mut looks: HashMap<u32, Look> = holders.iter().map(|key| (*key, Look::New)).collect();
    let mut found = Vec::new();
    for &start in holders {
        if looks[&start] != Look::New {
            continue;
        }
        looks.insert(start, Look::OnPath);
        let mut path = vec![(start, edges.from(start))];
        while let Some((key, next)) = path.last_mut() {
            let Some(to) = next.next() else {
                looks.insert(*key, Look::Over);
                path.pop();
                continue;
            };
            match looks.get(&to) {
                Some(Look::New) => {
                    looks.insert(to, Look::OnPath);
                    path.push((to, edges.from(to)));
                }
                // The first that was asked.
                Some(Look::OnPath) => found.push(to),
                Some(Look::Over) | None => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Edges, in_each};

    #[track_caller]
    fn check(edges: &[(u32, u32)], holders: &[u32], members: &[u32]) {
        assert_eq!(in_each(&Edges::new(edges.to_vec()), holders), members);
    }

    #[test]
    fn each_circle_gives_one_member() {
        check(&[], &[], &[]);
        check(&[(1, 2), (2, 3)], &[1, 2, 3], &[]);
        check(&[(1, 1)], &[1], &[1]);
        check(&[(1, 2), (2, 3), (3, 1)], &[1, 2, 3], &[1]);
        check(&[(1, 2), (2, 1), (3, 4), (4, 3)], &[1, 2, 3, 4], &[1, 3]);
        // A diamond is no circle.
        check(&[(1, 2), (1, 3), (2, 4), (3, 4)], &[1, 2, 3, 4], &[]);
        // Who has a turn goes on by itself.
        check(&[(1, 2), (2, 1)], &[1], &[]);
    }
}
