"""Iterators put together: itertools against Rust's adapters.

Run it: python3 examples/generators/itertools_pipeline.py
"""

from itertools import chain, groupby, takewhile, tee


def shelf(name, wares):
    for ware in wares:
        print(f"  {name}: {ware}")
        yield ware


def shop():
    left = shelf("left", ["apples", "apricots", "beans"])
    right = shelf("right", ["beets", "the end", "string"])
    both = chain(left, right)
    wares = takewhile(lambda ware: ware != "the end", both)
    # Here Python's groups read from the same iterator: a group is
    # gone when the next one begins.
    for letter, group in groupby(wares, lambda ware: ware[0]):
        count = sum(1 for _ in group)
        print(f"anna: {count} with {letter}")
    # `takewhile` has taken the ware that told it to stop.
    print(f"anna: goes on with {next(both)}")


def share():
    # Here Python's `tee` keeps what only one of the two has read.
    anna, boris = tee(shelf("cellar", ["oil", "wine"]))
    print(f"anna: reads {list(anna)}")
    print(f"boris: reads {list(boris)}")


shop()
share()
