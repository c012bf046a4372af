"""A generator with `send`: where it waits, its caller waits too.

Run it: python3 examples/machinery/send_is_synchronous.py
"""

import asyncio
import time
from dataclasses import dataclass


@dataclass
class Depot:
    open: bool = True
    rounds: int = 0


def scale():
    parcel = yield
    # Here Python has no `await`: this is a plain `def`.
    time.sleep(0.3)
    print(f"  scale: {parcel} weighed")
    yield


def report(depot, wait):
    guard = "walked" if depot.rounds > 0 else "stood still"
    depot.rounds = 0
    print(f"clerk: during the {wait} the guard {guard}")


async def clerk(depot):
    weigh = scale()
    next(weigh)
    await asyncio.sleep(0.3)
    report(depot, "await")
    weigh.send("book")
    report(depot, "send")
    depot.open = False


async def guard(depot):
    while depot.open:
        await asyncio.sleep(0.02)
        depot.rounds += 1


async def main():
    depot = Depot()
    await asyncio.gather(guard(depot), clerk(depot))


asyncio.run(main())
