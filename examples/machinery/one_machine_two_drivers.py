"""One machine, two drivers: a loop of ours, and an event loop.

Run it: python3 examples/machinery/one_machine_two_drivers.py
"""

import asyncio
import types
from collections import deque


# Here Python's leaf is a generator: a bare `yield` is all it does.
@types.coroutine
def pause():
    """Suspends once; its driver resumes it."""
    yield


async def buyer(ware, price):
    print(f"  {ware} buyer: how much?")
    await pause()
    print(f"  {ware} buyer: pays {price}")


def trampoline(*coroutines):
    """Drives coroutines as one drives generators: by `send`."""
    ready = deque(coroutines)
    while ready:
        coroutine = ready.popleft()
        try:
            # Here Python resumes, and an exception tells the end.
            coroutine.send(None)
        except StopIteration:
            continue
        ready.append(coroutine)


async def event_loop(*coroutines):
    await asyncio.gather(*coroutines)


print("trampoline: drives two coroutines")
trampoline(buyer("flour", 3), buyer("milk", 1))
print("event loop: drives two of the same")
asyncio.run(event_loop(buyer("flour", 3), buyer("milk", 1)))
