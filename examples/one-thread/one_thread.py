"""Tasks share one thread: only an `await` lets another one in.

Run it: python3 examples/one-thread/one_thread.py
"""

import asyncio
import threading
from dataclasses import dataclass


@dataclass
class Till:
    # Here Python lets any task write it, and any thread too.
    coins: int = 0


async def pay(name, till, pause):
    coins = till.coins
    print(f"  {name}: sees {coins} in the till")
    if pause:
        await asyncio.sleep(0)
    till.coins = coins + 1
    print(f"  {name}: makes it {coins + 1}")
    return threading.get_ident()


async def both_pay(pause):
    till = Till()
    threads = await asyncio.gather(
        pay("anna", till, pause),
        pay("boris", till, pause),
    )
    print(f"till: {till.coins} of 2 coins")
    here = threading.get_ident()
    shared = all(thread == here for thread in threads)
    print(f"main: both ran on this one thread: {shared}")


async def main():
    print("main: no await between reading and writing")
    await both_pay(pause=False)
    print("main: an await between reading and writing")
    await both_pay(pause=True)


asyncio.run(main())
