"""A tree walk: a recursive generator, left when enough is seen.

Run it: python3 examples/generators/tree_walk.py
"""

from dataclasses import dataclass


@dataclass
class Booking:
    """A booking and its branches: a tree, sorted by hour."""

    hour: int
    guest: str
    # Here Python lets any be None; the hint is for readers.
    earlier: "Booking | None"
    later: "Booking | None"


def walk(tree):
    """Yields the bookings in the order of their hours."""
    if tree is None:
        return
    # Here Python makes a generator like any: on the heap.
    yield from walk(tree.earlier)
    print(f"  walk: at {tree.hour}:00")
    yield tree
    yield from walk(tree.later)


def main():
    anna = Booking(12, "Anna", None, None)
    boris = Booking(14, "Boris", anna, None)
    emil = Booking(21, "Emil", None, None)
    bookings = Booking(19, "Dmitri", boris, emil)

    print("waiter: who is the first after 12:00?")
    late = (found for found in walk(bookings) if found.hour > 12)
    first = next(late)
    print(f"waiter: {first.guest}")

    print("waiter: who comes today?")
    for booking in walk(bookings):
        print(f"waiter: {booking.guest}")


main()
