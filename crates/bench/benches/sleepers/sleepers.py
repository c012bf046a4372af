"""The sleepers under asyncio: python3 sleepers.py WHO SLEEPERS SECONDS

Answers `NANOSECONDS PROCESSOR-NANOSECONDS SUM`.
"""

import asyncio
import sys
import time


async def sleeper(index, seconds):
    await asyncio.sleep(seconds)
    return index


async def gather(sleepers, seconds):
    return sum(await asyncio.gather(*(sleeper(i, seconds) for i in range(sleepers))))


async def task_group(sleepers, seconds):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(sleeper(i, seconds)) for i in range(sleepers)]
    return sum(task.result() for task in tasks)


who, sleepers, seconds = sys.argv[1:]
start, processor = time.monotonic_ns(), time.process_time_ns()
result = asyncio.run(globals()[who](int(sleepers), float(seconds)))
print(time.monotonic_ns() - start, time.process_time_ns() - processor, result)
