"""Nested timeouts: which of the two ended the work.

Run it: python3 examples/cancellation/nested_timeouts.py
"""

import asyncio


async def cook(dish, seconds):
    try:
        async with asyncio.timeout(0.5):
            await asyncio.sleep(seconds)
        print(f"  cook: serves the {dish}")
    except TimeoutError:
        print(f"  cook: the {dish} takes too long")
    # Here Python lets a cancellation through, but for this clause.
    except asyncio.CancelledError:
        print(f"  cook: the {dish} is no longer wanted")
        raise


async def main():
    print("guest: is in a hurry")
    try:
        async with asyncio.timeout(0.8):
            await cook("soup", 0.05)
            await cook("roast", 10)
            await cook("cake", 10)
        print("guest: has eaten")
    except TimeoutError:
        print("guest: leaves")


asyncio.run(main())
