"""A greedy task: it computes for long, and lets nobody in between.

Run it: python3 examples/one-thread/greedy_task.py
"""

import asyncio


async def add_up(pages, looks_up):
    total = 0
    for page in range(1, pages + 1):
        # A page is long: while it is added up, nobody else moves.
        total += sum(range(100_000))
        print(f"  clerk: page {page} added")
        if looks_up:
            # Here Python waits for nothing: the others have a turn.
            await asyncio.sleep(0)
    print(f"  clerk: the sum is {total}")


async def serve_guests():
    for guest in ["anna", "boris", "clara"]:
        print(f"  waiter: serves {guest}")
        await asyncio.sleep(0)


async def morning(looks_up):
    await asyncio.gather(add_up(3, looks_up), serve_guests())


async def main():
    print("main: a clerk who never looks up")
    await morning(looks_up=False)
    print("main: a clerk who looks up after each page")
    await morning(looks_up=True)


asyncio.run(main())
