"""A timeout that leaks out of an async generator (PEP 789).

Run it: python3 examples/cancellation/leaking_timeout.py
"""

import asyncio


async def leaky(deadline):
    # Here Python lets a timeout stay open across a `yield`: it then
    # cancels whoever runs at the deadline, and that is the consumer.
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
        print(f"guest: eats the {dish}, slowly")
        await asyncio.sleep(0.2)
    print("guest: has eaten in peace")


async def is_interrupted(dishes):
    try:
        async for _ in dishes:
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        return True
    return False


async def main():
    await eat(tight(0.1))
    assert await is_interrupted(leaky(0.1))


asyncio.run(main())
