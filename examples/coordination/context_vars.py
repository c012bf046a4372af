"""Context variables: each task has its own, and passes on a copy.

Run it: python3 examples/coordination/context_vars.py
"""

import asyncio
from contextvars import ContextVar

# Here Python copies the values into each task that is made.
guest = ContextVar("guest", default="nobody")


def log(line):
    # Nobody had to hand the guest on to here.
    print(f"  for {guest.get()}: {line}")


async def cook(dish):
    log(f"{dish} on")
    await asyncio.sleep(0.1)
    log(f"{dish} done")
    # Changes the copy of this task alone.
    guest.set("the cook")
    log("a rest")


async def serve(name):
    guest.set(name)
    log("welcome")
    await asyncio.create_task(cook("soup"))
    log("goodbye")


async def main():
    log("open")
    for name in ["anna", "boris"]:
        await asyncio.create_task(serve(name))
    guest.set("the cat")
    await asyncio.to_thread(log, "milk, from a thread")


asyncio.run(main())
