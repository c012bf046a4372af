"""Two log files followed at once, while they grow.

Run it: python3 examples/programs/follow_two_logs.py
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory


async def follow(path):
    with open(path) as file:
        while True:
            if line := file.readline():
                yield line.rstrip()
            else:
                await asyncio.sleep(0.01)  # nothing new


async def write(folder):
    for news in ["door opened", "oven on", "oven hot", "door shut"]:
        name, text = news.split()
        await asyncio.sleep(0.1)
        with open(folder / name, "a") as file:
            file.write(f"{text}\n")


async def watch(folder, name, news):
    async for line in follow(folder / name):
        await news.put(f"{name} {line}")


async def guard(folder):
    # Here Python merges through a queue, with a task for each file.
    news = asyncio.Queue(1)
    names = ["door", "oven"]
    tasks = [
        asyncio.create_task(watch(folder, name, news)) for name in names
    ]
    try:
        for _ in range(4):
            print(f"guard: {await news.get()}")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    with TemporaryDirectory() as name:
        folder = Path(name)
        for log in ["door", "oven"]:
            (folder / log).touch()
        await asyncio.gather(write(folder), guard(folder))


asyncio.run(main())
