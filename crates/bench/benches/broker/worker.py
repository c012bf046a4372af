"""The same in Python: python3 worker.py SOCKET NAME BATCH"""

import asyncio
import sys

from redis.asyncio import Redis

LOG, GROUP = "log", "workers"


async def entries(redis, name, batch):
    done = []
    while new := await redis.xreadgroup(GROUP, name, {LOG: ">"}, count=100):
        for id, fields in new[0][1]:
            done.append(id)
            yield id, fields
            if len(done) == batch:
                await redis.xack(LOG, GROUP, *done)
                done.clear()
        if done:
            await redis.xack(LOG, GROUP, *done)
            done.clear()


async def main(path, name, batch):
    redis = Redis(unix_socket_path=path, decode_responses=True, protocol=2)
    count = 0
    async for _, fields in entries(redis, name, batch):
        count += fields["status"] == "200"
    await redis.aclose()
    print(count)


_, path, name, batch = sys.argv
asyncio.run(main(path, name, int(batch)))
