"""Fan-in: two producers, one bounded queue, one slow consumer.

Run it: python3 examples/coordination/fan_in.py
"""

import asyncio


async def farm(crop, pace):
    for number in [1, 2]:
        await asyncio.sleep(pace)
        yield f"{crop} {number}"


async def deliver(crates, ramp):
    async for crate in crates:
        print(f"  farm: {crate} picked")
        await ramp.put(crate)
        print(f"  ramp: {crate} set down")


async def market():
    # Room for one crate: the next one waits.
    ramp = asyncio.Queue(1)
    # Here Python keeps its tasks in a group, or they may be lost.
    async with asyncio.TaskGroup() as farms:
        farms.create_task(deliver(farm("corn", 0.1), ramp))
        farms.create_task(deliver(farm("beans", 0.4), ramp))
        for _ in range(4):
            await asyncio.sleep(0.6)
            print(f"market: {await ramp.get()} sold")


asyncio.run(market())
