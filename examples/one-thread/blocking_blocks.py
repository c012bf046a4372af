"""A blocking sleep in a coroutine: every task stands still.

Run it: python3 examples/one-thread/blocking_blocks.py
"""

import asyncio
import time


async def waiter():
    begin = time.monotonic()
    print("  waiter: back in 0.1 s")
    await asyncio.sleep(0.1)
    late = time.monotonic() - begin > 0.5
    print(f"  waiter: back, {'late' if late else 'in time'}")


async def simmer():
    print("  chef: simmering, with await")
    await asyncio.sleep(0.6)
    print("  chef: simmered")


async def chop():
    print("  chef: chopping, and blocking the thread")
    # Here Python tells, if it is asked to: `python3 -X dev`.
    time.sleep(0.6)
    print("  chef: chopped")


async def main():
    print("kitchen: a chef who awaits")
    await asyncio.gather(waiter(), simmer())
    print("kitchen: a chef who blocks")
    await asyncio.gather(waiter(), chop())


asyncio.run(main())
