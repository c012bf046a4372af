"""Hamming numbers: a lazy list that is made from itself.

Run it: python3 examples/generators/hamming_numbers.py
"""

from itertools import count


class LazyList:
    """What a generator has yielded; runs it only for what is new."""

    def __init__(self, make):
        self.items = []
        self.source = make(self)

    def get(self, index):
        while index >= len(self.items):
            item = next(self.source)
            print(f"  list: finds {item}")
            self.items.append(item)
        return self.items[index]


def times(by, lazy_list):
    """Yields each number of the list, multiplied."""
    # Here Python may close a circle: its collector looks for them.
    return (by * lazy_list.get(index) for index in count())


def hamming(lazy_list):
    """Yields 1, and each number of the list times 2, 3 and 5."""
    yield 1
    rows = [times(by, lazy_list) for by in [2, 3, 5]]
    heads = [next(row) for row in rows]
    while True:
        low = min(heads)
        yield low
        for i, row in enumerate(rows):
            if heads[i] == low:
                heads[i] = next(row)


def main():
    lazy_list = LazyList(hamming)
    for reader, length in [("anna", 6), ("boris", 9)]:
        print(f"{reader}: reads {length} numbers")
        read = [lazy_list.get(index) for index in range(length)]
        print(f"{reader}: {read}")


main()
