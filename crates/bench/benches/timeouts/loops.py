"""The loops under asyncio."""

import asyncio

HOUR = 3600
SHORT = 0.001
WIDTH = 1000


async def leaf(number):
    await asyncio.sleep(0)
    return number


async def at_once(number):
    return number


async def ready(units):
    total = 0
    for number in range(units):
        async with asyncio.timeout(HOUR):
            total += await at_once(number)
    return total


async def in_time(units):
    total = 0
    for number in range(units):
        async with asyncio.timeout(HOUR):
            total += await leaf(number)
    return total


async def nested(units):
    total = 0
    for number in range(units):
        async with asyncio.timeout(HOUR):
            async with asyncio.timeout(HOUR):
                total += await leaf(number)
    return total


async def expire():
    try:
        async with asyncio.timeout(SHORT):
            await asyncio.get_running_loop().create_future()
    except TimeoutError:
        return 1
    return 0


async def expired(units):
    total = 0
    for start in range(0, units, WIDTH):
        width = min(WIDTH, units - start)
        total += sum(await asyncio.gather(*(expire() for _ in range(width))))
    return total
