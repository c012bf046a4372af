"""A log for many workers: what a killed one held comes again.

Run it: python3 examples/real-work/broker.py
"""

import asyncio
import sys
from collections import Counter

from redis.exceptions import RedisError
from stream.log import GROUP, LOG, all_done, write
from stream.server import connect, serving
from stream.worker import Worker, end_of_input


async def entries(redis, name, end):
    while not end.done():
        # First what a dead worker held, then what is new.
        _, held, *_ = await redis.xautoclaim(LOG, GROUP, name, 500)
        new = await redis.xreadgroup(
            GROUP, name, {LOG: ">"}, count=10, block=20
        )
        for id, fields in held + (new[0][1] if new else []):
            yield id, fields
            # The next one is asked for: this one is done.
            await redis.xack(LOG, GROUP, id)


async def work(path, name, stop_at):
    redis, count = connect(path), 0
    end = asyncio.create_task(end_of_input())
    async for id, fields in entries(redis, name, end):
        await redis.hset("statuses", id, fields["status"])
        await redis.hincrby("times", id, 1)
        count += 1
        if count == stop_at:
            print(id, flush=True)
            await end
    await redis.aclose()


async def main():
    # Here Python ends the server by `async with`, whatever happens.
    async with serving() as path:
        redis = connect(path)
        await write(redis, 100)
        async with Worker(path, "a", stop_at=25) as first:
            held = await first.line()
            print("worker a: 25 processed, 24 acknowledged")
            print("worker a: ended by signal", await first.kill())
        async with Worker(path, "b"), Worker(path, "c"):
            await all_done(redis, 100)
        print("workers b and c: processed all that was left")
        once = await redis.hget("times", held) == "1"
        how = "once" if once else "again"
        print(f"main: entry 25 was processed {how}")
        statuses = Counter(await redis.hvals("statuses"))
        for status, count in sorted(statuses.items()):
            print(f"main: status {status}: {count}")
        await redis.aclose()


try:
    match sys.argv[1:]:
        case ["work", path, name, stop_at]:
            asyncio.run(work(path, name, int(stop_at)))
        case _:
            asyncio.run(main())
except KeyboardInterrupt:
    sys.exit("broker: interrupted by Ctrl-C")
except (OSError, RedisError) as error:
    sys.exit(f"broker: {error}")
