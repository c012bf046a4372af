"""A ticker left early: `aclosing` awaits its clean-up.

Run it: python3 examples/async-generators/ticker.py
"""

import asyncio
from contextlib import aclosing


async def ticker(interval):
    print("  ticker: wound up")
    try:
        for tick in range(1, 1000):
            await asyncio.sleep(interval)
            yield tick
    finally:
        # Here Python enters `finally`, whatever ends the body.
        await asyncio.sleep(interval)
        print("  ticker: put away")


async def boil_egg():
    async with aclosing(ticker(0.1)) as ticks:
        async for tick in ticks:
            print(f"cook: {tick} of 3 minutes")
            if tick == 3:
                break
        print("cook: out of the water")
    print("cook: the egg is done")


asyncio.run(boil_egg())
