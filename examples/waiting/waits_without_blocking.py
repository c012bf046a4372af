"""A coroutine that waits: meanwhile the others run.

Run it: python3 examples/waiting/waits_without_blocking.py
"""

import asyncio


async def bake():
    print("oven: bread in, out in 0.8 s")
    await asyncio.sleep(0.8)
    print("oven: bread out")


async def wash_up():
    dishes = ["bowl", "whisk", "board"]
    for dish in dishes:
        await asyncio.sleep(0.1)
        print(f"  sink: {dish} washed")
    return len(dishes)


async def main():
    # Here Python gives a list, whatever is in it.
    _, washed = await asyncio.gather(bake(), wash_up())
    print(f"cook: {washed} dishes washed while the bread baked")


asyncio.run(main())
