"""The log on the server: it is written, and waited for."""

import asyncio

LOG, GROUP = "log", "workers"


async def write(redis, count):
    await redis.xgroup_create(LOG, GROUP, 0, mkstream=True)
    for number in range(count):
        status = 500 if number % 50 == 7 else 200
        line = f"GET /items/{number}"
        await redis.xadd(LOG, {"line": line, "status": status})
    print(f"main: {count} entries in the log")


async def all_done(redis, count):
    # As long as that only where no worker is left.
    async with asyncio.timeout(60):
        while await redis.hlen("statuses") < count:
            await asyncio.sleep(0.02)
        while (await redis.xpending(LOG, GROUP))["pending"]:
            await asyncio.sleep(0.02)
