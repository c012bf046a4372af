"""A thread's lock held across an await: to wait for it stops all.

Run it: python3 examples/one-thread/lock_across_await.py
"""

import asyncio
import threading
from dataclasses import dataclass, field


@dataclass
class Till:
    lock: threading.Lock = field(default_factory=threading.Lock)
    open: asyncio.Lock = field(default_factory=asyncio.Lock)


async def count_coins(name, till):
    # Here Python would wait for ever, and stop this thread, which
    # anna needs to release it.
    if not till.lock.acquire(blocking=False):
        print(f"  {name}: anna has it, and she is on my thread")
        return
    try:
        print(f"  {name}: counts")
        await asyncio.sleep(0.1)
        print(f"  {name}: done")
    finally:
        till.lock.release()


async def look_first(name, till):
    with till.lock:
        print(f"  {name}: looks, and lets go before the wait")
    await asyncio.sleep(0.1)
    print(f"  {name}: done")


async def wait_in_line(name, till):
    async with till.open:
        print(f"  {name}: counts")
        await asyncio.sleep(0.1)
        print(f"  {name}: done")


async def both(work):
    till = Till()
    await asyncio.gather(work("anna", till), work("boris", till))


async def main():
    print("main: a thread's lock, kept at an await")
    await both(count_coins)
    print("main: a thread's lock, for a moment")
    await both(look_first)
    print("main: a lock that is awaited")
    await both(wait_in_line)


asyncio.run(main())
