"""A scheduler: `yield` is the system call of cooperating tasks.

Run it: python3 examples/machinery/multitasking.py
"""

from collections import namedtuple
from operator import itemgetter

# Here Python calls every generator a task, whatever it runs.
Sleep = namedtuple("Sleep", "minutes")
Spawn = namedtuple("Spawn", "task")


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
    agenda = [(clock, task)]
    while agenda:
        minute, task = agenda.pop(0)
        if minute > clock:
            clock = minute
            print(f"clock: minute {clock}")
        match next(task, None):
            case Sleep(minutes):
                agenda.append((clock + minutes, task))
            case Spawn(child):
                agenda += [(clock, child), (clock, task)]
            case None:
                pass  # the task has ended
        # Stable: of the same minute, first come is first served.
        agenda.sort(key=itemgetter(0))


def main():
    run(cook())
    print("main: every task has ended")


main()
