"""Threads: the system switches them, even mid-computation.

Run it: python3 examples/one-thread/threads_switch_anywhere.py
"""

from dataclasses import dataclass
from threading import Barrier, Thread


@dataclass
class Counter:
    steps: int = 0
    stop: bool = False


# Here Python's threads take turns under the GIL, unless it is a
# free-threaded build.
def count(counter):
    while not counter.stop:
        counter.steps += 1


def count_and_look():
    counter = Counter()
    thread = Thread(target=count, args=[counter])
    thread.start()
    # Neither loop ever waits, and yet both go on.
    while counter.steps == 0:
        pass
    print("main: the other thread counts, and I still run")
    counter.stop = True
    thread.join()
    print("main: stopped it in the middle of its counting")


@dataclass
class Till:
    # Here Python shares a plain number: any thread may write it.
    coins: int = 0


def pay(till, both_have_read):
    coins = till.coins
    # Another thread may run here, at a call. Now it must.
    both_have_read.wait()
    till.coins = coins + 1


def both_pay():
    till, both_have_read = Till(), Barrier(2)
    args = [till, both_have_read]
    threads = [Thread(target=pay, args=args) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"till: {till.coins} of 2 coins")


count_and_look()
both_pay()
