"""One machine, two drivers: a trampoline and an event loop.

Run it: python3 examples/machinery/one_machine_two_drivers.py
"""

import asyncio
from collections import deque


def price_of(ware):
    return 3 if ware == "flour" else 1


def buyer(ware):
    print(f"  {ware} buyer: how much?")
    price = yield ware
    print(f"  {ware} buyer: pays {price}")


def trampoline(tasks):
    ready = deque((task, None) for task in tasks)
    while ready:
        task, answer = ready.popleft()
        try:
            # Here Python starts a generator by sending None.
            ware = task.send(answer)
            ready.append((task, price_of(ware)))
        except StopIteration:
            pass


async def ask(ware):
    await asyncio.sleep(0)
    return price_of(ware)


async def async_buyer(ware):
    print(f"  {ware} buyer: how much?")
    price = await ask(ware)
    print(f"  {ware} buyer: pays {price}")


async def event_loop():
    await asyncio.gather(
        async_buyer("flour"),
        async_buyer("milk"),
    )


print("trampoline: drives two generators")
trampoline([buyer("flour"), buyer("milk")])
print("event loop: drives two coroutines")
asyncio.run(event_loop())
