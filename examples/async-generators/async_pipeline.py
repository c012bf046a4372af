"""A pipeline of async generators: a source, a filter, batches.

Run it: python3 examples/async-generators/async_pipeline.py
"""

import asyncio


async def thermometer():
    for degrees in [180, 210, 150, 220, 230, 190, 240, 205, 215]:
        await asyncio.sleep(0.02)
        yield degrees


# Here Python takes whatever `async for` can loop over.
async def above(limit, readings):
    async for degrees in readings:
        if degrees > limit:
            yield degrees


async def batches(size, readings):
    batch = []
    async for degrees in readings:
        batch.append(degrees)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def main():
    hot = above(200, thermometer())
    async for batch in batches(4, hot):
        print(f"baker: too hot at {batch}")
    print("baker: the bread is out")


asyncio.run(main())
