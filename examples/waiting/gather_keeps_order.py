"""`gather`: all start at once, results come in argument order.

Run it: python3 examples/waiting/gather_keeps_order.py
"""

import asyncio


async def cook(dish, seconds):
    print(f"  stove: {dish} on")
    await asyncio.sleep(seconds)
    print(f"  stove: {dish} done")
    return dish


async def main():
    # Here Python makes a task of each.
    served = await asyncio.gather(
        cook("soup", 0.6),
        cook("salad", 0.2),
        cook("pie", 0.4),
    )
    print(f"waiter: served as ordered: {served}")


asyncio.run(main())
