"""What `gather` saves: five waits in the time of one.

Run it: python3 examples/waiting/gather_saves_time.py
"""

import asyncio
from dataclasses import dataclass


@dataclass
class Reader:
    # Here Python lets every task read and write it.
    pages: int = 0


async def fetch_page():
    await asyncio.sleep(0.3)


async def one_by_one(anna):
    for _ in range(5):
        await fetch_page()
        anna.pages += 1
    print(f"  anna: {anna.pages} pages, one by one")


async def gathered(anna):
    fetching = [fetch_page() for _ in range(5)]
    # Here Python makes a task of each.
    pages = len(await asyncio.gather(*fetching))
    print(f"  boris: {pages} pages, gathered")
    print(f"  boris: anna has {anna.pages} page by now")
    print(f"  boris: {pages // anna.pages} times as fast")


async def main():
    print("main: anna and boris begin at the same time")
    anna = Reader()
    await asyncio.gather(one_by_one(anna), gathered(anna))


asyncio.run(main())
