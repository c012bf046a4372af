"""Blocking functions on threads: the event loop stays alive.

Run it: python3 examples/one-thread/to_thread.py
"""

import asyncio
import threading
import time


def whose():
    # Here Python knows which thread is the main one.
    here = threading.current_thread()
    main = threading.main_thread()
    return "the event loop's" if here is main else "another"


def read_disk(name, seconds):
    # An old driver that knows nothing of `await`.
    time.sleep(seconds)
    print(f"  disk {name}: read, on {whose()} thread")
    return f"data of {name}"


async def pulse():
    for beat in range(1, 4):
        await asyncio.sleep(0.3)
        print(f"  pulse: beat {beat}, on {whose()} thread")


async def main():
    heart = asyncio.create_task(pulse())
    print("main: reading two disks at once")
    a, b = await asyncio.gather(
        # Here Python passes any object to the other thread.
        asyncio.to_thread(read_disk, "A", 0.45),
        asyncio.to_thread(read_disk, "B", 0.75),
    )
    print(f"main: has {a} and {b}")
    await heart


asyncio.run(main())
