"""What `gather` saves: five waits in the time of one.

Run it: python3 examples/waiting/gather_saves_time.py
"""

import asyncio
import time

WAIT = 0.3


async def fetch_data(id):
    await asyncio.sleep(WAIT)
    print(f"  request {id}: answered")


async def one_by_one(ids):
    for id in ids:
        await fetch_data(id)


async def all_at_once(ids):
    await asyncio.gather(*[fetch_data(id) for id in ids])


async def waits(work):
    """How many waits the work lasts: whole ones, but for a hair."""
    begin = time.monotonic()
    await work
    return int((time.monotonic() - begin) / WAIT + 0.05)


async def main():
    ids = [1, 2, 3, 4, 5]
    slow = await waits(one_by_one(ids))
    print(f"clock: one by one, as long as {slow} waits")
    fast = await waits(all_at_once(ids))
    print(f"clock: with gather, as long as {fast}")
    print(f"clock: gather is {slow / fast:.0f} times as fast")


asyncio.run(main())
