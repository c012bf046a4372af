"""Recursion: a coroutine that awaits itself.

Run it: python3 examples/machinery/async_recursion.py
"""

import asyncio


async def weigh(parcel):
    name, grams, inside = parcel
    # Here Python makes each coroutine on the heap; how deep they
    # may go, `sys.setrecursionlimit` says.
    for inner in inside:
        grams += await weigh(inner)
    # The scale needs a moment.
    await asyncio.sleep(0)
    print(f"  scale: {name}, {grams} g")
    return grams


async def main():
    spoon = ("spoon", 20, [])
    cup = ("cup", 150, [spoon])
    tea = ("tea", 100, [])
    chest = ("chest", 1000, [cup, tea])
    print("anna: the chest, please")
    grams = await weigh(chest)
    print(f"anna: pays for {grams} g")


asyncio.run(main())
