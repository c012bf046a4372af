"""Awaiting one by one: five waits take as long as their sum.

Run it: python3 examples/waiting/await_is_sequential.py
"""

import asyncio
import time

WAIT = 0.1  # the document waits 2 s


async def fetch_data(id):
    print(f"  request {id}: sent")
    await asyncio.sleep(WAIT)
    print(f"  request {id}: answered")


async def process_data(ids):
    for id in ids:
        await fetch_data(id)


async def main():
    ids = [1, 2, 3, 4, 5]
    begin = time.monotonic()
    await process_data(ids)
    # Here Python has seconds in a float: the names must tell.
    took = time.monotonic() - begin
    # A hair less than the sum would be a matter of rounding.
    sequential = took > 0.99 * WAIT * len(ids)
    print(f"clock: as long as all the waits together: {sequential}")


asyncio.run(main())
