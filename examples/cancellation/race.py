"""A race: the first of several counts, the losers are cancelled.

Run it: python3 examples/cancellation/race.py
"""

import asyncio


async def drive(taxi, seconds):
    print(f"  {taxi}: on the way")
    try:
        await asyncio.sleep(seconds)
        print(f"  {taxi}: there")
        return taxi
    finally:
        print(f"  {taxi}: signs off")


# Here Python has no race: this is one. The losers are asked to end,
# whatever ends it, and it waits for that.
async def race(*coroutines):
    """The results of the first: of all that came at once."""
    tasks = [asyncio.create_task(c) for c in coroutines]
    first = asyncio.FIRST_COMPLETED
    try:
        done, _ = await asyncio.wait(tasks, return_when=first)
        return [task.result() for task in tasks if task in done]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    print("guest: orders three taxis")
    taxi, *_ = await race(
        drive("red", 0.6),
        drive("green", 0.2),
        drive("blue", 0.4),
    )
    print(f"guest: takes the {taxi} one")
    await asyncio.sleep(0.5)
    print("guest: arrives, and no other taxi has come")


asyncio.run(main())
