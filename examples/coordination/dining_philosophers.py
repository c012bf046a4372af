"""Dining philosophers: a deadlock, and forks in order as its cure.

Run it: python3 examples/coordination/dining_philosophers.py
"""

import asyncio

PHILOSOPHERS = ["Kant", "Hegel", "Marx"]


async def dine(name, first, second):
    # Here Python unlocks where the `async with` block ends.
    async with first:
        print(f"  {name}: has one fork, looks for the other")
        await asyncio.sleep(0.1)
        async with second:
            print(f"  {name}: eats")
            await asyncio.sleep(0.1)


def places(forks, in_order):
    for seat, name in enumerate(PHILOSOPHERS):
        hands = [seat, (seat + 1) % len(forks)]
        if in_order:
            hands.sort()
        yield name, forks[hands[0]], forks[hands[1]]


async def dinner(in_order):
    forks = [asyncio.Lock() for _ in PHILOSOPHERS]
    diners = [dine(*place) for place in places(forks, in_order)]
    try:
        async with asyncio.timeout(2):
            await asyncio.gather(*diners)
        print("waiter: all have eaten")
    except TimeoutError:
        print("waiter: each waits for the next, a deadlock")


async def main():
    print("waiter: take the left fork, then the right one")
    await dinner(in_order=False)
    print("waiter: take the fork with the lower number first")
    await dinner(in_order=True)


asyncio.run(main())
