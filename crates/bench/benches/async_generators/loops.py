"""The loops under CPython."""

import asyncio


async def count(end):
    for number in range(end):
        yield number


async def woken(end):
    for number in range(end):
        await asyncio.sleep(0)
        yield number


async def echo():
    value = 0
    while True:
        value = yield value


async def delegating(inner):
    async for item in inner:
        yield item


async def last_of(items):
    last = 0
    async for last in items:
        pass
    return last


async def items(units):
    return await last_of(count(units))


async def wakes(units):
    return await last_of(woken(units))


async def asend(units):
    generator = echo()
    await anext(generator)
    last = 0
    for number in range(units):
        last = await generator.asend(number)
    await generator.aclose()
    return last


async def delegate(units):
    return await last_of(delegating(count(units)))


async def channel(units, capacity):
    queue = asyncio.Queue(capacity)
    end = object()

    async def produce():
        async for item in count(units):
            await queue.put(item)
        await queue.put(end)

    producer = asyncio.create_task(produce())
    last = 0
    while (item := await queue.get()) is not end:
        last = item
    await producer
    return last


async def channel_1(units):
    return await channel(units, 1)


async def channel_64(units):
    return await channel(units, 64)
