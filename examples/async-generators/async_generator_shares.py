"""An async generator: while it waits for an item, others run.

Run it: python3 examples/async-generators/async_generator_shares.py
"""

import asyncio
from dataclasses import dataclass


@dataclass
class Depot:
    open: bool = True
    rounds: int = 0


async def parcels():
    for parcel in ["book", "lamp", "drum"]:
        await asyncio.sleep(0.3)  # on the road
        yield parcel


async def clerk(depot):
    # Here Python asks for each item behind the scenes.
    async for parcel in parcels():
        guard = "walked" if depot.rounds > 0 else "stood still"
        depot.rounds = 0
        print(f"clerk: {parcel} came, meanwhile the guard {guard}")
    depot.open = False


async def guard(depot):
    while depot.open:
        await asyncio.sleep(0.02)
        depot.rounds += 1
    print("guard: the depot is closed")


async def main():
    depot = Depot()
    await asyncio.gather(guard(depot), clerk(depot))


asyncio.run(main())
