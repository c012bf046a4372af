"""The fan-outs under asyncio."""

import asyncio

WIDTH = 10_000


async def leaf(index):
    await asyncio.sleep(0)
    return index


async def gather_one(width):
    return sum(await asyncio.gather(*(leaf(index) for index in range(width))))


async def task_group_one(width):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(leaf(index)) for index in range(width)]
    return sum(task.result() for task in tasks)


async def each(fan_out, units):
    total = 0
    for start in range(0, units, WIDTH):
        total += await fan_out(min(WIDTH, units - start))
    return total


async def gather(units):
    return await each(gather_one, units)


async def task_group(units):
    return await each(task_group_one, units)
