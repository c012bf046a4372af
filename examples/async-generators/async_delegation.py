"""Delegation: a generator that speaks through another one.

Run it: python3 examples/async-generators/async_delegation.py
"""

import asyncio


async def stall(ware, price, takings):
    paid = 0
    while paid < price:
        paid += yield f"{ware}, {price - paid} to pay"
        await asyncio.sleep(0.05)  # counts the coins
    takings.append(paid)


async def market():
    takings = []
    for ware, price in [("soup", 3), ("bread", 2)]:
        # Here Python delegates by hand, and nothing can be returned,
        # until 3.16: PEP 828 brings `result = yield from inner`.
        inner = stall(ware, price, takings)
        try:
            line = await anext(inner)
            while True:
                line = await inner.asend((yield line))
        except StopAsyncIteration:
            pass
    yield f"closed, {sum(takings)} taken"


async def main():
    stalls = market()
    print(f"market: {await anext(stalls)}")
    for coins in [2, 1, 2]:
        print(f"  guest: pays {coins}")
        print(f"market: {await stalls.asend(coins)}")
    await stalls.aclose()


asyncio.run(main())
