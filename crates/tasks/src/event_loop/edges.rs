//! Who has handed requests on to whom.

/// Edges from who waits to whom it waits for, each once.
pub(super) struct Edges(Vec<(u32, u32)>);

impl Edges {
    pub(super) fn new(mut edges: Vec<(u32, u32)>) -> Self {
        edges.sort_unstable();
        edges.dedup();
        Self(edges)
    }

    pub(super) fn all(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// For whom this one waits.
    pub(super) fn from(&self, key: u32) -> impl Iterator<Item = u32> {
        let first = self.0.partition_point(|(from, _)| *from < key);
        self.0[first..].iter().take_while(move |(from, _)| *from == key).map(|(_, to)| *to)
    }
}
