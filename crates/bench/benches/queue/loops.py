"""The loops under asyncio."""

import asyncio


async def through(units, capacity):
    queue = asyncio.Queue(capacity)
    # CPython before 3.13 has no `shutdown`.
    end = object()

    async def produce():
        for number in range(units):
            await queue.put(number)
        await queue.put(end)

    producer = asyncio.create_task(produce())
    last = 0
    while (item := await queue.get()) is not end:
        last = item
    await producer
    return last


async def capacity_1(units):
    return await through(units, 1)


async def capacity_64(units):
    return await through(units, 64)
