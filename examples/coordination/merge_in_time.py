"""Sources merged in time: the first to have an item is next.

Run it: python3 examples/coordination/merge_in_time.py
"""

import asyncio


async def appliance(name, delays):
    for number, delay in enumerate(delays, 1):
        await asyncio.sleep(delay)
        yield f"{name} {number}"


async def merge(*sources):
    # Here Python needs a task for each source, and a set to wait on.
    waiting = {asyncio.ensure_future(anext(s)): s for s in sources}
    try:
        while waiting:
            done, _ = await asyncio.wait(
                waiting, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                source = waiting.pop(task)
                try:
                    item = task.result()
                except StopAsyncIteration:
                    continue
                following = asyncio.ensure_future(anext(source))
                waiting[following] = source
                yield item
    finally:
        # The consumer may leave early: no task runs on behind it.
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def breakfast():
    toast = appliance("toast", [0.2, 0.4, 0.4])
    eggs = appliance("egg", [0.4, 0.4])
    async for item in merge(toast, eggs):
        print(f"cook: {item} is ready")
    print("cook: breakfast")


asyncio.run(breakfast())
