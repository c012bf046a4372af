"""Computing: who can do something else in the meantime.

Run it: python3 examples/one-thread/cpu_bound.py
"""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor


def count():
    begin = time.monotonic()
    sum(range(8_000_000))
    return time.monotonic() - begin


async def count_without_await():
    return count()


async def count_elsewhere(pool):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, count)


async def watch(who, counting):
    print(f"main: {who} counts")
    task = asyncio.create_task(counting)
    longest = 0
    while not task.done():
        begin = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - begin)
    stood = longest > task.result() / 2
    print(f"main: meanwhile I {'stood still' if stood else 'went on'}")


async def main():
    await watch("a coroutine", count_without_await())
    # Here Python has the lock already: the GIL, which a thread
    # needs to run, and which `sum` keeps to its end.
    await watch("a thread with my lock", asyncio.to_thread(count))
    # Here Python needs a process: it has a GIL of its own.
    with ProcessPoolExecutor(1) as pool:
        await watch("a worker without it", count_elsewhere(pool))


if __name__ == "__main__":
    asyncio.run(main())
