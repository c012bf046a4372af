"""A scheduler: `yield` is the system call of cooperating tasks.

Run it: python3 examples/machinery/multitasking.py
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple


class Sleep(NamedTuple):
    minutes: int


# Here Python calls every generator a task, whatever it runs.
class Spawn(NamedTuple):
    task: "Iterator[Sleep | Spawn]"


def heat(name, minutes):
    print(f"  {name}: on")
    yield Sleep(minutes)
    print(f"  {name}: done")


def cook():
    print("  cook: starts the kettle and the toaster")
    yield Spawn(heat("kettle", 3))
    yield Spawn(heat("toaster", 2))
    print("  cook: fries an egg")
    yield Sleep(4)
    print("  cook: serves")


def run(task):
    """Runs tasks until none is left; its clock skips the waits."""
    clock = 0
    numbers = count()  # of one minute, first come goes first
    # Here Python has a heap in any list.
    agenda = [(clock, next(numbers), task)]
    while agenda:
        minute, _, task = heappop(agenda)
        if minute > clock:
            clock = minute
            print(f"clock: minute {clock}")
        match next(task, None):
            case Sleep(minutes):
                heappush(agenda, (clock + minutes, next(numbers), task))
            case Spawn(child):
                heappush(agenda, (clock, next(numbers), child))
                heappush(agenda, (clock, next(numbers), task))
            case None:
                pass  # the task has ended


def main():
    run(cook())
    print("main: every task has ended")


main()
