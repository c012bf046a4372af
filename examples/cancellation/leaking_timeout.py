"""A timeout that leaks out of an async generator (PEP 789).

Run it: python3 examples/cancellation/leaking_timeout.py
"""

import asyncio


async def leaky(deadline):
    # Here Python lets a timeout stay open across a `yield`: it then
    # cancels what runs at the deadline, and that is the consumer.
    async with asyncio.timeout(deadline):
        for dish in ["soup", "pasta"]:
            yield dish


async def tight(deadline):
    for dish in ["soup", "pasta"]:
        # Open around the generator's own wait, closed at the yield.
        async with asyncio.timeout(deadline):
            await asyncio.sleep(0.01)
        yield dish


async def eat(dishes):
    async for dish in dishes:
        print(f"  guest: eats the {dish}, slowly")
        await asyncio.sleep(0.5)


async def dine(dishes):
    """Tells whether the guest was cancelled."""
    dinner = asyncio.create_task(eat(dishes))
    await asyncio.wait([dinner])
    return dinner.cancelled()


async def main():
    print("main: a timeout around each wait of the kitchen")
    assert not await dine(tight(0.25))
    print("main: a timeout around its yields, too")
    # Here Python's guest is cancelled over the soup.
    assert await dine(leaky(0.25))
    print("main: the time was up, and there was no pasta")


asyncio.run(main())
