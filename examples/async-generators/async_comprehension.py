"""Async comprehensions: collect what comes in over time.

Run it: python3 examples/async-generators/async_comprehension.py
"""

import asyncio


async def deliveries():
    for crate in ["apples", "beans", "corn", "dates", "eggs"]:
        await asyncio.sleep(0.02)
        yield crate, len(crate) * 10


async def inventory():
    names = [name async for name, _ in deliveries()]
    print(f"clerk: came in: {names}")
    heavy = [name async for name, kilos in deliveries() if kilos >= 50]
    print(f"clerk: heavy: {heavy}")
    labels = [f"{name} {kilos} kg" async for name, kilos in deliveries()]
    print(f"clerk: labels: {labels}")
    # Here Python has no `sum` over an async generator: a list first.
    total = sum([kilos async for _, kilos in deliveries()])
    print(f"clerk: {total} kg in all")


asyncio.run(inventory())
