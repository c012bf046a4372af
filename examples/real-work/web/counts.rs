//! What the programs count: statuses and paths.

use twins_examples::counter::Counter;

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Counts {
    statuses: Counter,
    paths: Counter,
}

impl Counts {
    pub(crate) fn add(&mut self, status: &str, page: &str) {
        self.statuses.add(status);
        self.paths.add(page);
    }

    pub(crate) fn update(&mut self, other: Self) {
        self.statuses.update(other.statuses);
        self.paths.update(other.paths);
    }

    pub(crate) fn show(&self) {
        for (status, times) in self.statuses.most_common() {
            println!("  status {status}: {times} times");
        }
        for (page, times) in self.paths.most_common().iter().take(3)
        {
            println!("  path {page}: {times} times");
        }
    }
}
