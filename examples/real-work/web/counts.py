"""What the programs count: statuses and paths."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    statuses: Counter = field(default_factory=Counter)
    paths: Counter = field(default_factory=Counter)

    def add(self, status, page):
        self.statuses[status] += 1
        self.paths[page] += 1

    def update(self, other):
        self.statuses.update(other.statuses)
        self.paths.update(other.paths)

    def show(self):
        for status, times in self.statuses.most_common():
            print(f"  status {status}: {times} times")
        for page, times in self.paths.most_common(3):
            print(f"  path {page}: {times} times")
