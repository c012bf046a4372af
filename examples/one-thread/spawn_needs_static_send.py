"""Spawned tasks: they may outlive the function that made them.

Run it: python3 examples/one-thread/spawn_needs_static_send.py
"""

import asyncio
from dataclasses import dataclass


@dataclass
class Total:
    grams: int = 0


async def weigh(parcels, total):
    for grams in parcels:
        await asyncio.sleep(0)
        # Here Python needs no lock: all tasks share one thread.
        total.grams += grams
    return len(parcels)


def start(parcels, total):
    # Here Python keeps what a task uses for as long as it is used.
    return asyncio.create_task(weigh(parcels, total))


async def main():
    total = Total()
    anna = start([500, 250, 100], total)
    boris = start([2000, 40], total)
    print("main: both are weighing")
    print(f"main: anna has weighed {await anna} parcels")
    print(f"main: boris has weighed {await boris} parcels")
    print(f"main: {total.grams} grams in all")


asyncio.run(main())
